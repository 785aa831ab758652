"""One page read and checked: what `check` and `build` do alike with each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.checking.page import check_page
from generator.checking.parts import HubFacts
from generator.checking.registry import Rule
from generator.commands.check import severities_of
from generator.commands.root import HubRoot
from generator.markdown_blocks import ParsedPage
from generator.model.diagnostic import Diagnostic, Severity
from generator.model.hub import FormatName, Language
from generator.model.page import Page
from generator.reading.hub import read_parsed_file


@dataclass(frozen=True, slots=True)
class Criteria:
    """What every page is read and checked by, as it travels to other processes."""

    facts: HubFacts
    rules: Sequence[Rule]
    severities: Mapping[str, Severity]
    languages: Sequence[Language]
    form: FormatName
    today: date


def criteria_of(root: HubRoot, facts: HubFacts, rules: Sequence[Rule], today: date) -> Criteria:
    """These rules with the severities that the hub's owner has given them."""
    return Criteria(facts, rules, severities_of(root), root.config.languages, root.config.format, today)


def read(path: str, criteria: Criteria) -> tuple[Page | None, ParsedPage, list[Diagnostic]]:
    """A page with the blocks of its Markdown, and what is wrong with its format; None where it cannot be used."""
    return read_parsed_file(Path(path), criteria.languages, criteria.today, criteria.form)


def check(page: Page, parsed: ParsedPage, criteria: Criteria) -> list[Diagnostic]:
    """What the rules find in it."""
    return check_page(page, parsed, criteria.facts, criteria.rules, criteria.severities)
