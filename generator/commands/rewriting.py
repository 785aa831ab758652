"""Change the files that authors write."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from generator.checking.fixing import apply_fixes_to_bytes
from generator.model.diagnostic import Edit


def rewrite_page(path: Path, source: str, edits: Iterable[Edit]) -> None:
    """Make these edits in a page's file, whole or not at all; every other byte and the file's mode stay.

    Args:
        source: the page's text as it was read, which the edits count in.
    """
    incoming = path.with_name(f".{path.name}.{os.getpid()}")
    incoming.write_bytes(apply_fixes_to_bytes(path.read_bytes(), source, edits))
    shutil.copymode(path, incoming)
    incoming.replace(path)
