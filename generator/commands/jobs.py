"""What travels to the processes that make pages, and what comes back. Loads nothing of what they work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.model.comparison import Column
from generator.model.diagnostic import Diagnostic
from generator.site_files import SiteFile


@dataclass(frozen=True, slots=True)
class Job:
    """A page that is to be made."""

    path: str
    updated: str | None
    """Time of its last change that version control knows."""
    evidence: tuple[str, ...]
    """The files of its runs, in the order in which folders of evidence are read."""
    entry_checks: tuple[str, ...] = ()
    """The files of what came of looking up the entries that it offers."""
    histories: tuple[str, ...] = ()
    """The files of what is remembered of its runs."""
    locked: str = ""
    """When hub.lock was last committed, where that matters to its runs."""

    @property
    def seen(self) -> tuple[str, ...]:
        """All files of what was seen of it."""
        return *self.evidence, *self.entry_checks, *self.histories


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Where a page's cards are, one behind the other in the order of the hub's languages."""

    file: str
    start: int
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a page."""

    findings: tuple[Diagnostic, ...]
    asked: tuple[tuple[str, str], ...] = ()
    """Other files that it was made from, or that were looked for, and the digest of each before it was made."""
    is_dated: bool = False
    """Whether another day may make something else of it."""
    page_id: str = ""
    """Empty for a page that an error keeps off the site."""
    record: str = ""
    """Digest of its `PageRecord` as it is kept: see `Blobs`."""
    files: tuple[SiteFile, ...] = ()
    """Those that name no other page."""
    documents: tuple[tuple[str, str], ...] = ()
    """What search finds of it: each document's file, and a digest of what it holds."""
    cards: Unfinished | None = None
    """Its cards without what they say of other pages; None where they are finished."""


@dataclass(frozen=True, slots=True)
class Finishing:
    """A page's cards, and what is said on them of its relatives."""

    page_id: str
    told: Mapping[str, str]
    """HTML by the code of each language."""
    columns: Mapping[str, tuple[Column, ...]]
    """What is compared, likewise: the page's own first."""
    cards: Unfinished | None
    before: Mapping[str, str] = field(default_factory=dict)
    """What is said there now, on cards that were published and cannot be made anew."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A page's cards and comparisons as they are published."""

    files: tuple[SiteFile, ...]
    links: str
    """Digest of what they link to as it is kept: see `links_of` and `Blobs`."""
