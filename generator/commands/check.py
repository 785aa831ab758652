"""Read pages and say what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.checking.explained import explained
from generator.checking.page import check as check_pages
from generator.checking.parts import HubFacts, NotGathered
from generator.checking.registry import Rule
from generator.checking.rules import RULES
from generator.commands.checked import KnownPage
from generator.commands.known import known_page
from generator.commands.rewriting import rewrite_page
from generator.commands.root import HubRoot
from generator.model.diagnostic import Diagnostic, Edit, RuleText, Severity
from generator.model.hub import HUB1
from generator.model.page import Page
from generator.parallel import Mapper, pool
from generator.reading.hub import read_hub
from generator.rendering.template_folders import template_folders, template_names
from generator.seen import digest_of

_FIX_PASSES = 10
_NOT_GATHERED = NotGathered[Any]()


def check_anew(
    root: HubRoot, paths: Sequence[Path], *, fix: bool = False, external: bool = False
) -> tuple[int, list[Diagnostic], int]:
    """Read and check pages, mend what can be mended, if asked, and ask the network about links, if asked.

    Returns how many pages could be read, what is left to mend, and how many findings were mended. Raises
    FileNotFoundError, NoHubError, and OfflineError where the network answers nothing.
    """
    rules = asked_rules(root)
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
    return len(pages), findings, fixed


def rule_texts() -> Sequence[RuleText]:
    """What every rule asks, and what stands behind every other name that a finding can have."""
    return [*(rule.text for rule in RULES), *explained()]


def gather_facts(root: HubRoot, paths: Sequence[Path], rules: Sequence[Rule], mapper: Mapper) -> tuple[HubFacts, str]:
    """What pages are checked against by these rules, and a digest of it; read from all pages only where one asks."""
    pages: list[Page] = []
    if any(rule.needs_hub for rule in rules):
        pages = read_hub(root.pages_or(paths), root.config.languages, mapper, form=root.config.format)[0]
    facts = _facts(root, pages, paths, rules, mapper)
    rows: list[object] = []
    if pages:
        of_sets = facts.entries, facts.repositories
        rows = [sorted(facts.titles.items()), *([(name, sorted(of[name])) for name in sorted(of)] for of in of_sets)]
    return facts, digest_of(sorted(facts.templates), *rows)


def plain_facts(root: HubRoot) -> HubFacts:
    """The same for rules that look at no other page."""
    return facts_of(root, (), ())


def error_rules(root: HubRoot) -> Sequence[Rule]:
    """The rules whose findings keep a page off the site, and those that `build` asks besides."""
    severities = severities_of(root)
    return [
        rule for rule in asked_rules(root) if rule.asked_by_build or severities.get(rule.name, rule.severity) == "error"
    ]


def read_and_check(root: HubRoot, paths: Sequence[Path], rules: Sequence[Rule]) -> tuple[list[Page], list[Diagnostic]]:
    """Every page that can be read, and what reading and these rules say of all of them."""
    with pool() as mapper:
        pages, findings = read_hub(root.pages_or(paths), root.config.languages, mapper, form=root.config.format)
        facts = _facts(root, pages, paths, rules, mapper)
        return pages, sorted([*findings, *check_pages(pages, facts, rules, severities_of(root), mapper)])


def check_unwritten(root: HubRoot, page: Page) -> list[Diagnostic]:
    """What would be wrong with a page in this hub."""
    rules = asked_rules(root)
    facts = _facts(root, [page], [root.pages], rules, map)
    return check_pages([page], facts, rules, severities_of(root))


def facts_of(root: HubRoot, known: Iterable[KnownPage], rules: Sequence[Rule]) -> HubFacts:
    """What these pages are checked against, without what none of the rules asks for."""
    templates = frozenset(template_names(template_folders(root.folder)))
    titles: Mapping[str, str] = _NOT_GATHERED
    entries: Mapping[str, frozenset[str]] = _NOT_GATHERED
    repositories: Mapping[str, frozenset[str]] = _NOT_GATHERED
    if any(rule.needs_hub for rule in rules):
        known = list(known)
        titles, entries = {page.id: page.title for page in known}, _entries(root)
        users: dict[str, set[str]] = {}
        for page in known:
            for name in page.repositories:
                users.setdefault(name, set()).add(page.id)
        repositories = {name: frozenset(ids) for name, ids in sorted(users.items())}
    return HubFacts(root.config.hub, templates, titles, entries, repositories)


def _facts(
    root: HubRoot, pages: Iterable[Page], paths: Sequence[Path], rules: Sequence[Rule], mapper: Mapper
) -> HubFacts:
    """What these pages are checked against: also what those beside them say, where one of the rules asks."""
    if not any(rule.needs_hub for rule in rules):
        return facts_of(root, (), rules)
    if paths and root.pages.is_dir():  # a page's claims are also about the pages beside it
        pages = [*pages, *read_hub([root.pages], root.config.languages, mapper, form=root.config.format)[0]]
    return facts_of(root, map(known_page, pages), rules)


def asked_rules(root: HubRoot) -> Sequence[Rule]:
    """The rules that the hub's owner asks, of those that make sense in the format of the hub's pages."""
    is_hub1 = root.config.format == HUB1
    return [rule for rule in RULES if root.config.rules.get(rule.name) != "off" and (is_hub1 or not rule.of_hub1)]


def severities_of(root: HubRoot) -> Mapping[str, Severity]:
    """The severities that the hub's owner has changed, by the rule's name."""
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
    edits: dict[str, list[Edit]] = {}
    for finding in findings:
        if finding.fix:
            edits.setdefault(finding.path, []).append(finding.fix)
    for page in pages:
        if page.path in edits:
            rewrite_page(Path(page.path), page.source, edits[page.path])
    return sum(len(edits.get(page.path, ())) for page in pages)
