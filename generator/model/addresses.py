"""Where everything of the site is. Every path is made here: below the site's root, with forward slashes.

A place is the address of a page, with its final slash; a path is that of a file. Each language has a folder; where a
hub has but one, that is the site itself, and there is no chooser.
"""

import hashlib
import re
from collections.abc import Set
from dataclasses import dataclass

from generator.model.hub import Hub, Language

CHOOSER, NOT_FOUND, SITEMAP, LLMS = "index.html", "404.html", "sitemap.xml", "llms.txt"
MODELS_JSON, MODELS_SCHEMA = "api/v1/models.json", "api/v1/schema.json"
STATUS_JSON, STATUS_SCHEMA = "api/v1/status.json", "api/v1/status.schema.json"
STATUS, MODELS, COMPARE = "status/", "models/", "compare/"
"""Of a language, as `card_place` and `list_place` are. Cards are below the second; at the third, readers choose."""
NEWS = f"{STATUS}changes/"
"""Likewise: what changed from run to run."""

CARD_ROOT = "../../../"
"""What leads to the site's root from a card in the folder of a language; see `card_root`."""

_LISTS = {"tag": "tags", "task": "tasks", "dataset": "datasets", "license": "licenses", "state": "states"}
_PAGE_FILE = re.compile(r"(?:\./)?(?P<id>\w[\w.-]*)\.md(?P<anchor>#\S*)?")
_CARD = re.compile(r"(?:[^/]+/)?models/([^/]+)/index\.html")


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in one of its languages."""

    lang: str
    """BCP 47, or x-default: for whoever reads none of them."""
    path: str
    """Below the site's root, with its final slash; empty for the root itself."""


def card_place(page_id: str) -> str:
    """A card, below a language's folder."""
    return f"{MODELS}{page_id}/"


def card_root(hub: Hub) -> str:
    """What leads to the site's root from a card in any language, and from its Markdown and notebook."""
    return root_of(card_file(hub.languages[0], "any"))


def linked_card(url: str) -> tuple[str, str]:
    """The place of the card, and the anchor with its mark, that a page's link to another page's file leads to.

    Empty for a link to anything else.
    """
    match = _PAGE_FILE.fullmatch(url)
    return (card_place(match["id"]), match["anchor"] or "") if match else ("", "")


def comparison_place(page_id: str) -> str:
    """Where a model is compared with its relatives: beside its card, and below it as no list's page is."""
    return f"{card_place(page_id)}{COMPARE}"


def list_value(name: str) -> str:
    """A name that pages write freely, of a data set or a licence, as the value that lists and scripts know it by.

    Lower-case ASCII without spaces; names that differ in case and marks alone are one.
    """
    value = "-".join(re.findall(r"\w(?:[\w.]*\w)?", name.replace("+", " or later").casefold()))
    return value if value.isascii() and value else f"x-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def has_lists(kind: str) -> bool:
    """Whether there is a list of the models that have each value of a facet: of some only scripts know."""
    return kind in _LISTS


def list_place(kind: str, value: str) -> str:
    """The list of what has a tag, task, data set, licence or state in common, below a language's folder."""
    return f"{_LISTS[kind]}/{value}/"


def page_place(place: str, number: int) -> str:
    """A page of a list, from 1, by the list's place: of the index that is empty, and its other pages are beside cards.

    No card is in their way, not even that of a page called `page`: an id is the name of one file, so that a card's
    folder holds files alone, and a list's pages are folders below it.
    """
    if number == 1:
        return place
    return f"{place or MODELS}page/{number}/"


def place_in(language: Language, here: str = "") -> str:
    """A place in a language: of its index, or of what is below its folder."""
    return f"{language.path}/{here}" if language.path else here


def file_in(language: Language, here: str = "") -> str:
    """The file that answers for a place in a language."""
    return f"{place_in(language, here)}index.html"


def card_file(language: Language, page_id: str) -> str:
    """A card's own file."""
    return file_in(language, card_place(page_id))


def card_id(path: str) -> str:
    """The page whose card this file is; empty for any other file."""
    match = _CARD.fullmatch(path)
    return match[1] if match else ""


def card_markdown(language: Language, page_id: str) -> str:
    """A card as Markdown, beside it."""
    return f"{place_in(language, card_place(page_id))}index.md"


def notebook(language: Language, page_id: str, entry: str = "") -> str:
    """A card's notebook, beside it; or that of another of its entries, which no letter's case alone tells apart."""
    name = f".{entry}" if entry == entry.lower() else f".{entry}-{hashlib.sha256(entry.encode()).hexdigest()[:8]}"
    return f"{place_in(language, card_place(page_id))}{page_id}{name if entry else ''}.ipynb"


def feed(language: Language) -> str:
    """A language's feed."""
    return f"{place_in(language)}feed.xml"


def news_feed(language: Language) -> str:
    """A language's feed of what changed from run to run."""
    return f"{place_in(language, NEWS)}feed.xml"


def badge(page_id: str) -> str:
    """A picture of a model's state, for other sites."""
    return f"badges/{page_id}.svg"


def badge_json(page_id: str) -> str:
    """The same for shields.io, which draws it."""
    return f"badges/{page_id}.json"


def search_cards_file(language: Language) -> str:
    """Which card each of the search index's answers in a language is of."""
    return search_file(f"{in_language('cards', language.path)}.json")


def search_names_file(language: Language) -> str:
    """What the search in a language answers with at once; cards name it, so its name tells nothing of its bytes."""
    return f"{place_in(language)}names.json"


def model_json(page_id: str) -> str:
    """A page for programs."""
    return f"api/v1/models/{page_id}.json"


def models_page_json(number: int) -> str:
    """A page of all models for programs, from 1. A model called `page` is a file beside the folder of these."""
    return f"api/v1/models/page/{number}.json"


def sitemap_part(number: int) -> str:
    """A part of a sitemap that is too large for one file, from 1."""
    return f"sitemap-{number}.xml"


def in_language(stem: str, path: str) -> str:
    """The name of what is there once for each language, by the language's folder."""
    return f"{stem}-{path}" if path else stem


def asset(stem: str, identity: bytes, suffix: str) -> str:
    """A file named by its bytes, or by what they are made from: it may be kept for ever."""
    return f"assets/{stem}.{hashlib.sha256(identity).hexdigest()[:12]}{suffix}"


def is_shared(path: str) -> bool:
    """Whether a file is named by its bytes: whoever makes one of that name makes the same."""
    return path.startswith("assets/")


def search_file(name: str) -> str:
    """A file of the search index, by its name in the index."""
    return f"pagefind/{name}"


def alternates(hub: Hub, here: str, codes: Set[str] | None = None) -> tuple[Alternate, ...]:
    """A page in these languages, by default all. Whoever reads none is shown the chooser or the first language's.

    None in a hub of one language: there is nothing to choose between.

    Args:
        here: the page's place below a language's folder.
    """
    found = [Alternate(one.lang, place_in(one, here)) for one in hub.languages if codes is None or one.code in codes]
    if not found or hub.has_one_language:
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
