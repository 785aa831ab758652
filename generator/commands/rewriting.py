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
    data = path.read_bytes()
    if decode(data, str(path))[0] != source:
        raise PageChangedError(f"{path} has changed since it was read, and is left as it is: run this again")
    write_whole(path, apply_fixes_to_bytes(data, source, edits))


def rewrite_text(path: Path, old: str, new: str) -> None:
    """The file with the lines that differ replaced, and every other byte as it was. Raises PageChangedError."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, before))]
    edits = [
        Edit(starts[first], starts[end], "".join(after[new_first:new_end]))
        for what, first, end, new_first, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    rewrite_page(path, old, edits)
