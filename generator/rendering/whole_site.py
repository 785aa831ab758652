"""All files of the site."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from generator.memory import Memory
from generator.model.addresses import card_file, card_place
from generator.model.entry import EntryUse
from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.run import Script, ScriptRun
from generator.model.site import PagePictures, RenderedFile, SiteContext
from generator.rendering.api import render_api, render_model
from generator.rendering.card_markdown import render_card_markdown
from generator.rendering.cards import ShownPage, render_cards, show
from generator.rendering.environment import Templates
from generator.rendering.feeds import render_feeds
from generator.rendering.indexes import render_indexes
from generator.rendering.llms import render_llms
from generator.rendering.outputs import captured_images
from generator.rendering.related import related_pages
from generator.rendering.sitemap import render_sitemap
from generator.rendering.status import render_status
from generator.rendering.verification import verification_of


def show_pages(
    pages: Sequence[Page],
    scripts: Sequence[Script],
    evidence: Mapping[str, Sequence[ScriptRun]],
    uses: Mapping[str, Sequence[EntryUse]],
    pictures: Mapping[str, PagePictures],
    memory: Memory,
) -> list[ShownPage]:
    """The pages with what the evidence says of them and their text as HTML.

    Args:
        uses: page id to what its sample loads and offers.
        pictures: page id to the pictures that it shows.
    """
    of_page = {(script.page, language): script for script in scripts for language in script.languages}
    shown = []
    for page in pages:
        verifications = {
            section.language: verification_of(
                of_page.get((page.id, section.language)), section.language, evidence.get(page.id, ())
            )
            for section in page.sections
        }
        shown.append(
            memory.recall(page.id, show, page, verifications, uses.get(page.id, ()), pictures.get(page.id, {}))
        )
    return shown


def render_site(
    pages: Sequence[ShownPage],
    hub: Hub,
    templates: Templates,
    known: SiteContext = SiteContext(),  # noqa: B008
) -> Iterator[RenderedFile]:
    """Every file of the site of these pages but its search. Raises TemplatesError where a template is at fault."""
    yield from templates.static
    yield from captured_images(
        output
        for page in pages
        for verification in page.verifications.values()
        for snippet in verification.snippets
        for output in snippet.outputs
    )
    places: list[str] = []
    for file in _pages_of(pages, hub, templates, known):
        places.append(file.path)
        yield file
    social = [file for of in known.pictures.values() for file in of.values()]
    shared = [*social, *(picture.file for page in pages for picture in page.pictures.values())]
    yield from {file.path: file for file in shared}.values()
    yield from render_api(pages, hub)
    memory = templates.memory
    for page in pages:
        yield memory.recall(f"{page.id} api", render_model, page)
        yield from memory.recall(
            f"{page.id} markdown", _card_markdown, page.page, hub, templates.strings, page.pictures
        )
    written = [page.page for page in pages]
    yield render_llms(written, hub, templates.strings)
    if hub.base_url:  # both are of no use without absolute addresses
        yield from render_feeds(written, hub, templates.strings)
        yield render_sitemap(set(places) - set(_fallbacks(written, hub)), _last_changes(written), hub)


def with_known_tags(page: Page, hub: Hub) -> Page:
    """The page without tags that the hub does not know: they have no name and no list of models to lead to.

    A page with such a tag is not published, unless the hub's owner has the rule off.
    """
    head = page.front_matter
    known = tuple(tag for tag in head.tags if tag in hub.tags)
    return page if known == head.tags else replace(page, front_matter=replace(head, tags=known))


def _pages_of(pages: Sequence[ShownPage], hub: Hub, templates: Templates, known: SiteContext) -> Iterator[RenderedFile]:
    """Everything that people look at."""
    yield from render_indexes(pages, hub, templates, known)
    yield from render_status(pages, hub, templates, known)
    by_id = {page.id: page for page in pages}
    related = related_pages([page.page for page in pages])
    for page in pages:
        relatives = [by_id[name] for name in related[page.id]]
        # Of a card's neighbours it shows nothing else, and what changes about them is no reason to render it again.
        own = SiteContext(pictures={page.id: known.pictures.get(page.id, {})}, search=known.search)
        yield from templates.memory.recall(f"{page.id} cards", _cards, page, hub, templates, relatives, own)


def _cards(
    shown: ShownPage, hub: Hub, templates: Templates, related: Sequence[ShownPage], known: SiteContext
) -> Sequence[RenderedFile]:
    return list(render_cards(shown, hub, templates, related, known))


def _card_markdown(
    page: Page, hub: Hub, strings: Mapping[str, Mapping[str, str]], pictures: PagePictures
) -> Sequence[RenderedFile]:
    return list(render_card_markdown(page, hub, strings, pictures))


def _fallbacks(pages: Sequence[Page], hub: Hub) -> Iterator[str]:
    """The cards that are shown in another language than their own."""
    for page in pages:
        for language in hub.languages:
            if page.section(language.code) is None:
                yield card_file(language, page.id)


def _last_changes(pages: Sequence[Page]) -> dict[str, str]:
    """When each card, and the index of them all, changed."""
    changes = {card_place(page.id): page.updated for page in pages if page.updated}
    return {**changes, "": max(changes.values(), key=datetime.fromisoformat)} if changes else {}
