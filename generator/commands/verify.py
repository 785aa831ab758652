"""Run every snippet and keep the evidence."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.assets.proxy import ProxyError
from generator.commands.expected_outputs import Rewritten, rewrite_outputs
from generator.commands.fleet import machines_for
from generator.commands.machine import Machine, Request, kept_in, refuse_contradictions, run_on
from generator.commands.root import HubRoot
from generator.evidence.entry_checks import keep_checks
from generator.evidence.keeping import keep, read_evidence
from generator.evidence.remembering import remember
from generator.evidence.reuse import reusable
from generator.files import in_words
from generator.model.asset import Asset
from generator.model.diagnostic import Diagnostic
from generator.model.entry import CHECKS
from generator.model.page import Page
from generator.model.run import (
    EntryCheck,
    Environment,
    Script,
    ScriptRun,
)
from generator.reading.hub import read_hub
from generator.running.executed import KernelError
from generator.scheduling.changes import changed_pages
from generator.scripts.lookup import Offer, look_up, offers, read_answers
from generator.scripts.planning import plan
from generator.scripts.variants import variants

_Key = tuple[str, tuple[str, ...], str | None]
"""File, languages and variant: two pages may have the same code."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` ran and found."""

    pages: Sequence[Page]
    """As they were read."""
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
    refuse_contradictions(request)
    pages, findings = _read(root, paths, request.changed_since)
    planned = _plan(pages, request, root.config.framework)
    with machines_for(root, planned.scripts, request, progress.warned) as machine:
        record = _Record(_still_true(root, planned, machine, request))
        reused = record.of(planned.to_run)
        _run(root, planned, machine, record, request, progress)
    runs = _with_attempts(pages, planned.scripts, record.of(planned.to_run))
    rewritten = Rewritten((), {}, runs)
    if request.update_outputs and not record.is_interrupted and not record.fault:
        rewritten = rewrite_outputs(pages, planned.scripts, runs, root.config.languages, root.config.format)
        for run in rewritten.runs:
            if run.path not in rewritten.refused:
                _keep(run, record.notebooks[_key(run)], request.evidence or root.own_evidence)
    return Verified(
        pages,
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


def _with_attempts(pages: Sequence[Page], scripts: Sequence[Script], runs: Sequence[ScriptRun]) -> Sequence[ScriptRun]:
    if not any(run.cause for run in runs):
        return runs
    from generator.mending.search import with_attempts  # all repairs and rules are slow to load

    return with_attempts(pages, scripts, runs)


def _read(root: HubRoot, paths: Sequence[Path], changed_since: str | None) -> tuple[list[Page], list[Diagnostic]]:
    pages, findings = read_hub(root.pages_or(paths), root.config.languages, form=root.config.format)
    if changed_since is not None:
        files = {Path(path) for path in [*(page.path for page in pages), *(finding.path for finding in findings)]}
        changed = {str(path) for path in changed_pages(root.folder, sorted(files), changed_since)}
        pages = [page for page in pages if page.path in changed]
        findings = [finding for finding in findings if finding.path in changed]
    return pages, findings


def _plan(pages: Sequence[Page], request: Request, framework: str) -> _Plan:
    scripts = plan(pages, framework)
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


def _still_true(root: HubRoot, planned: _Plan, machine: Machine, request: Request) -> dict[_Key, ScriptRun]:
    """What need not be run, by what it stands for."""
    # Read here, where what is wrong with it is a sentence, and not in the process of the proxy.
    locked = machine.downloads.locked() if machine.downloads else None
    if request.fresh or request.assets == "record" or request.update_outputs:
        return {}
    return {
        **_reusable(planned.to_run, kept_in(root, request), machine, request.repeats, locked),
        **_reusable(planned.lookups, [root.lookups], machine, 1, locked),
    }


def _reusable(
    scripts: Iterable[Script],
    folders: Sequence[Path],
    machine: Machine,
    repeats: int,
    locked: Mapping[str, Asset] | None,
) -> dict[_Key, ScriptRun]:
    evidence, _ = read_evidence(folders)
    found: dict[_Key, ScriptRun] = {}
    for script in scripts:
        runs = evidence.get(script.page, ())
        sandbox = machine.circumstances.sandbox
        known = (reusable(script, runs, one, locked, repeats, sandbox) for one in machine.environments_of(script))
        if run := next((run for run in known if run is not None), None):
            found[_key(script)] = run
    return found


def _run(
    root: HubRoot, planned: _Plan, machine: Machine, record: _Record, request: Request, progress: Progress
) -> None:
    """Run what is not known yet, and put it on record and in the evidence as it comes."""
    missing = [script for script in (*planned.lookups, *planned.to_run) if _key(script) not in record.done]
    for name in machine.slots.kernels:
        own = [script for script in missing if script.framework == name]
        if own or len(machine.slots.kernels) == 1:
            progress.planned(machine.slots.kernels[name].environment, own)
    for script in planned.to_run:
        if run := record.done.get(_key(script)):
            progress.finished(run)
    of_lookup = {_key(script) for script in planned.lookups}
    try:
        for judged in run_on(machine, root, missing, request, progress.started):
            run, key = judged.run, _key(judged.run)
            if key in of_lookup:
                if run.verdict == "passed" and all(one.verdict == "passed" for one in _answers(planned.offered, [run])):
                    keep(run, {}, root.lookups)
            elif not request.update_outputs:  # then it is kept as a run of the page as it will be
                run = _keep(run, judged.notebooks, request.evidence or root.own_evidence)
            record.done[key], record.notebooks[key] = run, judged.notebooks
            progress.finished(run)
        answers = _answers(planned.offered, record.of(planned.lookups))
        for folder in (root.own_entry_checks, *([request.evidence / CHECKS] if request.evidence else [])):
            keep_checks(answers, folder)
    except KeyboardInterrupt:
        record.is_interrupted = True
    except (KernelError, ProxyError, OSError) as error:
        record.fault = in_words(error)


def _keep(run: ScriptRun, notebooks: Mapping[str, str], folder: Path) -> ScriptRun:
    """Remember a run and write it; it comes back as it stands."""
    remember(run, folder)
    return keep(run, notebooks, folder)


def _answers(offered: Sequence[Offer], runs: Iterable[ScriptRun]) -> list[EntryCheck]:
    of_repository = {run.page: run for run in runs}
    return read_answers([offer for offer in offered if offer.repository in of_repository], of_repository)


def _key(one: Script | ScriptRun) -> _Key:
    return one.path, one.languages, one.variant
