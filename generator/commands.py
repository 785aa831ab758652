"""Each command of the command line: the only place that chains the stages."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.checking.page import check as check_pages
from generator.config import Config
from generator.model.asset import Asset
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.run import Environment, Script, ScriptRun
from generator.publishing import publish
from generator.reading.hub import read_hub
from generator.rendering.environment import load_templates, template_folders, template_names
from generator.rendering.whole_site import render_site
from generator.running.planning import plan
from generator.scheduling.evidence import keep, read_evidence


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

    planned: Callable[[Environment, Sequence[Script]], None]
    started: Callable[[Script], None]
    finished: Callable[[ScriptRun], None]


def check(root: HubRoot, paths: Sequence[Path]) -> Checked:
    """Read and check pages. Raises FileNotFoundError for a path that does not exist."""
    pages, findings = _read_and_check(root, paths)
    return Checked(len(pages), findings)


def build(root: HubRoot, paths: Sequence[Path], out: Path, evidence: Sequence[Path] = ()) -> Built:
    """Render every page without an error and put the site in `out`, from the evidence at hand.

    Raises FileNotFoundError, TemplatesError and PublishError; the site is then as it was.
    """
    pages, findings = _read_and_check(root, paths)
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
    assets: Literal["live", "replay"],
    jobs: int | None = None,
    evidence: Path | None = None,
) -> Verified:
    """Run every script of the pages and keep what came of it.

    Raises FileNotFoundError for a path that does not exist, KernelError, ProxyError and LockError for what keeps
    anything from running.
    """
    # Kernels are a heavy import, and `build` must do without.
    from generator.assets.lock import read_lock
    from generator.assets.store import Store
    from generator.running.probe import probe
    from generator.scheduling.local import Replay, run_all

    pages, findings = read_hub(paths or [root.pages], root.config.languages)
    scripts = plan(pages)
    environment = probe(root.kernel_python, "cpu")
    if assets == "replay":
        read_lock(root.lock)  # said here, where it is a sentence, and not in the proxy's own process
    replay = Replay(root.lock, Store(root.asset_store)) if assets == "replay" else None
    progress.planned(environment, scripts)
    finished: dict[tuple[str, tuple[str, ...]], ScriptRun] = {}
    for done in run_all(
        scripts,
        root.kernel_python,
        environment,
        root.config.limits,
        jobs or os.cpu_count() or 1,
        replay,
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


def list_assets(root: HubRoot) -> Mapping[Asset, bool]:
    """Every locked asset and whether its file is in the store. Raises LockError for a broken lock."""
    from generator.assets.lock import read_lock
    from generator.assets.store import Store

    store = Store(root.asset_store)
    return {asset: store.has(asset.sha256) for asset in read_lock(root.lock).values()}


def _read_and_check(root: HubRoot, paths: Sequence[Path]) -> tuple[list[Page], list[Diagnostic]]:
    pages, findings = read_hub(paths or [root.pages], root.config.languages)
    templates = template_names(template_folders(root.folder))
    return pages, _in_order([*findings, *check_pages(pages, root.config.hub, templates)])


def _in_order(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(findings)
