"""What a site is made of."""

from collections.abc import Mapping
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
    has_search: bool = False
    """Whether the site has one."""

    def picture_paths(self, page_id: str = "") -> dict[str, str]:
        """The picture that is shown with a link to a page, by language: of a card, or of the site."""
        return {language: file.path for language, file in self.pictures.get(page_id, {}).items()}

    def around(self, page_id: str) -> dict[str, Any]:
        """What a card may show of it."""
        return {"pictures": self.picture_paths(page_id), "search": self.has_search}


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page about many models, not rendered yet. All that it is made from is in it, but for templates and hub."""

    path: str
    """Of its file in the site."""
    template: str
    language: str
    """Code of the language that it is in."""
    here: str
    """Its place below a language's folder."""
    rows: tuple[str, ...] = ()
    """HTML of what it lists, with `ROOT`."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """What else its template is given: texts, numbers, tuples and maps of them."""
    root: str = ""
    """What leads to the site's root, where its path does not tell."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What can be found of one card."""

    path: str
    """The card's file."""
    html: str
    """Not a page of the site: read by the indexer alone."""
