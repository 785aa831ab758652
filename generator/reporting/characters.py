"""Text of pages and kernels made fit to be shown, by one function for each place where it leaves.

`terminal_line` for terminals and logs, `visible` where lines may break (XML, fences, annotations), `one_line` where
they may not (cells of tables), `json_text` for programs, `uri_of` for the addresses of files.
"""

import json
import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import msgspec

# What XML 1.0 forbids, and what terminals obey. Tabs and line breaks stay. A carriage return would hide what stands
# before it, and turned letters (bidirectional controls) would show another text than there is. Line separators break
# lines for some readers alone.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# What GitHub's runner obeys in whatever a job prints: `::command` as the first word of a line, `##[command]` anywhere.
_COMMAND = re.compile(r"^(?P<space>\s*):(?=:)|#(?=#\[)")


def visible(text: str) -> str:
    r"""The text with every control character in the spelling of a Python string: `\x1b`."""
    if text.isprintable():  # as nearly all is, and told much sooner
        return text
    return _UNFIT.sub(lambda found: _spell(ord(found[0])), text.replace("\r\n", "\n"))


def terminal_line(text: str) -> str:
    """The text on one line of a terminal or a log, and no command to either."""
    spelled = visible(text).replace("\n", "\\n")
    if "::" not in spelled and "##[" not in spelled:
        return spelled
    return _COMMAND.sub(lambda found: (found["space"] or "") + _spell(ord(found[0][-1])), spelled)


def json_text(data: object) -> str:
    """JSON that loses nothing and shows nothing but what it says: what is unfit to be shown is escaped, as JSON can."""
    try:
        text = msgspec.json.format(json.dumps(data, ensure_ascii=False), indent=2)
    except (msgspec.DecodeError, UnicodeEncodeError):  # half of a pair of surrogates, which json takes; it is slow
        text = json.dumps(data, ensure_ascii=False, indent=2)
    return _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", text).replace("##[", "\\u0023#[")


@lru_cache(maxsize=1024)
def uri_of(path: str) -> str:
    """The address of a file, by RFC 3986: blanks, `%`, `#`, `?` and all that is not ASCII in percent."""
    place = Path(path)
    return place.as_uri() if place.is_absolute() else quote(os.fsencode(place.as_posix()))


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
