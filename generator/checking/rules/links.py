"""Rules about links and pictures: that they are links, and that they lead somewhere."""

import functools
import os.path
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from generator.checking.nearest import MOST, nearest
from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView
from generator.model.anchors import shared_anchors, slug, unique
from generator.pictures import PictureError, check_picture, is_local
from generator.seen import note

_HTTPS = frozenset(
    {
        "aclanthology.org",
        "arxiv.org",
        "data.megengine.org.cn",
        "discuss.megengine.org.cn",
        "dl.acm.org",
        "doi.org",
        "dx.doi.org",
        "en.wikipedia.org",
        "gist.github.com",
        "gitee.com",
        "github.com",
        "gitlab.com",
        "huggingface.co",
        "ieeexplore.ieee.org",
        "link.springer.com",
        "megengine.org.cn",
        "openaccess.thecvf.com",
        "openreview.net",
        "papers.nips.cc",
        "proceedings.mlr.press",
        "proceedings.neurips.cc",
        "pytorch.org",
        "raw.githubusercontent.com",
        "tensorflow.org",
        "zh.wikipedia.org",
    }
)
"""Hosts, without www., that are known to answer at https what they answer at http."""

_PAPER = re.compile(
    r"https?://(?:www\.|export\.)?arxiv\.org/"
    r"(?P<path>pdf/(?P<id>(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)(?:\.pdf)?)"
)
_WEB = re.compile(r"https?://(?P<rest>.+)", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NEARLY_WEB = re.compile(r"https?:|(?=[htps]*t)[htps]{3,8}(?::/{0,3}|//+)(?=[\w-]+\.)", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+\.?|localhost|[0-9a-f:.]*:[0-9a-f:.]*")
_BARE_HOST = re.compile(
    r"www\.[\w-]+\.|(?:[\w-]+\.)+(?:(?:com|org|net|edu|gov)(?:[/:?#]|$)|(?:cn|io|ai|dev)/)", re.IGNORECASE
)
_FAILED = re.compile(
    r"\[(?P<text>[^\[\]\n]+)\](?P<gap>[ \t]*)(?P<open>[(（])[ \t]*"
    r"(?P<url>(?:https?:|mailto:|www\.|\.{1,2}/|\#)[^)）\n]*)(?P<close>[)）]?)"
)
"""What looks like a link, for texts in which Markdown saw none."""

_ANCHORS_OF_A_CARD = frozenset({"sample"})


def malformed_link(view: PageView) -> Iterator[Finding]:
    """A link is `[text](address)`, its address whole: with a slip in it a reader sees brackets or comes nowhere.

    Bad:  [ResNet](htps://arxiv.org/abs/1512.03385) and [code]（https://github.com/megengine/models）
    Good: [ResNet](https://arxiv.org/abs/1512.03385) and [code](https://github.com/megengine/models)
    """
    for section in view.sections:
        for link in section.links:
            fault = _fault(link.url)
            if fault:
                yield Finding(link.line, fault, link.column)
            elif not link.text and view.lines[link.line - 1][: link.column - 1].endswith("[](") and not link.is_image:
                message = "nobody sees a link without text: write it between [ and ]"
                yield Finding(link.line, message, link.column)
        yield from _failed_links(section)


def http_link(view: PageView) -> Iterator[Finding]:
    """Where a host is known to answer at https, a link uses it: readers keep their privacy and save a redirect.

    Bad:  [MegEngine](http://github.com/MegEngine/MegEngine)
    Good: [MegEngine](https://github.com/MegEngine/MegEngine)
    """
    head = view.page.front_matter
    if _answers_at_https(head.github_link):
        line = head.lines["github-link"]
        yield _http(view, line, view.lines[line - 1].find(head.github_link) + 1, head.github_link)
    for section in view.sections:
        for link in section.links:
            if _answers_at_https(link.url):
                yield _http(view, link.line, link.column, link.url)


def arxiv_pdf(view: PageView) -> Iterator[Finding]:
    """A paper on arXiv is linked by its abstract: that page is light, has every version, and leads to the PDF.

    Bad:  https://arxiv.org/pdf/1506.01497.pdf
    Good: https://arxiv.org/abs/1506.01497
    """
    for section in view.sections:
        for link in section.links:
            paper = _PAPER.fullmatch(link.url)
            if paper is None:
                continue
            path = f"abs/{paper['id']}"
            message = f"this leads to the PDF: link the abstract, https://arxiv.org/{path}"
            fix = None
            if _stands_at(view, link.line, link.column, link.url):
                fix = view.edit(link.line, link.column + paper.start("path"), len(paper["path"]), path)
            yield Finding(link.line, message, link.column, fix)


def broken_anchor(view: PageView) -> Iterator[Finding]:
    """A link within the page leads to a heading, by its words in lower case joined by hyphens.

    Where the headings of the languages match, all use the anchors of the one that can be read in an address.

    Bad:  [results](#result) above a heading Results
    Good: [results](#results)
    """
    linked = [[link for link in section.links if re.match("#.", link.url)] for section in view.sections]
    if not any(linked):
        return
    outlines = [_outline(section) for section in view.sections]
    shared = shared_anchors(outlines)
    for outline, links in zip(outlines, linked, strict=True):
        own = unique(slug(text) for _, text in outline)
        anchors = shared if shared is not None else own
        known = {*anchors, *_ANCHORS_OF_A_CARD}
        instead = dict(zip(reversed(own), reversed(anchors), strict=True))
        missing = [(link, wanted) for link in links if (wanted := unquote(link.url[1:])) not in known]
        for number, (link, wanted) in enumerate(missing):
            hint = _hint(wanted, instead, anchors if number < MOST else ())
            yield Finding(link.line, f"no heading has the anchor #{wanted}: {hint}", link.column)


def missing_file(view: PageView) -> Iterator[Finding]:
    """A file that a page links to lies beside the page.

    Bad:  [the classes](class.txt) where the file is called classes.txt
    Good: [the classes](classes.txt)
    """
    folder = Path(view.page.path).parent
    for section in view.sections:
        for link in section.links:
            target = "" if link.is_image else _local_path(link.url)
            if target and not _is_there(os.path.join(folder, target)):  # noqa: PTH118
                message = f"there is no file {target} beside the page: add it or correct the address"
                yield Finding(link.line, message, link.column)


def unusable_picture(view: PageView) -> Iterator[Finding]:
    """A picture is a file beside the page or in a folder below: PNG, JPEG, WebP or the first frame of a GIF.

    The card shows a copy, upright, without metadata and at most 1,600 pixels wide, so its file has at most 10 MiB, 40
    million pixels and 10,000 on a side. SVG can hold scripts and is never shown; pictures of other sites are links. The
    same holds of the `image` of front matter.

    Bad:  ![detections](image/cats.jpg) where the folder is called images
    Good: ![detections](images/cats.jpg)
    """
    folder = Path(view.page.path).parent
    for line, column, address in _pictures(view):
        try:
            if not is_local(address):
                raise PictureError(f"{address} is no file beside the page: put the picture there and name it")
            check_picture(folder, address)
        except PictureError as error:
            yield Finding(line, str(error), column)


def image_without_alt(view: PageView) -> Iterator[Finding]:
    """A picture says in words what it shows, for those who cannot see it and for where it cannot be loaded.

    Bad:  ![](images/cats.jpg)
    Good: ![Two cats, each in a box with its score](images/cats.jpg)
    """
    for section in view.sections:
        for link in section.links:
            if link.is_image and not link.text.strip():
                message = "this picture has no description: say between the brackets what it shows"
                yield Finding(link.line, message, link.column)


def _pictures(view: PageView) -> Iterator[tuple[int, int, str]]:
    """Line, column and address of every picture that is meant as a file of the hub."""
    head = view.page.front_matter
    if head.image:
        line = head.lines["image"]
        yield line, max(view.lines[line - 1].find(head.image), 0) + 1, head.image
    for section in view.sections:
        for link in section.links if "![" in section.section.text else ():
            if link.is_image and is_local(link.url) and not _fault(link.url):
                yield link.line, link.column, link.url


def _is_there(path: str) -> bool:
    note(path)
    return os.path.exists(path)  # noqa: PTH110


@functools.lru_cache(4096)
def _fault(url: str) -> str:
    """What is wrong with an address, if anything is."""
    if url.strip() in ("", "#"):
        return "there is no address between ( and ): write where this leads"
    if any(map(str.isspace, url)):
        return "this address holds a space: remove it, or write %20"
    web = _WEB.fullmatch(url)
    if web is None:
        if _NEARLY_WEB.match(url):
            return "this address begins wrongly: write https:// and the name of a host"
        if _BARE_HOST.match(url):
            return "without https:// this is a file beside the page: put it before the address"
        return ""
    if re.match(r"https?:/", web["rest"], re.IGNORECASE):
        return "this address begins twice: leave one https://"
    if url[-1] in "，。、；：" or (url[-1] == "）" and "（" not in url):
        return f"this address ends with {url[-1]}: put it behind the link"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        sound = _HOST.fullmatch(host) is not None and parts.port != 0
    except ValueError:
        return "this is not an address: check its host and port"
    return "" if sound else "this address has no full name of a host: write it as in https://github.com/"


def _failed_links(section: SectionView) -> Iterator[Finding]:
    """What was meant as a link and is shown with its brackets."""
    for token in section.tokens:
        if token.type != "inline" or "]" not in token.content:
            continue
        for child in token.children or ():
            if child.type != "text" or "]" not in child.content:
                continue
            for failed in _FAILED.finditer(child.content):
                message = _why_failed(failed)
                if message:
                    line, column = _find(section, token, failed[0])
                    yield Finding(line, message, column)


def _why_failed(failed: re.Match[str]) -> str:
    url = failed["url"]
    if failed["gap"] or failed["open"] == "（":
        # "[1] (https://…)" is a number in a list of references and an address behind it.
        if not url.startswith("http") or not any(map(str.isalpha, failed["text"])):
            return ""
        if failed["open"] == "（":
            return "this is not shown as a link: write ( and ) instead of （ and ）"
        return "this is not shown as a link: remove the space between ] and ("
    if failed["close"] == "）":
        return "this is not shown as a link: write ) instead of ）"
    if failed["close"] and any(map(str.isspace, url.strip())):
        return "this is not shown as a link, its address holds a space: remove it, or write %20"
    return "this is not shown as a link: close the brackets of its address"


def _find(section: SectionView, token: Token, text: str) -> tuple[int, int]:
    first, end = token.map or [0, 1]
    for index in range(first, end):
        column = section.lines[index].find(text)
        if column >= 0:
            return section.section.first_line + index, column + 1
    return section.section.first_line + first, 1


@functools.lru_cache(4096)
def _answers_at_https(url: str) -> bool:
    host = re.split(r"[/?#]", url.removeprefix("http://"), maxsplit=1)[0]
    return url.startswith("http://") and host.lower().removeprefix("www.") in _HTTPS


def _http(view: PageView, line: int, column: int, url: str) -> Finding:
    fix = view.edit(line, column + len("http"), 0, "s") if _stands_at(view, line, column, url) else None
    return Finding(line, "this host answers at https: write https:// instead of http://", column, fix)


def _stands_at(view: PageView, line: int, column: int, url: str) -> bool:
    """An address with entities or escapes is not written as it reads."""
    return view.lines[line - 1].startswith(url, column - 1)


@functools.lru_cache(4096)
def _local_path(url: str) -> str:
    """The file beside the page to which an address leads, if it is one."""
    if _fault(url) or _SCHEME.match(url) or url.startswith(("/", "\\", "#", "?")):
        return ""
    return unquote(re.split(r"[?#]", url, maxsplit=1)[0])


def _outline(section: SectionView) -> list[tuple[int, str]]:
    """Level and plain text of every heading: what a card's anchors are made of."""
    return [
        (int(token.tag[1]), _plain_text(section.tokens[index + 1]))
        for index, token in enumerate(section.tokens)
        if token.type == "heading_open"
    ]


def _plain_text(heading: Token) -> str:
    return "".join(part.content for part in heading.children or () if part.type in ("text", "code_inline"))


def _hint(wanted: str, instead: Mapping[str, str], anchors: Sequence[str]) -> str:
    """What to write.

    Args:
        instead: what each heading would be called if another language did not name it, to what it is called.
        anchors: those that may be proposed.
    """
    if slug(wanted) in instead:
        return f"write #{instead[slug(wanted)]}"
    if not instead:
        return "the section has no heading"
    if near := nearest(wanted, anchors, 0.6):
        return f"did you mean #{near}?"
    return f"use one of {', '.join(f'#{anchor}' for anchor in anchors[:MOST])}" if anchors else "use one that there is"


RULES: tuple[Rule, ...] = (
    Rule(malformed_link),
    Rule(http_link, fixable=True),
    Rule(arxiv_pdf, fixable=True),
    Rule(broken_anchor),
    Rule(missing_file),
    Rule(unusable_picture, "error"),
    Rule(image_without_alt),
)
