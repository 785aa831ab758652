"""From what a worker and the proxy saw to a run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from generator import __version__
from generator.assets.archive import commit_of_archive
from generator.assets.hubconf import repository_of_archive_url
from generator.assets.store import Store
from generator.model.asset import AssetRequest
from generator.model.run import Environment, Script, ScriptRun, ScriptSnippet, SnippetError, SnippetRun
from generator.scripts.expectations import mismatch, printed, same_output
from generator.running.sandbox import Kind
from generator.evidence.causes import decide
from generator.running.worker import Attempt

_TOLERANCE = 1e-3


def judge(
    script: Script,
    attempt: Attempt,
    requests: Sequence[AssetRequest] | None,
    environment: Environment,
    sandbox: Kind,
    store: Store | None,
) -> ScriptRun:
    """A script's run.

    Args:
        requests: what the proxy saw of it; None where there was no proxy.
        store: where what it was given is, for the commits of the repositories among that.
    """
    verdict, cause, reason = decide(attempt.snippets, requests or (), Path(script.path).name)
    snippets = tuple(ran.run for ran in attempt.snippets)
    is_standin = any(request.standin for request in requests or ())
    if verdict == "passed" and not is_standin:  # with stand-ins the numbers mean nothing, also compared
        snippets = tuple(map(_compared, script.snippets, snippets))
        wrong = next((snippet for snippet in snippets if snippet.status == "failed"), None)
        if wrong is not None and wrong.error is not None:
            verdict, cause, reason = "failed", "page", wrong.error.message
    rest = tuple(SnippetRun("not-run", snippet.lines, 0.0) for snippet in script.snippets[len(snippets) :])
    return ScriptRun(
        page=script.page,
        path=script.path,
        languages=script.languages,
        script=script.digest,
        verdict=verdict,
        cause=cause,
        started=datetime.fromtimestamp(attempt.started, UTC).isoformat(timespec="seconds"),
        seconds=round(attempt.seconds, 3),
        environment=environment,
        assets=_once_each(requests or ()),
        snippets=snippets + rest,
        reason=reason,
        weights="standin" if is_standin else "published",
        variant=script.variant,
        repositories=_repositories(requests or (), store) if store else {},
        facts=attempt.facts if verdict == "passed" else None,
        downloaded=None if requests is None else _downloaded(requests),
        sandbox=sandbox,
        version=__version__,
    )


def difference_between(first: ScriptRun, second: ScriptRun, script: Script) -> str:
    """What the snippets of two passed runs of a script printed differently; empty where nothing did."""
    found = []
    for snippet, one, other in zip(script.snippets, first.snippets, second.snippets, strict=True):
        tolerance = snippet.expected.tolerance if snippet.expected else _TOLERANCE
        difference = same_output(printed(one), printed(other), tolerance)
        if difference:
            language, line = next(iter(snippet.lines.items()))
            found.append(f"snippet at line {line} ({language}):\n{difference}")
    return "\n".join(found)


def _compared(snippet: ScriptSnippet, run: SnippetRun) -> SnippetRun:
    """A snippet's run, failed where it printed something else than its page says."""
    if snippet.expected is None or run.status not in ("passed", "xfailed"):
        return run
    found = mismatch(snippet.expected, printed(run))
    if found is None:
        return run
    lines = {language: line + found.line_offset for language, line in snippet.expected_lines.items()}
    message = "it printed something else than the page says; --update-outputs rewrites the page"
    return replace(run, status="failed", error=SnippetError("OutputMismatch", message, lines, traceback=found.diff))


def _once_each(requests: Sequence[AssetRequest]) -> tuple[AssetRequest, ...]:
    """The first request of each kind: MegEngine asks for weights twice, once to learn their size."""
    return tuple({(request.url, request.status): request for request in reversed(requests)}.values())[::-1]


def _downloaded(requests: Sequence[AssetRequest]) -> int:
    return sum({request.url: request.size or 0 for request in requests if request.status != "refused"}.values())


def _repositories(requests: Sequence[AssetRequest], store: Store) -> Mapping[str, str]:
    found = {}
    for request in requests:
        if request.sha256 and request.url not in found and repository_of_archive_url(request.url):
            commit = commit_of_archive(store.path_of(request.sha256))
            if commit:
                found[request.url] = commit
    return found
