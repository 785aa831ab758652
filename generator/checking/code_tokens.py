"""Code in Python or a shell as its words, to tell whether two languages run the same."""

import re
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

_TOKEN = re.compile(
    r'''
      (?P<comment>\#[^\n]*)
    | (?P<string>(?:\b[rRbBuUfF]{1,2})?
        (?:"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    | (?P<word>\w+)
    | (?P<line>\n[ \t]*)
    | (?P<blank>[ \t]+|\\\n)
    | (?P<mark>.)
    ''',
    re.VERBOSE | re.DOTALL,
)
_FIELD = re.compile(r"\{[^{}]*\}")


class Token(NamedTuple):
    """A word or mark of code, or how deep its line is indented. Comments and other space are left out."""

    text: str
    """A string without its quotes, of which there are several kinds for one meaning."""
    line: int
    """Index of its line in the code."""
    is_string: bool


@lru_cache(1024)
def tokens(code: str) -> tuple[Token, ...]:
    """The tokens of a piece of code, which need not be valid."""
    found: list[Token] = []
    indents = [0]
    width = depth = line = 0
    begins_line = True
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup, match[0]
        if kind == "line":
            width, begins_line = len(text) - 1, begins_line or depth == 0
        elif kind == "blank":
            width = len(text) if match.start() == 0 else width
        elif kind != "comment":
            if begins_line:
                while width < indents[-1]:
                    indents.pop()
                if width > indents[-1]:
                    indents.append(width)
                found.append(Token(f"\n{len(indents)}", line, False))
                begins_line = False
            depth = max(0, depth + (text in "([{") - (text in ")]}"))
            found.append(Token(_unquoted(text) if kind == "string" else text, line, kind == "string"))
        line += text.count("\n")
    return tuple(found)


def shape(code: str) -> tuple[str, ...]:
    """All but the strings, which a translation may change."""
    return tuple(token.text for token in tokens(code) if not token.is_string)


def first_difference(first: str, other: str) -> tuple[int, int] | None:
    """Indices of the lines where two pieces of code part; None where they run the same.

    Comments, quotes and indentation width make no difference, nor do strings of which one is not ASCII: those were
    translated. What such a string puts in must be the same.
    """
    if first == other:
        return None
    ends = (first.rstrip("\n").count("\n"), other.rstrip("\n").count("\n"))
    for ours, theirs in zip_longest(tokens(first), tokens(other)):
        if ours is None or theirs is None:
            return (ours.line if ours else ends[0]), (theirs.line if theirs else ends[1])
        if ours.text != theirs.text and not _is_translation(ours, theirs):
            return ours.line, theirs.line
    return None


def _is_translation(first: Token, other: Token) -> bool:
    return (
        first.is_string
        and other.is_string
        and not (first.text.isascii() and other.text.isascii())
        and sorted(_FIELD.findall(first.text)) == sorted(_FIELD.findall(other.text))
    )


def _unquoted(string: str) -> str:
    body = string.lstrip("rRbBuUfF")
    prefix = string[: -len(body)].lower().replace("u", "")
    quotes = 3 if len(body) >= 6 and body[:3] in ('"""', "'''") else 1
    return f"{prefix}'{body[quotes:-quotes]}'"
