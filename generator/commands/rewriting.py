"""Change the files that authors write."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import Path

from generator.checking.fixing import apply_fixes_to_bytes
from generator.files import write_whole
from generator.model.diagnostic import Edit
from generator.reading.source import decode


class PageChangedError(Exception):
    """A page's file is not what it was; the message names it."""


def rewrite_page(path: Path, source: str, edits: Iterable[Edit]) -> None:
    """Make these edits in a page's file, whole or not at all; every other byte and the file's mode stay.

    Raises PageChangedError where the file is no longer what was read: its author has gone on writing.

    Args:
        source: the page's text as it was read, which the edits count in.
    """
    write_whole(path, apply_fixes_to_bytes(read_unchanged(path, source), source, edits))


def rewrite_text(path: Path, old: str, new: str) -> None:
    """The file with the lines that differ replaced, and every other byte as it was. Raises PageChangedError."""
    write_whole(path, rewritten(read_unchanged(path, old), old, new))


def read_unchanged(path: Path, source: str) -> bytes:
    """A page's file, which has to say still what was read. Raises PageChangedError."""
    data = path.read_bytes()
    if decode(data, str(path))[0] != source:
        raise PageChangedError(f"{path} has changed since it was read, and is left as it is: run this again")
    return data


def rewritten(data: bytes, old: str, new: str) -> bytes:
    """The bytes of a file with the lines that differ replaced; line ends, byte-order mark and all else stay.

    Args:
        data: the file.
        old: its text as it was read.
        new: what it is to say.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, before))]
    edits = [
        Edit(starts[first], starts[end], "".join(after[new_first:new_end]))
        for what, first, end, new_first, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    return apply_fixes_to_bytes(data, old, edits)
