"""Addresses of the site's pages: absolute where the hub says where it is published, else relative."""

from collections.abc import Set
from dataclasses import dataclass

from generator.model.hub import Hub

CARD_ROOT = "../../../"
"""What leads to the site's root from a card in any language, and from its Markdown, notebook and JSON."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in one of its languages."""

    lang: str
    """BCP 47, or x-default: for whoever reads none of them."""
    path: str
    """Below the site's root, with its final slash; empty for the root itself."""


def alternates(hub: Hub, here: str, codes: Set[str] | None = None) -> tuple[Alternate, ...]:
    """A page in these languages, by default all. Whoever reads none is shown the chooser or the first language's.

    Args:
        here: the page's place below a language's folder.
    """
    found = [Alternate(one.lang, f"{one.path}/{here}") for one in hub.languages if codes is None or one.code in codes]
    if not found:
        return ()
    return (*found, Alternate("x-default", found[0].path if here else ""))


def place_of(path: str) -> str:
    """The address below the root that serves a file."""
    return path.removesuffix("index.html")


def root_of(path: str) -> str:
    """What leads from a file to the site's root."""
    return "../" * path.count("/") or "./"


def address(hub: Hub, place: str, from_path: str) -> str:
    """A place of the site as a page at `from_path` names it."""
    return (hub.base_url or root_of(from_path)) + place
