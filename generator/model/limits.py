"""Bounds on a run."""

from dataclasses import dataclass


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
