"""Change the files that authors write."""

from collections.abc import Iterable
from pathlib import Path

from generator.checking.fixing import apply_fixes_to_bytes
from generator.files import write_whole
from generator.model.diagnostic import Edit


def rewrite_page(path: Path, source: str, edits: Iterable[Edit]) -> None:
    """Make these edits in a page's file, whole or not at all; every other byte and the file's mode stay.

    Args:
        source: the page's text as it was read, which the edits count in.
    """
    write_whole(path, apply_fixes_to_bytes(path.read_bytes(), source, edits))
