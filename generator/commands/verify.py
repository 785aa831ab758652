"""Run every snippet and keep the evidence."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from generator.commands.assets import entries_of, make_standins, record_archives
from generator.commands.outputs import rewrite_outputs
from generator.commands.root import HubRoot
from generator.evidence.keeping import keep, read_evidence
from generator.evidence.reuse import reusable
from generator.model.asset import Asset
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.run import EntryCheck, Environment, Script, ScriptRun, Weights
from generator.reading.hub import read_hub
from generator.scheduling.changes import changed_pages
from generator.scripts.lookup import Offer, look_up, offers, read_answers
from generator.scripts.planning import plan
from generator.scripts.variants import variants

_Key = tuple[str, tuple[str, ...], str | None]
"""File, languages and variant: two pages may have the same code."""


@dataclass(frozen=True, slots=True)
class Request:
    """How pages are to be verified."""

    assets: Literal["live", "record", "replay"] = "live"
    """live, from the network; record, from the network into store and lock; replay, from the store alone."""
    weights: Weights = "published"
    """standin serves random weights, made from the hub repository's archive, where the published ones are."""
    variants: Literal["none", "entry", "run"] = "entry"
    """What is done with the entries that samples offer: nothing, looked up, or run in place of the active one."""
    device: Literal["auto", "cpu", "gpu"] = "auto"
    sandbox: Literal["auto", "bwrap", "none"] = "auto"
    jobs: int | None = None
    """Scripts at a time; one a core unless given."""
    repeats: int = 1
    fresh: bool = False
    """Whether also that is run which need not run again."""
    changed_since: str | None = None
    """A revision; pages that have not changed since are left out."""
    accept_changes: bool = False
    """Whether recording locks an upstream file anew that has changed."""
    update_outputs: bool = False
    """Whether the pages' expected outputs are rewritten to what is printed."""
    evidence: Path | None = None
    """Where runs are kept, if not in the hub's own folder."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` ran and found."""

    runs: Sequence[ScriptRun]
    findings: Sequence[Diagnostic]
    entries: Sequence[EntryCheck] = ()
    reused: int = 0
    """How many of the runs are from before."""
    skips: int = 0
    """How many snippets the pages' directives leave out."""
    rewritten: Sequence[Path] = ()
    """The pages whose expected outputs are now others."""
    is_interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell how far `verify` is."""

    warned: Callable[[Sequence[str]], None]
    planned: Callable[[Environment, Sequence[Script]], None]
    started: Callable[[Script, str], None]
    """A script, and the device it runs on where there are several."""
    finished: Callable[[ScriptRun], None]


def verify(root: HubRoot, paths: Sequence[Path], progress: Progress, request: Request) -> Verified:
    """Run every script of the pages and keep what came of it; what still holds from before is not run again.

    Ctrl-C ends it with what was done so far.

    Raises FileNotFoundError for a path that does not exist, ValueError for a request that contradicts itself,
    KernelError, SandboxError, DeviceError, ProxyError, RevisionError and LockError for what keeps anything from
    running.
    """
    _refuse_contradictions(request)
    # Kernels are a heavy import, and `build` must do without.
    from generator.assets.store import Store
    from generator.running.probe import probe
    from generator.running.sandbox import choose
    from generator.scheduling.devices import choose_gpus
    from generator.scheduling.local import Conditions, Downloads, run_all

    pages, findings = _read(root, paths, request.changed_since)
    scripts = plan(pages)
    sandbox = choose(request.sandbox)
    if sandbox.reason:
        progress.warned([sandbox.reason])
    gpus = choose_gpus(request.device, root.kernel_python)
    environment = probe(root.kernel_python, gpus[0].name if gpus else "cpu")
    overlay = root.standins if request.weights == "standin" else None
    if overlay and request.assets == "record":
        # Stand-ins are made of what is locked.
        repositories = dict.fromkeys(repository for repository, _ in entries_of(scripts))
        progress.warned(record_archives(root, repositories, update=request.accept_changes))
    if overlay:
        entries = entries_of(scripts, offered=request.variants == "run")
        make_standins(root, entries, sandbox.kind, progress.warned)
    locked = None if request.assets == "live" else _locked(root.lock, overlay)
    offered = offers(scripts) if request.variants != "none" else []
    lookups = look_up(offered, check_weights=request.assets != "replay" and overlay is None)
    wanted = [_to_run(script, request) for script in scripts]
    if request.variants == "run":
        wanted += [variant for script in scripts for variant in variants(script)]

    known: dict[_Key, ScriptRun] = {}
    if not request.fresh and request.assets != "record" and not request.update_outputs:
        folders = [*([request.evidence] if request.evidence else []), *root.evidence]
        known = _still_true(wanted, folders, environment, locked, request)
        known |= _still_true(lookups, [root.lookups], environment, locked, replace(request, repeats=1))
    missing = [script for script in (*lookups, *wanted) if _key(script) not in known]
    progress.planned(environment, missing)
    for script in wanted:
        if _key(script) in known:
            progress.finished(known[_key(script)])
    conditions = Conditions(
        root.kernel_python,
        environment,
        root.config.limits,
        sandbox.kind,
        request.jobs or os.cpu_count() or 1,
        request.repeats,
        tuple(gpu.index for gpu in gpus),
    )
    downloads = None
    if request.assets != "live":
        store = Store(root.asset_store)
        downloads = Downloads(root.lock, store, request.assets, overlay, request.accept_changes)
    of_lookup = {_key(script) for script in lookups}
    folder = request.evidence or root.own_evidence
    is_interrupted = False
    done = dict(known)
    notebooks: dict[_Key, Mapping[str, str]] = {}
    try:
        for finished in run_all(missing, conditions, downloads, progress.started) if missing else ():
            run = finished.run
            done[_key(run)] = run
            notebooks[_key(run)] = finished.notebooks
            if _key(run) not in of_lookup:
                if not request.update_outputs:  # then it is kept as a run of the page as it will be
                    keep(run, finished.notebooks, folder)
            elif run.verdict == "passed" and all(check.verdict == "passed" for check in _answers(offered, [run])):
                keep(run, {}, root.lookups)
            progress.finished(run)
    except KeyboardInterrupt:
        is_interrupted = True
    runs = [done[_key(script)] for script in wanted if _key(script) in done]
    rewritten: Sequence[Path] = ()
    if request.update_outputs and not is_interrupted:
        rewritten, runs = rewrite_outputs(pages, scripts, runs, root.config.languages)
        for run in runs:
            keep(run, notebooks[_key(run)], folder)
    return Verified(
        runs,
        findings,
        _answers(offered, [done[_key(script)] for script in lookups if _key(script) in done]),
        sum(_key(script) in known for script in wanted),
        sum(snippet.directives.skip is not None for script in scripts for snippet in script.snippets),
        rewritten,
        is_interrupted,
    )


def _refuse_contradictions(request: Request) -> None:
    if request.weights == "standin" and request.assets == "live":
        raise ValueError("--weights standin needs --assets replay or record: live downloads come as they are")
    if request.weights == "standin" and request.update_outputs:
        raise ValueError("--update-outputs needs the published weights: what stand-ins compute means nothing")


def _read(root: HubRoot, paths: Sequence[Path], changed_since: str | None) -> tuple[list[Page], list[Diagnostic]]:
    pages, findings = read_hub(paths or [root.pages], root.config.languages)
    if changed_since is not None:
        files = {Path(path) for path in [*(page.path for page in pages), *(finding.path for finding in findings)]}
        changed = {str(path) for path in changed_pages(root.folder, sorted(files), changed_since)}
        pages = [page for page in pages if page.path in changed]
        findings = [finding for finding in findings if finding.path in changed]
    return pages, findings


def _to_run(script: Script, request: Request) -> Script:
    """Outputs that are to be rewritten are not compared."""
    if not request.update_outputs:
        return script
    return replace(script, snippets=tuple(replace(snippet, expected=None) for snippet in script.snippets))


def _locked(lock: Path, overlay: Path | None) -> Mapping[str, Asset]:
    from generator.assets.lock import read_lock

    locked = dict(read_lock(lock))  # said here, where it is a sentence, and not in the proxy's own process
    return locked | dict(read_lock(overlay)) if overlay and overlay.exists() else locked


def _still_true(
    scripts: Iterable[Script],
    folders: Sequence[Path],
    environment: Environment,
    locked: Mapping[str, Asset] | None,
    request: Request,
) -> dict[_Key, ScriptRun]:
    evidence, _ = read_evidence(folders)
    found = {
        _key(script): reusable(script, evidence.get(script.page, ()), environment, locked, request.repeats)
        for script in scripts
    }
    return {key: run for key, run in found.items() if run is not None}


def _answers(offered: Sequence[Offer], runs: Iterable[ScriptRun]) -> list[EntryCheck]:
    of_repository = {run.page: run for run in runs}
    return read_answers([offer for offer in offered if offer.repository in of_repository], of_repository)


def _key(one: Script | ScriptRun) -> _Key:
    return one.path, one.languages, one.variant
