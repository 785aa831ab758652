"""What a sample loads from a hub repository, and what it offers in its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryUse:
    """A call of `hub.load` in a sample, active or commented out."""

    repository: str
    """As written: megengine/models, or megengine/models:branch."""
    entry: str
    first: int
    """Index of its first line in the sample's code."""
    end: int
    """Index of the line after its last."""
    is_active: bool
