"""All that a page is checked for once it can be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from generator.checking.allowing import Allowances, find_allowances
from generator.checking.parts import Finding, HubFacts
from generator.checking.registry import Rule
from generator.checking.rules import RULES, spelling
from generator.checking.view import PageView
from generator.markdown_blocks import NOT_PARSED, ParsedPage
from generator.model.diagnostic import Diagnostic, Severity
from generator.model.page import Page
from generator.parallel import Mapper

_NAMES = frozenset(rule.name for rule in RULES)


_BATCH = 25
"""Pages checked together: one process of a tool for all of them, and enough batches to share out."""


def check(
    pages: Sequence[Page],
    facts: HubFacts,
    rules: Sequence[Rule],
    severities: Mapping[str, Severity] | None = None,
    mapper: Mapper = map,
) -> list[Diagnostic]:
    """What these rules find in these pages, in the order of files and lines.

    Args:
        severities: for rules whose own severity the hub's owner has changed.
        mapper: like `map`; one that uses several processes checks a large hub sooner.
    """
    check_batch = partial(_check_batch, facts=facts, rules=rules, severities=severities or {})
    batches = [pages[start : start + _BATCH] for start in range(0, len(pages), _BATCH)]
    return sorted(finding for findings in mapper(check_batch, batches) for finding in findings)


def check_page(
    page: Page,
    parsed: ParsedPage,
    facts: HubFacts,
    rules: Sequence[Rule],
    severities: Mapping[str, Severity] | None = None,
) -> list[Diagnostic]:
    """The same of one page whose Markdown is parsed already, in the order of rules.

    Whoever has many of them asks `learn_spelling` first, a batch at a time.
    """
    return list(_findings(PageView(page, facts, parsed), rules, severities or {}))


def learn_spelling(pages: Iterable[Page], rules: Sequence[Rule]) -> None:
    """Ask the tool that knows how words are spelled about many pages at once, if one of the rules will."""
    if any(rule.check is spelling.misspelling for rule in rules):
        spelling.learn(text for page in pages for text in spelling.judged(page))


def _check_batch(
    pages: Sequence[Page], facts: HubFacts, rules: Sequence[Rule], severities: Mapping[str, Severity]
) -> list[Diagnostic]:
    learn_spelling(pages, rules)
    return [finding for page in pages for finding in check_page(page, NOT_PARSED, facts, rules, severities)]


def _findings(view: PageView, rules: Sequence[Rule], severities: Mapping[str, Severity]) -> Iterator[Diagnostic]:
    page = view.page
    allowances, misunderstood = find_allowances(page, _NAMES)
    allowed = Allowances(allowances)
    used = set()
    alone = [(rule, found) for rule in rules if rule.stands_alone and (found := list(rule.check(view)))]
    asked = [rule for rule, _ in alone] or rules
    for rule, found in alone or ((rule, list(rule.check(view))) for rule in rules):
        name = rule.name if found else ""
        for finding in found:
            allowance = allowed.covering(name, finding.line)
            if allowance is None:
                yield _diagnostic(view, name, finding, severities.get(name, rule.severity))
            else:
                used.add(allowance)
    for finding in misunderstood:
        yield _diagnostic(view, "bad-allow", finding, "warning")
    # Whoever runs a few rules alone cannot tell whether an allowance of another one is still needed.
    names = {rule.name for rule in asked} if allowances else ()
    for allowance in allowances:
        if allowance not in used and allowance.rule in names:
            finding = Finding(allowance.line, f"nothing here breaks {allowance.rule} any more: remove the comment")
            yield _diagnostic(view, "unused-allow", finding, "warning")


def _diagnostic(view: PageView, rule: str, finding: Finding, severity: Severity) -> Diagnostic:
    fix = finding.fix if view.is_as_written(finding.line) else None
    return Diagnostic(view.page.path, finding.line, finding.column, rule, finding.message, severity, fix)
