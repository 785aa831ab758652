"""What need not run again: only a pass, and only while nothing that could change it has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from generator import __version__
from generator.model.asset import Asset
from generator.model.run import Environment, SandboxKind, Script, ScriptRun

_LIVE_HOLDS = timedelta(days=1)
"""Nobody watches what a live run downloads, so nobody knows when it has changed."""

_CLOCKS_DIFFER = timedelta(minutes=1)
"""A run that began later than that from now is of a clock that was wrong, and nobody knows how old it is."""


def reusable(
    script: Script,
    runs: Iterable[ScriptRun],
    environment: Environment,
    locked: Mapping[str, Asset] | None,
    repeats: int,
    sandbox: SandboxKind,
) -> ScriptRun | None:
    """The latest run that still speaks for this script, at the lines where the page has it now, if there is one.

    Args:
        runs: evidence of the script's page, the latest first.
        locked: what would be served now, by URL, stand-ins among it where they are wanted; None in live mode, where a
            pass holds for a day.
        repeats: how often the script is to be run; a run that was repeated less often will not do.
        sandbox: what it is to be run in; a run that had all of the machine says nothing of one that has not.
    """
    for run in runs:
        same_code = run.script == script.digest and run.variant == script.variant
        same_place = run.environment == environment and run.version == __version__ and run.sandbox in (sandbox, "bwrap")
        if same_code and same_place and run.verdict == "passed" and run.repeats >= repeats and _holds(run, locked):
            return _at_lines_of(script, run)
    return None


def _holds(run: ScriptRun, locked: Mapping[str, Asset] | None) -> bool:
    """Whether a run would be given the same files again."""
    was_live = run.downloaded is None
    if locked is None or was_live:
        age = datetime.now(UTC) - datetime.fromisoformat(run.started)
        return locked is None and was_live and -_CLOCKS_DIFFER < age < _LIVE_HOLDS
    used = [request for request in run.assets if request.sha256]
    return all((asset := locked.get(request.url)) is not None and asset.sha256 == request.sha256 for request in used)


def _at_lines_of(script: Script, run: ScriptRun) -> ScriptRun:
    snippets = zip(script.snippets, run.snippets, strict=True)
    moved = tuple(replace(ran, lines=now.lines) for now, ran in snippets)
    return replace(run, path=script.path, languages=script.languages, snippets=moved)
