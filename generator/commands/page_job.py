"""One page, from its file to the files of the site: a job of its own, which needs no other page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from generator.checking.page import check as check_pages
from generator.checking.parts import HubFacts
from generator.checking.registry import Rule
from generator.commands.check import error_rules, severities
from generator.commands.root import HubRoot
from generator.evidence.keeping import read_runs
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.record import PageRecord
from generator.model.site import RenderedFile, SiteContext
from generator.publishing import SiteFile, put
from generator.reading.hub import read_file
from generator.reading.page_pictures import read_pictures
from generator.rendering.cards import ShownPage
from generator.rendering.environment import Templates, load_templates, template_folders
from generator.rendering.link_check import FileLinks, links_of
from generator.rendering.records import record_of
from generator.rendering.related import RELATED, with_related
from generator.rendering.search import SearchDocument, search_documents
from generator.rendering.social_images import social_images
from generator.rendering.whole_site import page_files, show_pages, with_known_tags
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan
from generator.seen import noting


@dataclass(frozen=True, slots=True)
class Job:
    """A page that is to be made."""

    path: str
    updated: str | None
    """Time of its last change that version control knows."""
    evidence: tuple[str, ...]
    """The files of its runs, in the order in which folders of evidence are read."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all pages of a site are made with."""

    root: HubRoot
    facts: HubFacts
    today: date
    place: tuple[str, str]
    """The folder that the site is written to, and the one that visitors see."""
    documents: str
    """Folder of what search finds of each card; empty for a site without a search."""
    alive_links: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a page."""

    findings: tuple[Diagnostic, ...]
    asked: tuple[str, ...] = ()
    """Other files that it was made from, or that it was looked for."""
    record: PageRecord | None = None
    """None for a page that an error keeps off the site."""
    files: tuple[SiteFile, ...] = ()
    """Without its cards."""
    cards: tuple[tuple[str, str], ...] = ()
    """The file of each card, and its language. They lie in the site's folder, and are not finished."""
    documents: tuple[tuple[str, str], ...] = ()
    """What search finds of it: each document's file, and a digest of what it holds."""


def make_page(job: Job, shop: Workshop) -> Made:
    """Read, check and render one page, and write its files. Raises TemplatesError and OSError."""
    with noting() as asked:
        page, findings = _sound_page(job, shop)
        if page is None:
            return Made(tuple(findings), tuple(sorted(asked)))
        templates, hub = _templates(shop.root.folder), shop.root.config.hub
        shown = _shown(page, job, shop)
        made = Made(
            tuple(findings),
            tuple(sorted(asked)),
            record_of(shown, hub, templates, len(findings), shop.alive_links),
        )
    ...
