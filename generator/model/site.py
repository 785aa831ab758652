"""What a site is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.model.entry import EntryUse


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file of the site."""

    path: str
    """Relative to the site's root, with forward slashes."""
    data: bytes


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture that a page shows, as it is published."""

    file: RenderedFile
    width: int
    """In pixels, as is the height."""
    height: int


PagePictures = Mapping[str, PagePicture]
"""The pictures of one page by their addresses, as links have them in HTML."""


@dataclass(frozen=True, slots=True)
class SiteContext:
    """What a site is made from besides the pages' text and their runs."""

    entries: Mapping[str, Sequence[EntryUse]] = field(default_factory=dict)
    """Page id to what its sample loads and offers."""
    findings: Mapping[str, int] = field(default_factory=dict)
    """Page id to how many findings there are about it."""
    page_pictures: Mapping[str, PagePictures] = field(default_factory=dict)
    """Page id to the pictures that it shows."""
    alive_links: Mapping[str, int] | None = None
    """Address to when it last led somewhere, in seconds since the epoch; None where nobody has asked yet."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What can be found of one card."""

    path: str
    """The card's file."""
    html: str
    """Not a page of the site: read by the indexer alone."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """One choice that narrows a search."""

    name: str
    """tag, task, state."""
    options: Sequence[tuple[str, str]]
    """What it may be, and what it is called in the language of the page."""
