"""What the evidence says of a page in one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from generator.model.run import Lines, Script, ScriptRun, SnippetRun
from generator.rendering.outputs import ShownOutput, show_output

State = Literal["passed", "standin", "failed", "skipped", "flaky", "unstable", "stale", "never"]
"""standin: passed, with weights that stand in for the published ones."""


@dataclass(frozen=True, slots=True)
class ShownError:
    """Why a snippet failed, at its line in the page as it now is."""

    name: str
    message: str
    line: int
    traceback: str


@dataclass(frozen=True, slots=True)
class ShownRun:
    """What stands below one snippet."""

    status: str
    """passed, failed, not-run."""
    seconds: float
    outputs: tuple[ShownOutput, ...]
    error: ShownError | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The state of a page in one language, and the run that tells it."""

    state: State
    run: ScriptRun | None
    """The run that `state` speaks of; of a stale page its latest one, with other code than the page now has."""
    snippets: tuple[ShownRun, ...]
    """For passed, standin and failed: one for each snippet, the sample first; else none."""


NEVER = Verification("never", None, ())


def verification_of(script: Script | None, language: str, runs: Sequence[ScriptRun]) -> Verification:
    """What is known of a script as the readers of one language meet it.

    Args:
        runs: all evidence of the page, the latest first.
    """
    if script is None:
        return NEVER
    for run in runs:
        if run.script == script.digest and len(run.snippets) == len(script.snippets):
            shown = tuple(_show(snippet, run, script, language) for snippet in run.snippets)
            is_standin = run.verdict == "passed" and run.weights == "standin"
            return Verification("standin" if is_standin else run.verdict, run, shown)
    earlier = next((run for run in runs if language in run.languages), None)
    return Verification("stale", earlier, ()) if earlier else NEVER


def _show(snippet: SnippetRun, run: ScriptRun, script: Script, language: str) -> ShownRun:
    error = None
    if snippet.error is not None:
        line = _line_now(snippet.error.lines, run, script, language)
        error = ShownError(snippet.error.name, snippet.error.message, line, snippet.error.traceback)
    return ShownRun(snippet.status, snippet.seconds, tuple(map(show_output, snippet.outputs)), error)


def _line_now(lines: Lines, run: ScriptRun, script: Script, language: str) -> int:
    """The page's line today: prose may have moved the code since it ran, which changes nothing else about the run."""
    ran_in = language if language in lines else next(iter(lines))
    line = int(lines[ran_in])
    for ran, now in zip(run.snippets, script.snippets, strict=True):
        offset = line - ran.lines.get(ran_in, line + 1)
        if 0 <= offset <= now.code.count("\n"):
            return now.lines[language] + offset
    return line
