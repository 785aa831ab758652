"""Bounds on a run."""

from dataclasses import dataclass

_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a run. Reaching one ends it with a verdict that names the bound."""

    snippet_seconds: float = 300
    """Wall-clock time of one snippet."""
    page_seconds: float = 900
    """Wall-clock time of a script, from the start of its kernel."""
    output_bytes: int = 10_000_000
    """What one script may print and show, together with what its kernel writes past Python."""
    start_seconds: float = 120
    """How long a kernel may take to answer for the first time."""
    memory_bytes: int = 12 * _GIB
    """What the kernel and everything it started may hold at once."""
    processes: int = 512
    """How many processes there may be at once, the kernel's own among them."""
    open_files: int = 4096
    """How many files and sockets one process may have open."""
    file_bytes: int = 8 * _GIB
    """The largest file that may be written."""
    disk_bytes: int = 20 * _GIB
    """What all files of a run may take up together: its home, its downloads, its temporary files."""
