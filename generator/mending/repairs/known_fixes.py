"""What `check --fix` would mend in the snippet that fails."""

from collections import defaultdict
from collections.abc import Iterator

from generator.checking.page import check_page
from generator.checking.parts import HubFacts
from generator.checking.rules import RULES
from generator.checking.rules.code import unused_import
from generator.markdown_blocks import NOT_PARSED
from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.diagnostic import Edit
from generator.model.hub import Hub
from generator.model.mending import Candidate, CodeEdit
from generator.model.page import Page, Snippet

_FIXABLE = tuple(rule for rule in RULES if rule.fixable and not rule.needs_hub and rule.check is not unused_import)
"""An import that goes mends nothing, or hides what is missing."""


def known_fix(failure: Broken) -> Iterator[Candidate]:
    """A finding of `hubpages check` in the snippet that fails, as `check --fix` mends it: one candidate a rule.

    What a rule says is its own documentation. Never proposed is a fix outside of the snippet that fails.
    """
    snippet = _snippet(failure)
    if snippet is None:
        return
    facts = HubFacts(Hub("", "", (), {}), frozenset(), {}, {})
    by_rule: dict[str, list[CodeEdit]] = defaultdict(list)
    for finding in check_page(failure.page, NOT_PARSED, facts, _FIXABLE):
        edit = _in_snippet(failure.page, snippet, finding.fix, failure.place[0]) if finding.fix else None
        if edit is not None and edit not in by_rule[finding.rule]:
            by_rule[finding.rule].append(edit)
    for rule, edits in by_rule.items():
        if edits:
            yield Candidate(tuple(edits), f"mend what breaks {rule}")


def _snippet(failure: Broken) -> Snippet | None:
    """The snippet as it stands for the script's first language."""
    index, language = failure.place[0], failure.script.languages[0]
    section = failure.page.section(language)
    snippets = failure.page.snippets_in(section) if section else ()
    return snippets[index] if index < len(snippets) else None


def _in_snippet(page: Page, snippet: Snippet, fix: Edit, index: int) -> CodeEdit | None:
    """An edit of the page as one of the snippet's code; None where it reaches beyond it."""
    lines, code = page.source.split("\n"), snippet.code.split("\n")[:-1]
    at = sum(len(line) + 1 for line in lines[: snippet.line - 1])
    own = 0
    places: dict[int, int] = {}
    for line, text in zip(lines[snippet.line - 1 :], code, strict=False):
        if not line.endswith(text):
            return None
        mark = len(line) - len(text)
        places.update({at + mark + column: own + column for column in range(len(text) + 1)})
        at, own = at + len(line) + 1, own + len(text) + 1
    places.setdefault(at, own)  # behind the last line
    if fix.start not in places or fix.end not in places:
        return None
    return CodeEdit(index, places[fix.start], places[fix.end], fix.text)


REPAIRS: tuple[Repair, ...] = (Repair(known_fix),)
