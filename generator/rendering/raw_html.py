"""The little HTML that a page may hold: a few tags without attributes, balanced. Anything else shows as text."""

import re
from collections.abc import Iterator

from markdown_it.token import Token
from markupsafe import Markup

INLINE_TAGS = frozenset({"br", "sub", "sup", "kbd"})
BLOCK_TAGS = frozenset({"details", "summary"})
_VOID = frozenset({"br"})
_TAG = r"<(?P<close>/?)(?P<tag>[A-Za-z]+)[ \t\n]*/?>"
_COMMENT_END = "-->"
_PIECES = re.compile(rf"<!--.*?{_COMMENT_END}|{_TAG}", re.S), re.compile(_TAG)
"""What is looked for up to the last end of a comment, and behind it: there, none that is open is ever closed."""


def filter_inline(tokens: list[Token]) -> None:
    """Replace the raw HTML among a paragraph's tokens, in place, by what is allowed of it and text."""
    opened: list[str] = []
    for token in tokens:
        if token.type == "html_inline":
            token.content = "".join(_pieces(token.content, INLINE_TAGS, opened))
    if opened:
        tokens.append(_closing(opened, "html_inline"))


def filter_blocks(tokens: list[Token]) -> None:
    """Likewise for blocks of raw HTML, over a whole section: `<details>` opens in one block and closes in another.

    An element that is still open at the end of the list or quote where it began is closed there.
    """
    filtered: list[Token] = []
    containers: list[list[str]] = [[]]
    for token in tokens:
        if token.nesting > 0:
            containers.append([])
        elif token.nesting < 0:
            opened = containers.pop()
            if opened:
                filtered.append(_closing(opened, "html_block"))
        elif token.type == "html_block":
            token.content = "".join(_pieces(token.content, INLINE_TAGS | BLOCK_TAGS, containers[-1]))
        filtered.append(token)
    if containers[0]:
        filtered.append(_closing(containers[0], "html_block"))
    tokens[:] = filtered


def _closing(opened: list[str], kind: str) -> Token:
    token = Token(kind, "", 0)
    token.content = "".join(f"</{tag}>" for tag in reversed(opened))
    return token


def _pieces(html: str, allowed: frozenset[str], opened: list[str]) -> Iterator[str]:
    cut = html.rfind(_COMMENT_END) + len(_COMMENT_END) if _COMMENT_END in html else 0
    end = 0
    for pattern, *span in zip(_PIECES, (0, cut), (cut, len(html)), strict=True):
        for match in pattern.finditer(html, *span):
            yield str(Markup.escape(html[end : match.start()]))
            end = match.end()
            if match["tag"]:  # nobody writes a comment to be read on the page
                yield _tag(match, allowed, opened)
    yield str(Markup.escape(html[end:]))


def _tag(match: re.Match[str], allowed: frozenset[str], opened: list[str]) -> str:
    tag = match["tag"].lower()
    if tag not in allowed:
        return str(Markup.escape(match[0]))
    if tag in _VOID:
        return f"<{tag}>"
    if not match["close"]:
        opened.append(tag)
        return f"<{tag}>"
    if opened and opened[-1] == tag:
        opened.pop()
        return f"</{tag}>"
    return str(Markup.escape(match[0]))
