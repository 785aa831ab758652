"""All files of the site."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.run import Script, ScriptRun
from generator.model.site import RenderedFile, SearchDocument, SiteContext
from generator.rendering.api import render_api, render_model
from generator.rendering.card_markdown import render_card_markdown
from generator.rendering.cards import ShownPage, render_cards, show
from generator.rendering.environment import Templates
from generator.rendering.feeds import render_feeds
from generator.rendering.indexes import render_indexes
from generator.rendering.llms import render_llms
from generator.rendering.outputs import captured_images
from generator.rendering.related import related_pages
from generator.rendering.search import search_documents, search_filters
from generator.rendering.sitemap import render_sitemap
from generator.rendering.status import render_status
from generator.rendering.verification import verification_of

Index = Callable[[Sequence[SearchDocument]], Iterable[RenderedFile]]
"""Documents to the files of a search index; to none where there can be no search."""


def render_site(
    pages: Sequence[Page],
    scripts: Sequence[Script],
    evidence: Mapping[str, Sequence[ScriptRun]],
    hub: Hub,
    templates: Templates,
    known: SiteContext = SiteContext(),  # noqa: B008 - frozen
    index: Index | None = None,
) -> Iterator[RenderedFile]:
    """Every file of the site of these pages. Raises TemplatesError where a template is at fault.

    Args:
        index: makes a search index; without one, or where it makes none, the site has no search.
    """
    pages = [with_known_tags(page, hub) for page in pages]
    of_page = {(script.page, language): script for script in scripts for language in script.languages}
    shown = []
    for page in pages:
        runs = evidence.get(page.id, ())
        verifications = {
            section.language: verification_of(of_page.get((page.id, section.language)), section.language, runs)
            for section in page.sections
        }
        uses = known.entries.get(page.id, ())
        shown.append(templates.memory.recall(page.id, show, page, verifications, uses))
    indexed = list(index(list(search_documents(shown, hub, templates)))) if index else []
    if indexed:
        templates = replace(templates, search=search_filters(shown, hub, templates))
        yield from indexed
    yield from templates.static
    yield from captured_images(
        output
        for page in shown
        for verification in page.verifications.values()
        for snippet in verification.snippets
        for output in snippet.outputs
    )
    places: list[str] = []
    for file in _pages_of(shown, hub, templates, known):
        places.append(file.path)
        yield file
    yield from {picture.path: picture for picture in templates.pictures.values()}.values()
    yield from render_api(shown, hub)
    for shown_page in shown:
        yield templates.memory.recall(f"{shown_page.id} api", render_model, shown_page)
        yield from templates.memory.recall(
            f"{shown_page.id} markdown", _card_markdown, shown_page.page, hub, templates.strings
        )
    yield render_llms(pages, hub, templates.strings)
    if hub.base_url:  # both are of no use without absolute addresses
        yield from render_feeds(pages, hub, templates.strings)
        yield render_sitemap(set(places) - set(_fallbacks(pages, hub)), _last_changes(pages), hub)


def with_known_tags(page: Page, hub: Hub) -> Page:
    """The page without tags that the hub does not know: they have no name and no list of models to lead to.

    A page with such a tag is not published, unless the hub's owner has the rule off.
    """
    head = page.front_matter
    known = tuple(tag for tag in head.tags if tag in hub.tags)
    return page if known == head.tags else replace(page, front_matter=replace(head, tags=known))


def _pages_of(shown: Sequence[ShownPage], hub: Hub, templates: Templates, known: SiteContext) -> Iterator[RenderedFile]:
    """Everything that people look at."""
    yield from render_indexes(shown, hub, templates)
    yield from render_status(shown, hub, templates, known)
    by_id = {shown_page.id: shown_page for shown_page in shown}
    related = related_pages([one.page for one in shown])
    for shown_page in shown:
        relatives = [by_id[name] for name in related[shown_page.id]]
        yield from templates.memory.recall(f"{shown_page.id} cards", _cards, shown_page, hub, templates, relatives)


def _cards(shown: ShownPage, hub: Hub, templates: Templates, related: Sequence[ShownPage]) -> Sequence[RenderedFile]:
    return list(render_cards(shown, hub, templates, related))


def _card_markdown(page: Page, hub: Hub, strings: Mapping[str, Mapping[str, str]]) -> Sequence[RenderedFile]:
    return list(render_card_markdown(page, hub, strings))


def _fallbacks(pages: Sequence[Page], hub: Hub) -> Iterator[str]:
    """The cards that are shown in another language than their own."""
    for page in pages:
        for language in hub.languages:
            if page.section(language.code) is None:
                yield f"{language.path}/models/{page.id}/index.html"


def _last_changes(pages: Sequence[Page]) -> dict[str, str]:
    """When each card, and the index of them all, changed."""
    changes = {f"models/{page.id}/": page.updated for page in pages if page.updated}
    return {**changes, "": max(changes.values(), key=datetime.fromisoformat)} if changes else {}
