"""Pictures of pages that were written for a Jekyll site: HTML and addresses of that site as Markdown of the page's own.

No line comes or goes, so that all that is said of the text later is said of the right line of the file.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from html import unescape
from posixpath import basename

from generator.model.code_spans import code_ends
from generator.reading.snippets import Block

_OF_THE_SITE = re.compile(r"(?:https?://(?:www\.)?pytorch\.org)?/assets/images/")
"""Where the site has the pictures that lie in the folder `images` beside the pages."""
_PICTURE = re.compile(
    r"""(?P<element><img\b[^<>]*+>)(?P<next>(?=<img\b))?
      | (?P<before>!\[[^\[\]]*+\]\()(?P<address>[^\s()]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(?P<name>[\w-]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+))"""
)
_BEGINS_WITH_PICTURE = re.compile(r"\s*<img\b[^<>]*>", re.IGNORECASE)
"""Of a block of HTML that is one for this alone: with Markdown in its place, what follows is Markdown as well."""
_BEHIND_PATH = re.compile("[?#]")
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>"})


def with_pictures(lines: Sequence[str], found: Iterable[Block]) -> list[str]:
    """The lines of a text with each `<img>` among words as a picture of Markdown, and those of the site as files.

    Code stays as it is, and so does HTML around a picture: there Markdown would be text.

    Args:
        found: the text's blocks.
    """
    kept: set[int] = set()
    for block in found:
        is_html = block.kind == "html_block" and not _BEGINS_WITH_PICTURE.match(block.content)
        if is_html or block.kind in ("fence", "code_block"):
            kept.update(range(block.first, block.end))
    return [line if index in kept else _with_pictures(line) for index, line in enumerate(lines)]


def _with_pictures(line: str) -> str:
    if "![" not in line and "<" not in line:
        return line
    codes = sorted(code_ends(line).items())

    def seen(match: re.Match[str]) -> str:
        before = bisect_right(codes, (match.start(), len(line))) - 1
        is_code = before >= 0 and match.start() < codes[before][1]
        return match[0] if is_code else _as_markdown(match)

    return _PICTURE.sub(seen, line)


def _as_markdown(match: re.Match[str]) -> str:
    if match["before"]:
        return match["before"] + _file(match["address"])
    attributes = {
        each["name"].lower(): unescape(each["double"] or each["single"] or each["bare"] or "")
        for each in _ATTRIBUTE.finditer(match["element"])
    }
    address = attributes.get("src", "").strip()
    if not address or re.search(r"[\s<>]", address):
        return match[0]
    # Without words of its own it is told by its file's name: nothing else is known of it.
    words = attributes.get("alt", "").strip() or basename(_BEHIND_PATH.split(address, 1)[0])
    apart = " " if match["next"] is not None else ""
    return f"![{words.translate(_MARKS)}](<{_file(address)}>){apart}"


def _file(address: str) -> str:
    """The address of a picture of the site as that of the file beside the pages."""
    return _OF_THE_SITE.sub("images/", address, count=1) if _OF_THE_SITE.match(address) else address
