"""All files of the site."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from generator.markdown_blocks import NOT_PARSED, ParsedPage
from generator.model.addresses import CARD_ROOT, is_shared, root_of
from generator.model.entry import EntryUse
from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.record import PageRecord
from generator.model.run import Script
from generator.model.site import ListPage, PagePictures, RenderedFile, SiteContext
from generator.rendering.api import render_api, render_model
from generator.rendering.badges import render_badges
from generator.rendering.card_markdown import render_card_markdown
from generator.rendering.cards import ShownPage, render_card, render_notebooks, show
from generator.rendering.choices import choice_of
from generator.rendering.comparing import columns_by, render_comparison
from generator.rendering.entries import evidence_of
from generator.rendering.environment import Templates
from generator.rendering.feeds import render_feeds, render_news_feeds
from generator.rendering.lead_pictures import lead_files, lead_pictures
from generator.rendering.lists import lists, render_list
from generator.rendering.llms import render_llms
from generator.rendering.outputs import captured_images
from generator.rendering.records import record_of
from generator.rendering.related import related_pages, related_told, with_related
from generator.rendering.sitemap import render_sitemap
from generator.rendering.status import render_status_json
from generator.rendering.verification import PageRuns, verification_of

_MARK = "\0related\0"


def show_page(
    page: Page,
    scripts: Sequence[Script],
    known: PageRuns,
    uses: Sequence[EntryUse],
    pictures: PagePictures,
    parsed: ParsedPage = NOT_PARSED,
    order: Sequence[str] = (),
    cache: Path | None = None,
    root: str = CARD_ROOT,
) -> ShownPage:
    """A page with what the evidence says of it and its text as HTML.

    Args:
        scripts: the page's, and those with other entries of its sample that it is to tell of.
        uses: what its sample loads and offers.
        pictures: those that it shows.
        parsed: what reading parsed of it.
        order: codes of the hub's languages: what lacks one is shown in the first of these that there is.
        cache: folder of the pictures that were drawn before.
        root: what leads from its cards to the site's root.
    """
    own = [script for script in scripts if script.variant is None]
    of_language = {language: script for script in own for language in script.languages}
    verifications = {
        section.language: verification_of(
            of_language.get(section.language), section.language, known.runs, known.why_stale
        )
        for section in page.sections
    }
    choice = choice_of(page.sample_code, uses)
    others = evidence_of(choice, scripts, known)
    leads = lead_pictures(page, verifications, pictures, cache)
    return show(page, verifications, uses, pictures, parsed, choice, others, order, leads, known.history, root)


def render_site(
    pages: Sequence[ShownPage],
    hub: Hub,
    templates: Templates,
    known: SiteContext = SiteContext(),  # noqa: B008
) -> Iterator[RenderedFile]:
    """Every file of the site of these pages but its search. Raises TemplatesError where a template is at fault."""
    yield from templates.static
    records = [record_of(shown, hub, templates, known.findings.get(shown.id, 0), known.alive_links) for shown in pages]
    relatives = related_pages(records)
    told, columns = related_told(relatives, records, hub, templates), columns_by(relatives, records, hub)
    assets: dict[str, RenderedFile] = {}
    for shown in pages:
        own = SiteContext(pictures={shown.id: known.pictures.get(shown.id, {})}, has_search=known.has_search)
        for language in hub.languages:
            card = render_card(shown, language, hub, templates, own, _MARK)
            yield replace(card, data=with_related(card.data, _MARK, told[shown.id][language.code], root_of(card.path)))
            if of_page := columns[shown.id][language.code]:
                yield render_comparison(of_page, language, hub, templates, own)
        for file in other_files(shown, hub, templates, own):
            if is_shared(file.path):
                assets[file.path] = file
            else:
                yield file
    assets |= {file.path: file for file in known.pictures.get("", {}).values()}
    yield from assets.values()
    made = list(lists(records, hub, templates, known))
    yield from (render_list(page, hub, templates) for page in made)
    yield from files_for_programs(records, made, hub, templates)


def other_files(shown: ShownPage, hub: Hub, templates: Templates, known: SiteContext) -> Iterator[RenderedFile]:
    """All of a page but its cards: those in assets/ may be another page's as well."""
    yield from captured_images(
        output
        for entries in shown.entries.values()
        for entry in entries
        for snippet in entry.verification.snippets
        for output in snippet.outputs
    )
    yield from lead_files(shown.leads)
    yield from (picture.file for picture in shown.pictures.values())
    yield from known.pictures.get(shown.id, {}).values()
    yield from render_notebooks(shown, hub)
    if not shown.page.is_guide:
        yield render_model(shown)
        yield from render_badges(shown, hub, templates.strings)
    yield from render_card_markdown(shown, hub, templates.strings)


def files_for_programs(
    records: Sequence[PageRecord], made: Sequence[ListPage], hub: Hub, templates: Templates
) -> Iterator[RenderedFile]:
    """What programs read about many models.

    Args:
        made: what `lists` says of these records.
    """
    yield from render_api([record for record in records if not record.is_guide], hub)
    yield from render_status_json(records)
    yield render_llms(records, hub, templates.strings)
    if hub.base_url:  # all of them are of no use without absolute addresses
        yield from render_feeds(records, hub, templates.strings)
        yield from render_news_feeds(records, hub, templates.strings)
        yield from render_sitemap(records, made, hub)


def with_known_tags(page: Page, hub: Hub) -> Page:
    """The page without tags and task that the hub does not know: they have no name and no list of models to lead to.

    A page with one is not published, unless the hub's owner has the rule off. Anything may be called so, a path too.
    """
    head = page.front_matter
    known = replace(
        head,
        tags=tuple(tag for tag in head.tags if tag in hub.tags),
        task=head.task if head.task in hub.tags else "",
    )
    return page if known == head else replace(page, front_matter=known)
