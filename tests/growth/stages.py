"""What the program does with a page, one stage after the other, each by itself."""

import functools
import gc
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from generator.checking.allowing import Allowances, find_allowances
from generator.checking.fixing import apply_fixes_to_bytes
from generator.checking.parts import Finding, HubFacts
from generator.checking.rules import RULES
from generator.checking.view import PageView, SectionView
from generator.config import Config
from generator.model.anchors import Outline, shared_anchors
from generator.model.diagnostic import Diagnostic
from generator.model.hub import Language
from generator.model.page import Page
from generator.model.record import PageRecord
from generator.model.site import ListPage, RenderedFile, SiteContext
from generator.reading.hub import read_page
from generator.reading.source import decode
from generator.rendering.api import render_model
from generator.rendering.card_markdown import render_card_markdown
from generator.rendering.cards import ShownPage, render_card, render_notebooks, show
from generator.rendering.environment import load_templates
from generator.rendering.lists import lists, render_list
from generator.rendering.records import record_of
from generator.rendering.related import related_pages, related_told
from generator.rendering.search import search_documents
from generator.rendering.template_folders import template_folders
from generator.rendering.whole_site import files_for_programs, with_known_tags
from generator.reporting.github import github_annotations
from generator.reporting.machine import diagnostics_json
from generator.reporting.sarif import sarif
from generator.reporting.text import diagnostic_lines
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from tests.pages import LANGUAGES
from tests.rendering.sites import ROOT

HUB = Config().hub
TEMPLATES = load_templates(template_folders(ROOT))
PATH = "megengine_vision_tiny.md"
FACTS = HubFacts(
    HUB,
    frozenset({"hub1"}),
    {"megengine_vision_resnet": "ResNet", "megengine_vision_tiny": "Tiny"},
    {"megengine/models": frozenset({"resnet18", "resnet50"}), "a/b": frozenset({"d", "e"})},
)


class Stage(NamedTuple):
    """Something that is done with a page."""

    name: str
    run: Callable[[], object]
    of: bytes = b""
    """All that it looks at, where many pages have the same: what it does then is the same too."""


CACHES = [
    each
    for each in gc.get_objects()
    if isinstance(each, functools._lru_cache_wrapper) and each.__module__.startswith("generator.")
]


def stages(text: str) -> Iterator[Stage]:
    """Each stage, to be called before the next one is asked for. Nothing is known from earlier pages."""
    for cache in CACHES:
        cache.cache_clear()
    page: Page | None = None
    findings: list[Diagnostic] = []

    def reading() -> None:
        nonlocal page
        decoded, problems = decode(text.encode(), PATH)
        page, found = read_page(decoded, PATH, LANGUAGES)
        findings.extend([*problems, *found])

    yield Stage("reading", reading)
    if page is not None:
        yield from _scripts(page)
        yield from _checking(page, findings)
        yield from _rendering(with_known_tags(page, HUB))
    yield Stage("text", lambda: list(diagnostic_lines(findings)))
    yield Stage("github", lambda: list(github_annotations(findings)))
    yield Stage("sarif", lambda: sarif("1", {}, findings))
    yield Stage("json", lambda: diagnostics_json(findings))
    fixes = [finding.fix for finding in findings if finding.fix]
    if page is not None and fixes:
        source = page.source
        yield Stage("fixing", lambda: apply_fixes_to_bytes(source.encode(), source, fixes))


def _scripts(page: Page) -> Iterator[Stage]:
    yield Stage("plan", lambda: plan([page]))
    yield Stage("entries", lambda: entry_uses(page.sample_code))
    yield Stage("variants", lambda: variants(plan([page])[0]))


def _checking(page: Page, findings: list[Diagnostic]) -> Iterator[Stage]:
    view = PageView(page, FACTS)
    yield Stage("view", lambda: _look(view))
    yield Stage("allowing", lambda: _allow(view))
    yield Stage("anchors", lambda: shared_anchors([_outline(section) for section in view.sections]))
    for rule in RULES:

        def check(rule: object = rule) -> None:
            for finding in rule.check(view):  # type: ignore[attr-defined]
                findings.append(_diagnostic(rule.name, finding))  # type: ignore[attr-defined]

        yield Stage(rule.name, check)


def _outline(section: SectionView) -> Outline:
    return [(heading.level, heading.text) for heading in section.headings]


def _look(view: PageView) -> None:
    for section in view.sections:
        _ = section.tokens, section.headings, section.tables, section.links, section.inline_code, section.passages
        _ = section.prose


def _allow(view: PageView) -> None:
    allowed = Allowances(find_allowances(view.page, {"misspelling"})[0])
    for number in range(len(view.lines)):
        allowed.covering("misspelling", number)


def _diagnostic(rule: str, finding: Finding) -> Diagnostic:
    return Diagnostic(PATH, finding.line, finding.column, rule, finding.message, "warning", finding.fix)


def _rendering(page: Page) -> Iterator[Stage]:
    shown: ShownPage | None = None

    def showing() -> None:
        nonlocal shown
        shown = show(page, {}, entry_uses(page.sample_code))

    yield Stage("show", showing)
    if shown is not None:
        one = shown
        yield Stage("card Markdown", lambda: list(render_card_markdown(one, HUB, TEMPLATES.strings)))
        yield Stage("card", lambda: _card(one, _wordiest(page)))  # those of all languages are made in the same way
        yield Stage("notebooks", lambda: list(render_notebooks(one, HUB)))
        yield Stage("api", lambda: render_model(one))
        yield Stage("record", lambda: record_of(one, HUB, TEMPLATES, 0, {}))
        yield Stage("search", lambda: list(search_documents([one], HUB)))
        yield from _of_records([record_of(one, HUB, TEMPLATES, 0, {})])


def _of_records(records: list[PageRecord]) -> Iterator[Stage]:
    of = msgspec.json.encode(records)
    yield Stage("related", lambda: related_told(related_pages(records), records, HUB, TEMPLATES), of)
    yield Stage("lists", lambda: [render_list(page, HUB, TEMPLATES) for page in _lists(records)], of)
    yield Stage("for programs", lambda: list(files_for_programs(records, _lists(records), HUB, TEMPLATES)), of)


def _wordiest(page: Page) -> Language:
    said = {section.language: len(section.text) for section in page.sections}
    return max(HUB.languages, key=lambda language: said.get(language.code, 0))


def _card(shown: ShownPage, language: Language) -> RenderedFile:
    return render_card(shown, language, HUB, TEMPLATES, SiteContext(), "mark")


def _lists(records: list[PageRecord]) -> list[ListPage]:
    return list(lists(records, HUB, TEMPLATES, SiteContext(has_search=True)))
