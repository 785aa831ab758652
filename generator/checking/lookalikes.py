"""Characters that look like those of Python and are none: what an input method or a text editor puts in their place."""

import re
import unicodedata

_INVALID = re.compile(r"invalid (?:non-printable )?character (?:'.' \()?U\+(?P<number>[0-9A-F]{4,6})")
_PLAIN = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **{
        "、": ",",
        "。": ".",
        "【": "[",
        "】": "]",
        "《": "<",
        "》": ">",
        "×": "*",
        "÷": "/",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
    },
}


def instead_of(problem: str) -> str:
    """What to write for the character that Python's own message of a syntax error names; empty where none is known."""
    found = _INVALID.search(problem)
    if found is None or int(found["number"], 16) > 0x10FFFF:
        return ""
    character = chr(int(found["number"], 16))
    plain = _PLAIN.get(character) or unicodedata.normalize("NFKC", character)
    if plain == " ":
        return "a space"
    return plain if plain.isascii() and plain.isprintable() else ""
