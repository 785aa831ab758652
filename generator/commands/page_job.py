"""One page, from its file to the files of the site: a job of its own, which needs to know no other page."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import msgspec

from generator.commands import page_check
from generator.commands.jobs import Finishing, Job, Made, Unfinished
from generator.commands.page_check import Criteria
from generator.commands.page_evidence import known_of
from generator.commands.root import HubRoot
from generator.markdown_blocks import ParsedPage
from generator.model.addresses import card_file, card_root
from generator.model.diagnostic import Diagnostic
from generator.model.hub import Theme
from generator.model.page import Page
from generator.model.site import ListPage, Pictures, RenderedFile, SiteContext
from generator.publishing import put
from generator.reading.page_pictures import read_pictures
from generator.rendering.cards import ShownPage, render_card
from generator.rendering.comparing import render_comparison
from generator.rendering.environment import Templates, load_templates
from generator.rendering.link_check import links_of
from generator.rendering.lists import render_list
from generator.rendering.records import record_of
from generator.rendering.related import retold, with_related
from generator.rendering.search import search_documents
from generator.rendering.whole_site import other_files, show_page, with_known_tags
from generator.scripts.entries import entry_uses
from generator.searching.documents import write_document
from generator.seen import noting
from generator.site_files import SiteFile


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all pages of a site are made with, as it travels to other processes."""

    root: HubRoot
    criteria: Criteria
    """With the rules whose findings keep a page off the site, and those that are asked besides."""
    template_folders: tuple[Path, ...]
    world: str
    """Digest of what every part of the site is made with, and of what tells templates that were read meanwhile."""
    place: tuple[str, str]
    """The folder that the site is written to, and the one that visitors see."""
    unfinished: str
    """Folder of the cards whose relatives are not known yet."""
    documents: str
    """Folder of what search finds of each card; empty for a site without a search."""
    mark: str
    """What stands in a card where its relatives come: nobody who writes a page knows it."""
    alive_links: Mapping[str, int] | None

    @property
    def templates(self) -> Templates:
        """Raises TemplatesError."""
        return templates_of(self.template_folders, self.root.config.theme, self.world)


def make_page(job: Job, shop: Workshop) -> tuple[Made, bytes]:
    """Read, check and render one page, and write its files; with it comes its record, encoded.

    Raises TemplatesError and OSError.
    """
    with noting() as asked:
        page, parsed, findings = _read(job, shop)
        shown, of_evidence = _shown(page, parsed, job, shop) if page else (None, [])
    told = (*findings, *of_evidence), tuple(sorted(asked.items()))
    if page is None or shown is None:
        return Made(*told, is_dated=True), b""
    templates, hub = shop.templates, shop.root.config.hub
    record = record_of(shown, hub, templates, len(findings), shop.alive_links)
    own = SiteContext(pictures=_social_images(page, shop), has_search=bool(shop.documents))
    cards = [render_card(shown, language, hub, templates, own, shop.mark).data for language in hub.languages]
    files = {file.path: file for file in other_files(shown, hub, templates, own)}
    made = Made(
        *told,
        "until" in page.source or (bool(job.evidence) and shop.root.config.verify.holds_days is not None),
        page.id,
        files=tuple(put(file, *shop.place) for file in files.values()),
        documents=tuple(_write_documents(shown, shop)) if shop.documents else (),
        cards=_laid_aside(cards, shop),
    )
    return made, msgspec.msgpack.encode(record)


def finish_cards(task: Finishing, shop: Workshop) -> tuple[tuple[SiteFile, ...], bytes]:
    """Put what is said of a page's relatives into its cards, and publish them and its comparisons with them, if any.

    Returns their files and what they link to. Raises TemplatesError and OSError.
    """
    files, links, known = [], [], SiteContext(has_search=bool(shop.documents))
    cards = _taken_up(task.cards) if task.cards else []
    root = card_root(shop.root.config.hub)
    for code, told in task.told.items():
        path = card_file(shop.root.config.hub.language(code), task.page_id)
        if cards:
            data = with_related(cards.pop(0), shop.mark, told, root)
        else:
            data = retold(Path(shop.place[1], path).read_bytes(), task.before[code], told, root)
        language = shop.root.config.hub.language(code)
        finished = [RenderedFile(path, data)]
        if columns := task.columns[code]:
            finished.append(render_comparison(columns, language, shop.root.config.hub, shop.templates, known))
        for file in finished:
            files.append(put(file, *shop.place))
            links.append(links_of(file, shop.root.config.base_url))
    return tuple(files), msgspec.msgpack.encode(links)


def render_lists(page: ListPage, shop: Workshop) -> tuple[SiteFile, bytes]:
    """Render and write a page about many models; return its file and what it links to."""
    file = render_list(page, shop.root.config.hub, shop.templates)
    return put(file, *shop.place), msgspec.msgpack.encode([links_of(file, shop.root.config.base_url)])


def _laid_aside(cards: Sequence[bytes], shop: Workshop) -> Unfinished:
    """Keep a page's cards until they can be finished: in one file a process, for they are many."""
    name = os.path.join(shop.unfinished, str(os.getpid()))  # noqa: PTH118
    with open(name, "ab") as file:  # noqa: PTH123
        found = Unfinished(name, file.tell(), tuple(map(len, cards)))
        file.writelines(cards)
    return found


def _taken_up(found: Unfinished) -> list[bytes]:
    with open(found.file, "rb") as file:  # noqa: PTH123
        file.seek(found.start)
        return [file.read(size) for size in found.sizes]


def _read(job: Job, shop: Workshop) -> tuple[Page | None, ParsedPage, list[Diagnostic]]:
    """The page, where nothing keeps it off the site, with the blocks of its text; and what is wrong with it."""
    page, parsed, findings = page_check.read(job.path, shop.criteria)
    if page is None:
        return None, parsed, findings
    page = replace(page, updated=job.updated)
    findings += page_check.check(page, parsed, shop.criteria)
    if any(finding.severity == "error" for finding in findings):
        return None, parsed, findings
    return with_known_tags(page, shop.root.config.hub), parsed, findings


def _shown(page: Page, parsed: ParsedPage, job: Job, shop: Workshop) -> tuple[ShownPage, list[Diagnostic]]:
    """The page with its text as HTML, and with what its evidence says; and what is wrong with that."""
    pictures = read_pictures([page], shop.root.page_pictures).get(page.id, {})
    order, cache = shop.root.config.hub.order, shop.root.page_pictures
    known, scripts, findings = known_of(page, job, shop.root)
    uses, root = entry_uses(page.sample_code), card_root(shop.root.config.hub)
    return show_page(page, scripts, known, uses, pictures, parsed, order, cache, root), findings


def _social_images(page: Page, shop: Workshop) -> Pictures:
    if not shop.root.config.base_url or not shop.root.config.social_images:
        return {}
    from generator.rendering.social_images import card_images  # drawing is slow to load, and not every site has it

    return {page.id: card_images(page, shop.root.config.hub, shop.root.social_images)}


def _write_documents(shown: ShownPage, shop: Workshop) -> Iterator[tuple[str, str]]:
    """Write what search finds of a page; say where it is, and what tells it from others."""
    for document in search_documents([shown], shop.root.config.hub):
        yield document.path, write_document(document, Path(shop.documents))


@lru_cache(maxsize=1)
def templates_of(folders: tuple[Path, ...], theme: Theme, world: str) -> Templates:
    """Templates, read once a process while nothing about the site's world changes. Raises TemplatesError."""
    return load_templates(folders, theme)
