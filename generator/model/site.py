"""What a site is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file of the site."""

    path: str
    """Relative to the site's root, with forward slashes."""
    data: bytes


Pictures = Mapping[str, Mapping[str, RenderedFile]]
"""What is shown with a link: by page id, empty for a page that is no card, and language."""


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

    findings: Mapping[str, int] = field(default_factory=dict)
    """Page id to how many findings there are about it."""
    alive_links: Mapping[str, int] | None = None
    """Address to when it last led somewhere, in seconds since the epoch; None where nobody has asked yet."""
    pictures: Pictures = field(default_factory=dict)
    search: Mapping[str, Sequence["SearchFilter"]] | None = None
    """Language code to what a search can be narrowed to; None where the site has no search."""

    def around(self, language: str, page_id: str = "") -> dict[str, Any]:
        """What every template may show of it in a language: on a card that of its page, elsewhere that of none."""
        search = None if self.search is None else self.search[language]
        return {"pictures": self.pictures.get(page_id, {}), "search": search}


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
