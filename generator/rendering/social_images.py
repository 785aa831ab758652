"""The pictures of all cards, kept by their text: only one whose words changed is drawn again."""

from collections.abc import Mapping
from pathlib import Path

from generator.model.addresses import asset
from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.site import RenderedFile
from generator.pictures import kept_or_made
from generator.rendering.fonts import Faces, find_faces
from generator.rendering.social_image import VERSION, CardText, draw_card


def card_images(page: Page, hub: Hub, cache: Path) -> Mapping[str, RenderedFile]:
    """A picture for each language that the page is written in; see `hub_images`."""
    head = page.front_matter
    found = {}
    for language in hub.languages:
        if page.section(language.code):
            tags = tuple(hub.tags[tag][language.code] for tag in head.tags if tag in hub.tags)
            summary = head.summary.get(language.code) or next(iter(head.summary.values()), "")
            found[language.code] = CardText(
                hub.title_in(language), head.title_in(language.code), summary, tags, language.lang
            )
    return _drawn(found, hub, cache)


def hub_images(hub: Hub, strings: Mapping[str, Mapping[str, str]], cache: Path) -> Mapping[str, RenderedFile]:
    """A picture for each language's pages that are no cards.

    None, where this machine has no font with Han characters: a picture without its words is worse than none.

    Args:
        cache: folder of the pictures that were drawn before.
    """
    texts = {
        language.code: CardText(
            hub.title_in(language),
            hub.title_in(language),
            strings[language.code]["site_description"],
            (),
            language.lang,
        )
        for language in hub.languages
    }
    return _drawn(texts, hub, cache)


def _drawn(texts: Mapping[str, CardText], hub: Hub, cache: Path) -> Mapping[str, RenderedFile]:
    """The pictures of these texts; none where any language of the hub has no font."""
    if not all(find_faces(language.lang) for language in hub.languages):
        return {}
    return {code: _picture(text, cache) for code, text in texts.items()}


def _picture(text: CardText, cache: Path) -> RenderedFile:
    """Drawn, unless it was before."""
    faces = find_faces(text.lang)
    assert faces  # asked by whoever calls
    path = _path(text, faces)
    kept = cache / Path(path).name
    return RenderedFile(path, kept_or_made(kept, lambda: draw_card(text, faces)))


def _path(text: CardText, faces: Faces) -> str:
    identity = repr((VERSION, text, faces.regular.identity, faces.bold.identity))
    return asset("card", identity.encode(), ".png")
