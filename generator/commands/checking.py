"""Pages read and checked: those that have changed, and all where what they are checked against has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from generator.checking.page import check_page, learn_spelling
from generator.checking.parts import HubFacts
from generator.checking.registry import Rule
from generator.commands.check import asked_rules, facts_of, known_page, severities_of
from generator.commands.checked import CheckedPage, KnownPage
from generator.commands.standing import Standing
from generator.markdown_blocks import NOT_PARSED, ParsedPage
from generator.model.diagnostic import Diagnostic, Severity
from generator.model.hub import Language
from generator.model.page import Page
from generator.parallel import Mapper, pool
from generator.reading.hub import read_file, read_parsed_file
from generator.seen import noting

_BATCH = 25
"""Pages checked together: one process of a tool for all of them, and enough batches to share out."""

_Found = tuple[tuple[Diagnostic, ...], tuple[tuple[str, str], ...]]
"""What is wrong with a page; and the other files that rules looked at, with the digest of each before that."""


@dataclass(frozen=True, slots=True)
class _Check:
    """What every page is checked with, as it travels to other processes."""

    facts: HubFacts
    rules: Sequence[Rule]
    severities: Mapping[str, Severity]
    languages: Sequence[Language]
    today: date


def check_changed(standing: Standing) -> Mapping[str, CheckedPage]:
    """All pages of a hub as they are now, by the path of each."""
    with pool() as mapper:
        pages, read = _read(standing, mapper)
        digest = standing.facts(pages)
        rules, root = asked_rules(standing.root), standing.root
        facts = facts_of(root, standing.known(pages), rules)
        check = _Check(facts, rules, severities_of(root), root.config.languages, standing.today)
        paths = standing.to_check(pages, digest)
        tasks = [(path, read.get(path)) for path in paths]
        batches = [tasks[start : start + _BATCH] for start in range(0, len(tasks), _BATCH)]
        found = [one for batch in mapper(partial(_check_batch, check=check), batches) for one in batch]
    for path, (findings, asked) in zip(paths, found, strict=True):
        pages[path] = replace(pages[path], facts=digest, asked=asked, of_rules=findings)
    return pages


def _read(standing: Standing, mapper: Mapper) -> tuple[dict[str, CheckedPage], Mapping[str, Page]]:
    """Every page as it is kept or read now, and those that were read."""
    pages, read = dict(standing.pages), {}
    stale = [path for path in standing.keys if path not in pages]
    read_one = partial(_read_page, languages=standing.root.config.languages, today=standing.today)
    for path, (page, known, findings) in zip(stale, mapper(read_one, stale), strict=True):
        # What cannot be read may hold a day without its being seen.
        day = "" if page and "until" not in page.source else standing.today.isoformat()
        pages[path] = CheckedPage(standing.keys[path], day, known, tuple(findings))
        if page:
            read[path] = page
    return pages, read


def _read_page(
    path: str, languages: Sequence[Language], today: date
) -> tuple[Page | None, KnownPage | None, list[Diagnostic]]:
    page, findings = read_file(Path(path), languages, today)
    return page, known_page(page) if page else None, findings


def _check_batch(tasks: Sequence[tuple[str, Page | None]], check: _Check) -> list[_Found]:
    """What is wrong with these pages, of which those are read that are not at hand."""
    pages: list[tuple[Page | None, ParsedPage]] = []
    for path, page in tasks:
        if page:
            pages.append((page, NOT_PARSED))
        else:
            pages.append(read_parsed_file(Path(path), check.languages, check.today)[:2])
    learn_spelling([page for page, _ in pages if page], check.rules)
    return [_check_page(page, parsed, check) if page else ((), ()) for page, parsed in pages]


def _check_page(page: Page, parsed: ParsedPage, check: _Check) -> _Found:
    with noting() as asked:
        findings = check_page(page, parsed, check.facts, check.rules, check.severities)
    return tuple(findings), tuple(sorted(asked.items()))
