"""The one judge: from what workers and the proxy saw of a script to its run, with the verdict on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from generator import __version__
from generator.evidence.causes import cause_of
from generator.evidence.drawn import with_drawn
from generator.model.asset import AssetRequest
from generator.model.messages import headline
from generator.model.run import (
    Cause,
    Environment,
    SandboxKind,
    Script,
    ScriptRun,
    ScriptSnippet,
    SnippetError,
    SnippetRun,
    Verdict,
)
from generator.running.transcript import RanSnippet
from generator.running.attempt import Attempt
from generator.scripts.expectations import as_expected, mismatch, printed, printed_otherwise

_TRIES = 3
"""How often a script is run that fails because of the network."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Under which a script was run, and how often it is to be."""

    environment: Environment
    sandbox: SandboxKind
    repeats: int = 1
    """Kernels that it must pass in, one after another."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One kernel's way through a script."""

    attempt: Attempt
    requests: Sequence[AssetRequest] | None = None
    """What the proxy saw of it; None in live mode, where there is no proxy."""
    repositories: Mapping[str, str] = field(default_factory=dict)
    """URL of each hub repository's archive that it was given, to the commit that the zip names."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A script's run, and the executed notebooks of the trial that it tells of."""

    run: ScriptRun
    notebooks: Mapping[str, str]
    """By language, as nbformat writes them."""


def wants_another(script: Script, trials: Sequence[Trial], circumstances: Circumstances) -> bool:
    """Whether one more trial could change the verdict: after a failure of the network, or to repeat a pass."""
    runs = [_run_of(script, trial, circumstances) for trial in trials]
    if _is_tried_again(trials[0], runs[0]):
        return len(runs) < _TRIES and runs[-1].cause == "asset"
    is_steady = len(runs) == 1 or not _difference(script, runs[0], runs[-1])
    return len(runs) < circumstances.repeats and runs[-1].verdict == "passed" and is_steady


def judge(script: Script, trials: Sequence[Trial], circumstances: Circumstances) -> Judged:
    """The verdict on a script, after as many trials as `wants_another` asked for."""
    runs = [_run_of(script, trial, circumstances) for trial in trials]
    first, last = Judged(runs[0], trials[0].attempt.ending.notebooks), Judged(runs[-1], trials[-1].attempt.ending.notebooks)
    if len(trials) == 1:
        return first
    if _is_tried_again(trials[0], first.run):
        if last.run.verdict == "passed":
            reason = f"passed at try {len(trials)}; the first one failed: {first.run.reason}"
            return replace(last, run=replace(last.run, verdict="flaky", reason=reason))
        return first if last.run.cause == "asset" else last
    number = len(trials)
    if last.run.verdict != "passed":
        reason = f"passed {number - 1} of {circumstances.repeats} times, then: {last.run.reason}"
        return replace(last, run=replace(last.run, reason=reason, repeats=number))
    run = replace(first.run, repeats=number)
    if difference := _difference(script, first.run, last.run):
        reason = f"printed something else the {_ordinal(number)} time"
        run = replace(run, verdict="unstable", reason=reason, difference=difference)
    return replace(first, run=run)


def _is_tried_again(trial: Trial, run: ScriptRun) -> bool:
    """In replay a network failure has its reason in the lock, and comes again."""
    return trial.requests is None and run.cause == "asset"


def _run_of(script: Script, trial: Trial, circumstances: Circumstances) -> ScriptRun:
    attempt, requests = trial.attempt, trial.requests or ()
    is_standin = any(request.standin for request in requests)
    seen = (replace(each, run=with_drawn(each, script, trial.requests)) for each in attempt.snippets)
    ran = [_expected(snippet, each) for snippet, each in zip(script.snippets, seen, strict=False)]
    verdict, cause, reason = _verdict(ran, requests, script)
    snippets = tuple(each.run for each in ran)
    if verdict == "passed" and not is_standin:  # with stand-ins the numbers mean nothing, also compared
        snippets = tuple(map(_compared, script.snippets, snippets))
        wrong = next((run.error for run in snippets if run.status == "failed"), None)
        if wrong is not None:
            verdict, cause, reason = "failed", "page", wrong.message
    rest = tuple(SnippetRun("not-run", snippet.lines, 0.0) for snippet in script.snippets[len(snippets) :])
    return ScriptRun(
        page=script.page,
        path=script.path,
        languages=script.languages,
        script=script.digest,
        verdict=verdict,
        cause=cause,
        started=datetime.fromtimestamp(attempt.ending.started, UTC).isoformat(timespec="seconds"),
        seconds=round(attempt.ending.seconds, 3),
        environment=circumstances.environment,
        assets=_once_each(requests),
        snippets=snippets + rest,
        reason=reason,
        weights="standin" if is_standin else "published",
        variant=script.variant,
        repositories=trial.repositories,
        facts=attempt.ending.facts if verdict == "passed" else None,
        downloaded=None if trial.requests is None else _downloaded(requests),
        sandbox=circumstances.sandbox,
        version=__version__,
    )


def _verdict(
    ran: Sequence[RanSnippet], requests: Iterable[AssetRequest], script: Script
) -> tuple[Verdict, Cause | None, str]:
    """The verdict on the snippets that were reached, of which the last alone may have failed; its cause and reason."""
    # Whatever it is to install, pip looks for its own newest version as well.
    refused = [request for request in requests if request.status in ("refused", "gone") and request.package != "pip"]
    last = ran[-1] if ran else None
    if last is None or last.run.status != "failed" or last.run.error is None:
        if refused:
            cause: Cause = "environment" if all(request.package for request in refused) else "asset"
            return "failed", cause, f"the snippets passed, but without what they asked for: {_names(refused)}"
        if all(each.run.status in ("skipped", "compiled") for each in ran):
            return "skipped", None, next((each.run.reason for each in ran if each.run.reason), "nothing in it is run")
        return "passed", None, ""
    error = last.run.error
    if last.end != "raised":
        return "failed", cause_of(last, error, script), error.message
    since = [request for request in refused if request.time >= last.started]
    if any(not request.package for request in since):
        return "failed", "asset", f"refused: {_names(since)}"
    reason = headline(error.name, error.message)
    if refused:
        reason += f" ({'pip' if since else 'an earlier snippet'} was refused {_names(since or refused)})"
    return "failed", cause_of(last, error, script), reason


def _expected(snippet: ScriptSnippet, ran: RanSnippet) -> RanSnippet:
    """A snippet's run, with what its page says of its failure."""
    return replace(ran, run=as_expected(ran.run, snippet.directives, has_raised=ran.end == "raised"))


def _compared(snippet: ScriptSnippet, run: SnippetRun) -> SnippetRun:
    """A snippet's run, held against what its page says that it prints: failed where that was something else."""
    if snippet.expected is None or run.status not in ("passed", "xfailed"):
        return run
    found = mismatch(snippet.expected, printed(run))
    if found is None:
        return replace(run, compared=True)
    lines = {language: line + found.line_offset for language, line in snippet.expected_lines.items()}
    message = "it printed something else than the page says; --update-outputs rewrites the page"
    return replace(run, status="failed", error=SnippetError("OutputMismatch", message, lines, traceback=found.diff))


def _difference(script: Script, first: ScriptRun, second: ScriptRun) -> str:
    """What the snippets of two passed runs of a script printed differently; empty where nothing did."""
    found = []
    for snippet, one, other in zip(script.snippets, first.snippets, second.snippets, strict=True):
        if difference := printed_otherwise(snippet.expected, printed(one), printed(other)):
            language, line = next(iter(snippet.lines.items()))
            found.append(f"snippet at line {line} ({language}):\n{difference}")
    return "\n".join(found)


def _once_each(requests: Sequence[AssetRequest]) -> tuple[AssetRequest, ...]:
    """The first request of each kind: MegEngine asks for weights twice, once to learn their size."""
    return tuple({(request.url, request.status): request for request in reversed(requests)}.values())[::-1]


def _downloaded(requests: Sequence[AssetRequest]) -> int:
    return sum({request.url: request.size or 0 for request in requests if request.status != "refused"}.values())


def _names(requests: Iterable[AssetRequest]) -> str:
    return ", ".join(dict.fromkeys(f"{request.url} ({request.reason})" for request in requests))


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
