"""Read pages and say what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.checking.baseline import new_findings, read_baseline, write_baseline
from generator.checking.explained import explained
from generator.checking.page import check as check_pages
from generator.checking.parts import HubFacts, NotGathered
from generator.checking.registry import Rule
from generator.checking.rules import RULES
from generator.commands.rewriting import rewrite_page
from generator.commands.root import HubRoot
from generator.memory import Memory, NoMemory, files_state
from generator.model.diagnostic import Diagnostic, RuleText, Severity
from generator.model.page import Page
from generator.parallel import pool
from generator.reading.hub import read_hub
from generator.rendering.environment import template_folders, template_names
from generator.scripts.entries import entry_uses

_FIX_PASSES = 10
_NOT_GATHERED = NotGathered[Any]()


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found."""

    pages: int
    """How many could be read."""
    findings: Sequence[Diagnostic]
    """What is left to mend."""
    fixed: int = 0
    """How many findings were mended."""
    known: int = 0
    """How many the baseline knows."""


def check(
    root: HubRoot,
    paths: Sequence[Path],
    *,
    fix: bool = False,
    baseline: Path | None = None,
    update_baseline: Path | None = None,
    external: bool = False,
) -> Checked:
    """Read and check pages; mend what can safely be mended, if asked; ask the network about links, if asked.

    Raises FileNotFoundError for a path that does not exist, NoHubError where there are no pages, BaselineError for a
    baseline that cannot be used, OfflineError where the network answers nothing.
    """
    rules = _rules(root)
    known = read_baseline(baseline) if baseline else None
    pages, findings = read_and_check(root, paths, rules)
    fixed = 0
    # A fix may uncover another finding or overlap with it, and each pass leaves fewer.
    for _ in range(_FIX_PASSES if fix else 0):
        mended = _fix(pages, findings)
        if not mended:
            break
        fixed += mended
        pages, findings = read_and_check(root, paths, rules)
    if external:
        from generator.checking.external import check_external  # the network's libraries are slow to load

        root.alive_links.parent.mkdir(exist_ok=True)
        findings = sorted([*findings, *check_external(pages, root.alive_links)])
    if update_baseline:
        write_baseline(findings, update_baseline)
        return Checked(len(pages), [], fixed, len(findings))
    if known is None or baseline is None:
        return Checked(len(pages), findings, fixed)
    new = new_findings(findings, known, baseline)
    return Checked(len(pages), new, fixed, len(findings) - len(new))


def rule_texts() -> Sequence[RuleText]:
    """What every rule asks, and what stands behind every other name that a finding can have."""
    return [*(rule.text for rule in RULES), *explained()]


def error_rules(root: HubRoot) -> Sequence[Rule]:
    """The rules whose findings keep a page off the site, and those that `build` asks besides."""
    severities = _severities(root)
    return [rule for rule in _rules(root) if rule.asked_by_build or severities.get(rule.name, rule.severity) == "error"]


def read_and_check(
    root: HubRoot, paths: Sequence[Path], rules: Sequence[Rule], memory: Memory | None = None
) -> tuple[list[Page], list[Diagnostic]]:
    """Every page that can be read, and what reading and these rules say of all of them.

    Args:
        memory: what was read and checked before; by default nothing, and several processes for a large hub.
    """
    if memory is None:
        with pool() as opened:
            return read_and_check(root, paths, rules, NoMemory(opened))
    pages, findings = read_hub(root.pages_or(paths), root.config.languages, memory.map)
    facts = _facts(root, pages, paths, rules, memory)
    return pages, sorted([*findings, *check_pages(pages, facts, rules, _severities(root), memory.map)])


def check_unwritten(root: HubRoot, page: Page) -> list[Diagnostic]:
    """What would be wrong with a page in this hub."""
    rules = _rules(root)
    return check_pages([page], _facts(root, [page], [root.pages], rules, NoMemory()), rules, _severities(root))


def _facts(root: HubRoot, pages: list[Page], paths: Sequence[Path], rules: Sequence[Rule], memory: Memory) -> HubFacts:
    """What the pages are checked against, without what none of the rules asks for."""
    templates = frozenset(template_names(template_folders(root.folder)))
    titles: Mapping[str, str] = _NOT_GATHERED
    entries: Mapping[str, frozenset[str]] = _NOT_GATHERED
    repositories: Mapping[str, frozenset[str]] = _NOT_GATHERED
    if any(rule.needs_hub for rule in rules):
        known = pages
        if paths and root.pages.is_dir():  # a page's claims are also about the pages beside it
            known = [*pages, *read_hub([root.pages], root.config.languages, memory.map)[0]]
        titles, entries = {page.id: page.front_matter.title for page in known}, _entries(root)
        repositories = _repositories(known)
    beside = tuple(file for file in files_state([root.pages]) if not file[0].endswith(".md"))
    return memory.recall("facts", HubFacts, root.config.hub, templates, titles, entries, repositories, beside)


def _repositories(pages: Iterable[Page]) -> Mapping[str, frozenset[str]]:
    """Which pages load from which repository."""
    found: dict[str, set[str]] = {}
    for page in pages:
        for use in entry_uses(page.sample.code):
            found.setdefault(use.repository.partition(":")[0].lower(), set()).add(page.id)
    return {name: frozenset(ids) for name, ids in found.items()}


def _rules(root: HubRoot) -> Sequence[Rule]:
    """The rules that the hub's owner asks."""
    return [rule for rule in RULES if root.config.rules.get(rule.name) != "off"]


def _severities(root: HubRoot) -> Mapping[str, Severity]:
    return {name: setting for name, setting in root.config.rules.items() if setting != "off"}


def _entries(root: HubRoot) -> Mapping[str, frozenset[str]]:
    """What the hub repositories export whose archives are in the store."""
    if not root.lock.exists():
        return {}
    from generator.assets.hubconf import exported_names, repository_of_archive_url
    from generator.assets.lock import read_lock
    from generator.assets.store import Store

    store = Store(root.asset_store)
    found: dict[str, frozenset[str]] = {}
    for asset in read_lock(root.lock).values():
        repository = repository_of_archive_url(asset.url)
        if repository and store.has(asset.sha256):
            names = exported_names(store.path_of(asset.sha256))
            if names is not None:
                found[repository.lower()] = found.get(repository.lower(), frozenset()) | names
    return found


def _fix(pages: Iterable[Page], findings: Iterable[Diagnostic]) -> int:
    """Mend what can be mended in these pages' files; return how many findings that were."""
    number = 0
    for page in pages:
        edits = [finding.fix for finding in findings if finding.path == page.path and finding.fix]
        if edits:
            rewrite_page(Path(page.path), page.source, edits)
            number += len(edits)
    return number
