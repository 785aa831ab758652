"""Each command of the command line: the only place that chains the stages."""

import difflib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator import scaffolding
from generator.checking.baseline import new_findings, read_baseline, write_baseline
from generator.checking.fixing import apply_fixes_to_bytes
from generator.checking.page import check as check_pages
from generator.checking.parts import HubFacts
from generator.checking.registry import Rule
from generator.checking.rules import RULES
from generator.checking.schema import front_matter_schema
from generator.config import Config, ConfigError
from generator.model.asset import Asset
from generator.model.diagnostic import Diagnostic, RuleText, Severity
from generator.model.page import Page
from generator.model.run import Environment, Script, ScriptRun, Weights
from generator.publishing import publish
from generator.reading.hub import read_hub
from generator.rendering.environment import load_templates, template_folders, template_names
from generator.rendering.whole_site import render_site
from generator.running.entries import entry_uses
from generator.running.planning import plan
from generator.scheduling.evidence import keep, read_evidence
from generator.scheduling.pool import pool

_FIX_PASSES = 10
_SCHEMA = "hub1.schema.json"
_MODELINE = f"# yaml-language-server: $schema={_SCHEMA}"
"""Editors that know it complete keys and tags."""


@dataclass(frozen=True, slots=True)
class HubRoot:
    """The folder that holds a hub, and where in it things are."""

    folder: Path
    config: Config

    @property
    def pages(self) -> Path:
        """The pages."""
        return self.folder / "hub_pages"

    @property
    def lock(self) -> Path:
        """The lock of what snippets download."""
        return self.folder / "hub.lock"

    @property
    def asset_store(self) -> Path:
        """What they download."""
        return self.folder / ".hub" / "assets"

    @property
    def standins(self) -> Path:
        """The lock of the stand-in weights."""
        return self.folder / ".hub" / "standins.lock"

    @property
    def own_evidence(self) -> Path:
        """Where runs made here are kept."""
        return self.folder / ".hub" / "evidence"

    @property
    def evidence(self) -> Sequence[Path]:
        """Every place where runs are found: made here, and committed with the pages."""
        return [self.own_evidence, self.folder / "evidence"]

    @property
    def kernel_python(self) -> Path:
        """Interpreter of the kernel environment. Not resolved: a virtual environment's is a link."""
        return self.folder / self.config.kernel.python


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


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` wrote and found."""

    pages: int
    files: int
    findings: Sequence[Diagnostic]


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` ran and found."""

    runs: Sequence[ScriptRun]
    findings: Sequence[Diagnostic]


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell how far `verify` is."""

    warned: Callable[[Sequence[str]], None]
    """Of entries for which no stand-in weights could be made."""
    planned: Callable[[Environment, Sequence[Script]], None]
    started: Callable[[Script], None]
    finished: Callable[[ScriptRun], None]


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

    Raises FileNotFoundError for a path that does not exist, BaselineError for a baseline that cannot be used,
    OfflineError where the network answers nothing.
    """
    rules = _rules(root)
    known = read_baseline(baseline) if baseline else None
    pages, findings = _read_and_check(root, paths, rules)
    fixed = 0
    # A fix may uncover another finding or overlap with it, and each pass leaves fewer.
    for _ in range(_FIX_PASSES if fix else 0):
        mended = _fix(pages, findings)
        if not mended:
            break
        fixed += mended
        pages, findings = _read_and_check(root, paths, rules)
    if external:
        from generator.checking.external import check_external  # the network's libraries are slow to load

        (root.folder / ".hub").mkdir(exist_ok=True)
        findings = sorted([*findings, *check_external(pages, root.folder / ".hub" / "links.json")])
    if update_baseline:
        write_baseline(findings, update_baseline)
        return Checked(len(pages), [], fixed, len(findings))
    if known is None or baseline is None:
        return Checked(len(pages), findings, fixed)
    new = new_findings(findings, known, baseline)
    return Checked(len(pages), new, fixed, len(findings) - len(new))


def build(root: HubRoot, paths: Sequence[Path], out: Path, evidence: Sequence[Path] = ()) -> Built:
    """Render every page without an error and put the site in `out`, from the evidence at hand.

    Raises FileNotFoundError, TemplatesError and PublishError; the site is then as it was.
    """
    severities = _severities(root)
    grave = [rule for rule in _rules(root) if severities.get(rule.name, rule.severity) == "error"]
    pages, findings = _read_and_check(root, paths, grave)
    broken = {finding.path for finding in findings if finding.severity == "error"}
    sound = [page for page in pages if page.path not in broken]
    runs, evidence_findings = read_evidence([*evidence, *root.evidence])
    templates = load_templates(template_folders(root.folder))
    files = render_site(sound, plan(sound), runs, root.config.hub, templates)
    number = publish(files, out)
    return Built(len(sound), number, [*findings, *evidence_findings])


def verify(
    root: HubRoot,
    paths: Sequence[Path],
    progress: Progress,
    *,
    assets: Literal["live", "record", "replay"],
    weights: Weights = "published",
    accept_changes: bool = False,
    jobs: int | None = None,
    evidence: Path | None = None,
) -> Verified:
    """Run every script of the pages and keep what came of it.

    Args:
        assets: live, from the network; record, from the network into store and lock; replay, from the store alone.
        weights: standin serves random weights, made from the hub repository's archive, where the published ones are.
        accept_changes: whether recording locks an upstream file anew that has changed.

    Raises FileNotFoundError for a path that does not exist, ValueError for stand-ins without a proxy, KernelError,
    ProxyError, StandInError and LockError for what keeps anything from running.
    """
    if weights == "standin" and assets == "live":
        raise ValueError("--weights standin needs --assets replay or record: live downloads come as they are")
    # Kernels are a heavy import, and `build` must do without.
    from generator.assets.lock import read_lock
    from generator.assets.store import Store
    from generator.running.probe import probe
    from generator.scheduling.local import Downloads, run_all

    pages, findings = read_hub(paths or [root.pages], root.config.languages)
    scripts = plan(pages)
    environment = probe(root.kernel_python, "cpu")
    downloads = None
    if assets != "live":
        read_lock(root.lock)  # said here, where it is a sentence, and not in the proxy's own process
        overlay = root.standins if weights == "standin" else None
        downloads = Downloads(root.lock, Store(root.asset_store), assets, overlay, accept_changes)
    if weights == "standin":
        progress.warned(standins(root, _entries_of(scripts)))
    progress.planned(environment, scripts)
    finished: dict[tuple[str, tuple[str, ...]], ScriptRun] = {}
    for done in run_all(
        scripts,
        root.kernel_python,
        environment,
        root.config.limits,
        jobs or os.cpu_count() or 1,
        downloads,
        progress.started,
    ):
        keep(done.run, done.notebook, evidence or root.own_evidence)
        progress.finished(done.run)
        finished[done.run.path, done.run.languages] = done.run
    return Verified([finished[script.path, script.languages] for script in scripts], findings)


def add_asset(root: HubRoot, url: str, file: Path) -> Asset:
    """Put a file into the store and the lock under the URL that snippets ask for.

    Raises ValueError for what is no URL, OSError for a file that cannot be read, LockError for a broken lock.
    """
    from generator.assets import lock
    from generator.assets.store import Store

    return lock.add_asset(url, file, root.lock, Store(root.asset_store))


def standins(root: HubRoot, requests: Sequence[tuple[str, str]]) -> list[str]:
    """Make stand-in weights for these repositories and entries; return a line for each that could not be made.

    Raises StandInError where the kernel environment does not work, LockError for a broken lock.
    """
    from generator.assets.standin import Failure, make_standins
    from generator.assets.store import Store

    answers = make_standins(requests, root.lock, Store(root.asset_store), root.kernel_python, root.standins.parent)
    return [
        f"no stand-in weights for {answer.entry} of {answer.repository}: {answer.reason}"
        for answer in answers
        if isinstance(answer, Failure)
    ]


def standin_requests(root: HubRoot, repositories: Sequence[str]) -> list[tuple[str, str]]:
    """Repository and entry of everything that the pages' samples load or offer from these repositories, or from any."""
    pages, _ = read_hub([root.pages], root.config.languages)
    return [one for one in _entries_of(plan(pages)) if not repositories or one[0].split(":")[0] in repositories]


def damaged_assets(root: HubRoot) -> list[str]:
    """What is wrong with the store's files, a line each; all of them are read. Raises LockError for a broken lock."""
    from generator.assets.store import Store
    from generator.assets.upkeep import verify_store

    return [problem.message for problem in verify_store([root.lock], Store(root.asset_store))]


def prune_assets(root: HubRoot) -> tuple[int, int]:
    """Delete what no lock names; return how many files and bytes that were. Raises LockError for a broken lock."""
    from generator.assets.store import Store
    from generator.assets.upkeep import prune

    pruned = prune([root.lock, root.standins], Store(root.asset_store))
    return pruned.files, pruned.bytes


def list_assets(root: HubRoot) -> Mapping[Asset, bool]:
    """Every locked asset and whether its file is in the store. Raises LockError for a broken lock."""
    from generator.assets.lock import read_lock
    from generator.assets.store import Store

    store = Store(root.asset_store)
    return {asset: store.has(asset.sha256) for asset in read_lock(root.lock).values()}


@dataclass(frozen=True, slots=True)
class NewPage:
    """What is known of a page that is to be written."""

    id: str
    title: str
    tags: Sequence[str]
    author: str
    link: str
    entry: str


def rule_texts() -> Sequence[RuleText]:
    """What every rule asks."""
    return [rule.text for rule in RULES]


def new_page(root: HubRoot, wanted: NewPage) -> tuple[Path, Sequence[tuple[int, str]]]:
    """Write a new page and the schema that its head names; return its path, and line and question of what is open.

    Raises ValueError for an id that does not fit the hub, FileExistsError where there is a page of that id, however its
    case: no page is ever overwritten.
    """
    text = scaffolding.new_page(
        wanted.id, wanted.title, wanted.tags, wanted.author, wanted.link, root.config.hub, entry=wanted.entry
    )
    text = text.replace("---\n", f"---\n{_MODELINE}\n", 1)
    root.pages.mkdir(exist_ok=True)
    taken = [page for page in root.pages.glob("*.md") if page.stem.casefold() == wanted.id.casefold()]
    if taken:
        raise FileExistsError(f"{taken[0]} exists: choose another id, or edit that page")
    path = root.pages / f"{wanted.id}.md"
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    (root.pages / _SCHEMA).write_text(schema(root), encoding="utf-8")
    return path, scaffolding.placeholders(text)


def schema(root: HubRoot) -> str:
    """JSON Schema of front matter in this hub, for editors."""
    templates = template_names(template_folders(root.folder))
    return json.dumps(front_matter_schema(root.config.hub, templates), ensure_ascii=False, indent=1) + "\n"


def _entries_of(scripts: Iterable[Script]) -> list[tuple[str, str]]:
    """Repository and entry of everything that samples load or offer, each once."""
    found = [(use.repository, use.entry) for script in scripts for use in entry_uses(script.snippets[0].code)]
    return list(dict.fromkeys(found))


def _read_and_check(root: HubRoot, paths: Sequence[Path], rules: Sequence[Rule]) -> tuple[list[Page], list[Diagnostic]]:
    with pool() as spread:
        pages, findings = read_hub(paths or [root.pages], root.config.languages, spread)
        known = pages
        if paths and root.pages.is_dir():  # a page's claims are also about the pages beside it
            known = [*pages, *read_hub([root.pages], root.config.languages, spread)[0]]
        facts = HubFacts(
            hub=root.config.hub,
            templates=frozenset(template_names(template_folders(root.folder))),
            titles={page.id: page.front_matter.title for page in known},
            entries=_entries(root),
        )
        return pages, sorted([*findings, *check_pages(pages, facts, rules, _severities(root), spread)])


def _rules(root: HubRoot) -> Sequence[Rule]:
    """The rules that the hub's owner asks. Raises ConfigError for a setting of a rule that does not exist."""
    names = [rule.name for rule in RULES]
    for name in root.config.rules:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else "`hubpages rules` lists them all"
            raise ConfigError(f"{root.folder / 'hub.toml'}: there is no rule {name!r}: {hint}")
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
            path = Path(page.path)
            incoming = path.with_name(f".{path.name}.{os.getpid()}")
            incoming.write_bytes(apply_fixes_to_bytes(path.read_bytes(), page.source, edits))
            shutil.copymode(path, incoming)
            incoming.replace(path)
            number += len(edits)
    return number
