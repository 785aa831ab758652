"""Pages read and checked: those that have changed, and all where what they are checked against has."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from generator.checking.page import learn_spelling
from generator.commands import page_check
from generator.commands.check import asked_rules, facts_of
from generator.commands.checked import CheckedPage
from generator.commands.known import glance_at, known_page
from generator.commands.page_check import Criteria, criteria_of
from generator.commands.standing import Standing
from generator.markdown_blocks import ParsedPage
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.parallel import Mapper, pool
from generator.seen import noting

_BATCH = 25
"""Pages checked together: one process of a tool for all of them, and enough batches to share out."""


def check_changed(standing: Standing) -> dict[str, CheckedPage]:
    """All pages of a hub as they are now, by the path of each.

    A page is read and checked at one go, so what it is checked against must be known before any page is read: it is
    what the beginnings of their files say. Where that was wrong, which takes a page that cannot be read for what
    stands in its sections, the pages are checked once more.
    """
    with pool() as mapper:
        pages = {**_glanced(standing, mapper), **standing.pages}
        for _ in "12":
            _check(pages, standing, mapper)
    return pages


def _glanced(standing: Standing, mapper: Mapper) -> dict[str, CheckedPage]:
    """What pages that have changed seem to be. They have no key yet."""
    paths = [path for path in standing.keys if path not in standing.pages]
    glance = partial(
        glance_at, languages=standing.root.config.languages, today=standing.today, form=standing.root.config.format
    )
    return {path: CheckedPage("", "", known, ()) for path, known in zip(paths, mapper(glance, paths), strict=True)}


def _check(pages: dict[str, CheckedPage], standing: Standing, mapper: Mapper) -> None:
    """Read and check those that were only glanced at, or were checked against something else."""
    digest, once = standing.facts(pages), set(standing.checked)
    unread = [path for path in standing.keys if not pages[path].key]
    paths = list(dict.fromkeys([*unread, *standing.to_check(pages, digest)]))
    if not paths:
        return
    rules = asked_rules(standing.root)
    against = facts_of(standing.root, standing.known(pages), rules)
    check_batch = partial(_check_batch, criteria=criteria_of(standing.root, against, rules, standing.today))
    tasks = [(path, path in once) for path in paths]
    batches = [tasks[start : start + _BATCH] for start in range(0, len(tasks), _BATCH)]
    found = (page for batch in mapper(check_batch, batches) for page in batch)
    for path, page in zip(paths, found, strict=True):
        # A page that was read before stays what it was then, as what others were checked against.
        known = pages[path] if pages[path].key else replace(page, key=standing.keys[path])
        facts = digest if path in once else ""
        pages[path] = replace(known, facts=facts, asked=page.asked, of_rules=page.of_rules)


def _check_batch(tasks: Sequence[tuple[str, bool]], criteria: Criteria) -> list[CheckedPage]:
    """What these pages are and what is wrong with them, by the rules too where these are asked; without their keys."""
    opened = [(*page_check.read(path, criteria), is_asked) for path, is_asked in tasks]
    learn_spelling([page for page, _, _, is_asked in opened if page and is_asked], criteria.rules)
    return [_checked(*each, criteria) for each in opened]


def _checked(
    page: Page | None, parsed: ParsedPage, of_reading: Sequence[Diagnostic], is_asked: bool, criteria: Criteria
) -> CheckedPage:
    # What cannot be read may hold a day without its being seen.
    day = "" if page and "until" not in page.source else criteria.today.isoformat()
    if page is None:
        return CheckedPage("", day, None, tuple(of_reading))
    with noting() as asked:
        of_rules = page_check.check(page, parsed, criteria) if is_asked else []
    asked_files = tuple(sorted(asked.items()))
    return CheckedPage("", day, known_page(page), tuple(of_reading), "", asked_files, tuple(of_rules))
