"""What the head of a page tells search engines, feed readers and whoever shows a link to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from generator.model.addresses import Alternate, address, alternates, card_place, feed, file_in, place_in, place_of
from generator.model.hub import Hub, Language
from generator.model.page import FrontMatter, Page
from generator.rendering.stated import licence_text, licence_url
from generator.rendering.structured_data import article, breadcrumbs, licence, linked_data, source_code, web_site

Pictures = Mapping[str, str]
"""The path of the picture that is shown with a link to a page, by language."""


@dataclass(frozen=True, slots=True)
class Head:
    """Addresses are absolute where the hub says where it is published, and relative elsewhere."""

    description: str
    canonical: str
    """The address that stands for this page; empty for one that nobody should come back to."""
    alternates: tuple[Alternate, ...]
    """The page in every language that has it, this one included; `path` is its address."""
    json_ld: Markup
    kind: str = "website"
    """As OpenGraph has it: website, article."""
    picture: str = ""
    """Absolute address of the picture that is shown with a link to the page; empty where there is none."""
    feed: str = ""
    """Address of the language's feed; empty where the hub has none."""
    markdown: str = ""
    """Address of the page's Markdown; empty where it has none."""


def page_head(
    hub: Hub,
    language: Language,
    path: str,
    here: str,
    description: str,
    pictures: Pictures,
    others: Mapping[str, str] | None = None,
) -> Head:
    """The head of a page that is no card.

    Args:
        path: of the page's file, below the site's root.
        here: the page's place below a language's folder.
        others: where the switch leads, by language; where that is another place, the language has no such page.
    """
    of_feed = _feed(hub, language)
    if not path.endswith("index.html"):  # 404.html stands at every address that does not exist
        return Head(description, "", (), Markup(), feed=of_feed)
    home = address(hub, place_in(language), path)
    picture = pictures.get(language.code)
    codes = None if others is None else {code for code, place in others.items() if place == here}
    return Head(
        description,
        address(hub, place_of(path), path),
        _addressed(hub, alternates(hub, here, codes), path),
        linked_data(web_site(hub.title_in(language), home, language.lang, description)),
        picture=_absolute(hub, picture),
        feed=of_feed,
    )


def card_head(hub: Hub, language: Language, page: Page, summary: str, pictures: Pictures) -> Head:
    """The head of a card. One that is shown in another language than its own points at the original."""
    here = card_place(page.id)
    path = file_in(language, here)
    has_own = page.section(language.code) is not None
    shown = hub.language(page.section_for(language.code, hub.order).language)
    picture = pictures.get(shown.code)
    canonical = address(hub, place_in(shown, here), path)
    own = {section.language for section in page.sections}
    home = address(hub, place_in(language), path)
    about = article if page.is_guide else source_code
    told = about(
        name=page.front_matter.title_in(language.code),
        description=summary,
        url=canonical,
        author=page.front_matter.author,
        repository=page.front_matter.github_link,
        keywords=[hub.tags[tag][language.code] for tag in page.front_matter.tags],
        lang=shown.lang,
        updated=page.updated,
        picture=_absolute(hub, picture),
        license=_licence(page.front_matter.license),
        parts=_parts(page.front_matter),
        datasets=page.front_matter.datasets,
    )
    return Head(
        summary,
        canonical,
        _addressed(hub, alternates(hub, here, own), path) if has_own else (),
        linked_data(
            told, breadcrumbs([(hub.title_in(language), home), (page.front_matter.title_in(language.code), canonical)])
        ),
        kind="article",
        picture=_absolute(hub, picture),
        feed=_feed(hub, language),
        markdown="index.md",
    )


def _licence(expression: str) -> dict[str, Any] | str:
    return licence(licence_text(expression), licence_url(expression))


def _parts(head: FrontMatter) -> list[dict[str, Any]]:
    """The weights, where they have a licence of their own."""
    of_weights = _licence(head.weights_license)
    return [{"@type": "CreativeWork", "name": f"{head.title} weights", "license": of_weights}] if of_weights else []


def _addressed(hub: Hub, found: tuple[Alternate, ...], path: str) -> tuple[Alternate, ...]:
    return tuple(Alternate(one.lang, address(hub, one.path, path)) for one in found)


def _absolute(hub: Hub, picture: str | None) -> str:
    """Whoever shows a link to a page takes no relative address for its picture."""
    return hub.base_url + picture if picture and hub.base_url else ""


def _feed(hub: Hub, language: Language) -> str:
    return hub.base_url + feed(language) if hub.base_url else ""
