"""Applying fixes to a page's text, and putting the text back as it was encoded."""

from collections.abc import Iterable

from generator.model.diagnostic import Edit

_BOM = b"\xef\xbb\xbf"


def apply_fixes(text: str, edits: Iterable[Edit]) -> str:
    """The text with these edits. Of two that touch the same place the first is applied; another run does the other."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end, edit.text)):
        if edit.start < position or (pieces and edit.start == position == edit.end):
            continue
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def apply_fixes_to_bytes(data: bytes, text: str, edits: Iterable[Edit]) -> bytes:
    """The file's bytes with these edits of its text; byte-order mark and every untouched line end stay.

    Args:
        data: the file.
        text: what reading made of it, with LF line ends and no mark.
    """
    mark = _BOM if data.startswith(_BOM) else b""
    original = data.removeprefix(_BOM).decode("utf-8")
    newline = "\r\n" if "\r\n" in original else "\r" if "\r" in original and "\n" not in original else "\n"
    # Offsets of the text in the original: each CRLF is one character there and two here.
    offsets = []
    position = 0
    for character in text:
        offsets.append(position)
        position += 2 if character == "\n" and original[position : position + 2] == "\r\n" else 1
    offsets.append(position)
    moved = [Edit(offsets[edit.start], offsets[edit.end], edit.text.replace("\n", newline)) for edit in edits]
    return mark + apply_fixes(original, moved).encode("utf-8")
