"""Run every snippet and keep the evidence."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.assets.proxy import ProxyError
from generator.assets.store import Store
from generator.commands.assets import entries_of, make_standins, record_archives
from generator.commands.expected_outputs import Rewritten, rewrite_outputs
from generator.commands.root import HubRoot
from generator.evidence.judging import Circumstances
from generator.evidence.keeping import keep, read_evidence
from generator.evidence.past import past_of
from generator.evidence.reuse import reusable
from generator.model.asset import Asset
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.run import (
    AssetMode,
    DeviceChoice,
    EntryCheck,
    Environment,
    SandboxChoice,
    SandboxKind,
    Script,
    ScriptRun,
    VariantMode,
    Weights,
)
from generator.reading.hub import read_hub
from generator.running.kernel import KernelError
from generator.running.probe import probe
from generator.running.sandbox import choose
from generator.scheduling.changes import changed_pages
from generator.scheduling.devices import choose_gpus
from generator.scheduling.local import Downloads, Slots, run_all
from generator.scheduling.order import Task, share_of
from generator.scheduling.room import available_memory, cores
from generator.scripts.lookup import Offer, look_up, offers, read_answers
from generator.scripts.planning import plan
from generator.scripts.variants import variants

_Key = tuple[str, tuple[str, ...], str | None]
"""File, languages and variant: two pages may have the same code."""


@dataclass(frozen=True, slots=True)
class Request:
    """How pages are to be verified."""

    assets: AssetMode = "live"
    weights: Weights = "published"
    variants: VariantMode = "entry"
    device: DeviceChoice = "auto"
    sandbox: SandboxChoice = "auto"
    jobs: int | None = None
    """Scripts at a time, at most; one a core unless given."""
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
    refused: Sequence[str] = ()
    """Why other pages were not rewritten."""
    is_interrupted: bool = False
    fault: str = ""
    """What of this machine kept the rest from being run, and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell how far `verify` is."""

    warned: Callable[[Sequence[str]], None]
    planned: Callable[[Environment, Sequence[Script]], None]
    started: Callable[[Script, str], None]
    """A script, and the device it runs on where there are several."""
    finished: Callable[[ScriptRun], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked for."""

    scripts: Sequence[Script]
    """Those of the pages."""
    to_run: Sequence[Script]
    """The same as they are to be run, and those of their variants."""
    offered: Sequence[Offer]
    lookups: Sequence[Script]
    """They look up what is offered."""


@dataclass(frozen=True, slots=True)
class _Machine:
    """What scripts are run on, under what, and what they are served; None is the network."""

    slots: Slots
    circumstances: Circumstances
    downloads: Downloads | None


@dataclass(slots=True)
class _Record:
    """What is known so far."""

    done: dict[_Key, ScriptRun]
    notebooks: dict[_Key, Mapping[str, str]] = field(default_factory=dict)
    is_interrupted: bool = False
    fault: str = ""

    def of(self, scripts: Iterable[Script]) -> list[ScriptRun]:
        """What came of these, as far as it is known."""
        return [self.done[_key(script)] for script in scripts if _key(script) in self.done]


def verify(root: HubRoot, paths: Sequence[Path], progress: Progress, request: Request) -> Verified:
    """Run every script of the pages and keep what came of it; what still holds from before is not run again.

    Ctrl-C ends it with what was done so far, and so does what is the machine's fault once scripts are running.

    Raises FileNotFoundError for a path that does not exist, NoHubError where there are no pages, ValueError for a
    request that contradicts itself, KernelError, SandboxError, DeviceError, ProxyError, RevisionError and LockError
    for what keeps anything from running.
    """
    _refuse_contradictions(request)
    pages, findings = _read(root, paths, request.changed_since)
    planned = _plan(pages, request)
    machine = _machine(root, planned.scripts, request, progress)
    record = _Record(_still_true(root, planned, machine, request))
    reused = record.of(planned.to_run)
    _run(root, planned, machine, record, request, progress)
    runs = record.of(planned.to_run)
    rewritten = Rewritten((), {}, runs)
    if request.update_outputs and not record.is_interrupted and not record.fault:
        rewritten = rewrite_outputs(pages, planned.scripts, runs, root.config.languages)
        for run in rewritten.runs:
            if run.path not in rewritten.refused:
                keep(run, record.notebooks[_key(run)], request.evidence or root.own_evidence)
    return Verified(
        rewritten.runs,
        findings,
        _answers(planned.offered, record.of(planned.lookups)),
        len(reused),
        sum(snippet.directives.skip is not None for script in planned.scripts for snippet in script.snippets),
        rewritten.changed,
        tuple(rewritten.refused.values()),
        record.is_interrupted,
        record.fault,
    )


def _refuse_contradictions(request: Request) -> None:
    if request.weights == "standin" and request.assets == "live":
        raise ValueError("--weights standin needs --assets replay or record: live downloads come as they are")
    if request.accept_changes and request.assets != "record":
        raise ValueError("--accept-changes needs --assets record: nothing else locks a file anew")
    if request.weights == "standin" and request.update_outputs:
        raise ValueError("--update-outputs needs the published weights: what stand-ins compute means nothing")


def _read(root: HubRoot, paths: Sequence[Path], changed_since: str | None) -> tuple[list[Page], list[Diagnostic]]:
    pages, findings = read_hub(root.pages_or(paths), root.config.languages)
    if changed_since is not None:
        files = {Path(path) for path in [*(page.path for page in pages), *(finding.path for finding in findings)]}
        changed = {str(path) for path in changed_pages(root.folder, sorted(files), changed_since)}
        pages = [page for page in pages if page.path in changed]
        findings = [finding for finding in findings if finding.path in changed]
    return pages, findings


def _plan(pages: Sequence[Page], request: Request) -> _Plan:
    scripts = plan(pages)
    to_run = [_to_run(script, request) for script in scripts]
    if request.variants == "run":
        to_run += [variant for script in scripts for variant in variants(script)]
    offered = offers(scripts) if request.variants != "none" else []
    return _Plan(
        scripts,
        to_run,
        offered,
        look_up(offered, check_weights=request.assets != "replay" and request.weights == "published"),
    )


def _to_run(script: Script, request: Request) -> Script:
    """Outputs that are to be rewritten are not compared."""
    if not request.update_outputs:
        return script
    return replace(script, snippets=tuple(replace(snippet, expected=None) for snippet in script.snippets))


def _machine(root: HubRoot, scripts: Sequence[Script], request: Request, progress: Progress) -> _Machine:
    """What this machine has for scripts, tried before anything is run."""
    sandbox = choose(request.sandbox)
    if sandbox.reason:
        progress.warned([sandbox.reason])
    gpus = choose_gpus(request.device, root.kernel_python)
    environment = probe(root.kernel_python, gpus[0].name if gpus else "cpu")
    jobs, room = request.jobs or cores(), available_memory()
    slots = Slots(root.kernel_python, root.config.limits, room, jobs, tuple(gpu.index for gpu in gpus))
    circumstances = Circumstances(environment, sandbox.kind, request.repeats)
    return _Machine(slots, circumstances, _downloads(root, scripts, sandbox.kind, request, progress))


def _downloads(
    root: HubRoot, scripts: Sequence[Script], sandbox: SandboxKind, request: Request, progress: Progress
) -> Downloads | None:
    """What scripts are served, with the stand-in weights made that are asked for; None for the network."""
    if request.assets == "live":
        return None
    overlay = root.standins if request.weights == "standin" else None
    if overlay:
        if request.assets == "record":  # stand-ins are made of what is locked
            repositories = dict.fromkeys(repository for repository, _ in entries_of(scripts))
            progress.warned(record_archives(root, repositories, update=request.accept_changes))
        entries = entries_of(scripts, offered=request.variants == "run")
        make_standins(root, entries, sandbox, progress.warned)
    return Downloads(root.lock, Store(root.asset_store), request.assets, overlay, request.accept_changes)


def _still_true(root: HubRoot, planned: _Plan, machine: _Machine, request: Request) -> dict[_Key, ScriptRun]:
    """What need not be run, by what it stands for."""
    # Read here, where what is wrong with it is a sentence, and not in the process of the proxy.
    locked = machine.downloads.locked() if machine.downloads else None
    circumstances = machine.circumstances
    if request.fresh or request.assets == "record" or request.update_outputs:
        return {}
    return {
        **_reusable(planned.to_run, _kept(root, request), circumstances, locked),
        **_reusable(planned.lookups, [root.lookups], replace(circumstances, repeats=1), locked),
    }


def _kept(root: HubRoot, request: Request) -> list[Path]:
    """Where runs of pages are found."""
    return [*([request.evidence] if request.evidence else []), *root.evidence]


def _tasks(root: HubRoot, scripts: Iterable[Script], machine: _Machine, request: Request) -> list[Task]:
    """These scripts, with what past runs say of each: how long it takes and how much memory to keep free for it."""
    evidence, _ = read_evidence([*_kept(root, request), root.lookups])
    limit, device = root.config.limits.memory_bytes, machine.circumstances.environment.device
    # Where nobody knows, as many fit as there are slots: a first run is not slower for it, and each has its limit.
    unknown = min(limit, machine.slots.room // len(machine.slots.devices))
    pasts = [(script, past_of(script, evidence.get(script.page, ()), device)) for script in scripts]
    return [Task(script, past.seconds, share_of(past, limit, unknown)) for script, past in pasts]


def _reusable(
    scripts: Iterable[Script],
    folders: Sequence[Path],
    circumstances: Circumstances,
    locked: Mapping[str, Asset] | None,
) -> dict[_Key, ScriptRun]:
    evidence, _ = read_evidence(folders)
    found = {
        _key(script): reusable(
            script, evidence.get(script.page, ()), circumstances.environment, locked, circumstances.repeats
        )
        for script in scripts
    }
    return {key: run for key, run in found.items() if run is not None}


def _run(
    root: HubRoot, planned: _Plan, machine: _Machine, record: _Record, request: Request, progress: Progress
) -> None:
    """Run what is not known yet, and put it on record and in the evidence as it comes."""
    missing = [script for script in (*planned.lookups, *planned.to_run) if _key(script) not in record.done]
    progress.planned(machine.circumstances.environment, missing)
    for script in planned.to_run:
        if run := record.done.get(_key(script)):
            progress.finished(run)
    of_lookup = {_key(script) for script in planned.lookups}
    on = machine.slots, machine.circumstances, machine.downloads
    try:
        for judged in run_all(_tasks(root, missing, machine, request), *on, progress.started) if missing else ():
            run, key = judged.run, _key(judged.run)
            if key in of_lookup:
                if run.verdict == "passed" and all(one.verdict == "passed" for one in _answers(planned.offered, [run])):
                    keep(run, {}, root.lookups)
            elif not request.update_outputs:  # then it is kept as a run of the page as it will be
                run = keep(run, judged.notebooks, request.evidence or root.own_evidence)
            record.done[key], record.notebooks[key] = run, judged.notebooks
            progress.finished(run)
    except KeyboardInterrupt:
        record.is_interrupted = True
    except (KernelError, ProxyError, OSError) as error:
        record.fault = str(error)


def _answers(offered: Sequence[Offer], runs: Iterable[ScriptRun]) -> list[EntryCheck]:
    of_repository = {run.page: run for run in runs}
    return read_answers([offer for offer in offered if offer.repository in of_repository], of_repository)


def _key(one: Script | ScriptRun) -> _Key:
    return one.path, one.languages, one.variant
