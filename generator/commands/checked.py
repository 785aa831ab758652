"""What a check leaves for the next one: of every page what it was read and checked as, and what came of it.

It is only ever a saving of time: what is missing, damaged or of another version is read and checked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.model.diagnostic import Diagnostic
from generator.seen import Sightings


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What other pages are checked against of one that can be read."""

    id: str
    title: str
    repositories: tuple[str, ...]
    """The hub repositories that its sample loads from, in lower case."""


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """A page, as it was read and checked."""

    key: str
    """Of its file, and of all that is the same for every page but the facts."""
    day: str
    """On which it was read, where another day may say something else of it."""
    known: KnownPage | None
    """None for a page that cannot be read."""
    of_reading: tuple[Diagnostic, ...]
    facts: str = ""
    """Digest of what it was checked against; empty where it was only read."""
    asked: tuple[tuple[str, str], ...] = ()
    """The other files that rules looked at, and the digest of each."""
    of_rules: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """All that is kept of a check."""

    sightings: Sightings = field(default_factory=dict)
    pages: Mapping[str, CheckedPage] = field(default_factory=dict)
    """By the path of the page's file."""


NOTHING = KeptCheck()
