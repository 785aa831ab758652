"""Text of pages and kernels made fit to be shown: without characters that terminals obey and XML forbids."""

import re
import unicodedata

# What XML 1.0 forbids, and what terminals obey. Tabs and line breaks stay. A carriage return would hide what stands
# before it, and turned letters (bidirectional controls) would show another text than there is.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    r"""The text with every control character in the spelling of a Python string: `\x1b`."""
    return _UNFIT.sub(lambda found: _spell(ord(found[0])), text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text, visible, on one line."""
    return " ".join(visible(text).split())


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes: two for a Chinese character, none for a combining one."""
    return sum(_width(character) for character in text)


def fit(text: str, columns: int) -> str:
    """The text padded with spaces, or cut with an ellipsis, to this many columns of a terminal."""
    if display_width(text) <= columns:
        return text + " " * (columns - display_width(text))
    kept, width = "", 0
    for character in text:
        if width + _width(character) > columns - 1:
            break
        kept, width = kept + character, width + _width(character)
    return kept + "…" + " " * (columns - 1 - width)


def shorten(lines: list[str], first: int, last: int = 0) -> list[str]:
    """At most this many lines of the start and of the end; an ellipsis stands for the rest."""
    if len(lines) <= first + last:
        return lines
    return [*lines[:first], "…", *lines[len(lines) - last :]]


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _spell(number: int) -> str:
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
