"""Whether a run proves a repair: the failing snippet passes, and nothing before it prints anything else."""

from collections.abc import Sequence

from generator.mending.broken import Broken
from generator.model.messages import headline
from generator.model.run import Script, ScriptRun, ScriptSnippet, SnippetRun
from generator.scripts.expectations import TOLERANCE, printed, printed_otherwise, same_output

_DONE = ("passed", "xfailed")
_NOT_RUN = frozenset({"SyntaxError", "IndentationError", "TabError"})


def objection(script: Script, before: ScriptRun, after: ScriptRun, failed: int) -> str:
    """Why a run does not prove a repair, in one sentence; empty where it does.

    Args:
        script: the one that was run again.
        before: the run that failed.
        after: the run of the same script with the repair in it.
        failed: index of the snippet that failed.
    """
    if problem := _change(script.snippets, before.snippets[:failed], after.snippets[:failed]):
        return problem
    if after.verdict == "unstable":
        return "it prints something else each time"
    mended = after.snippets[failed]
    if mended.status not in _DONE:
        if mended.error is not None:
            return headline(mended.error.name, mended.error.message)
        return after.reason or mended.status
    told, tells = _lines(before.snippets[failed]), _lines(mended)
    if same_output("\n".join(told), "\n".join(tells[: len(told)]), TOLERANCE):
        return f"the snippet at {_place(mended)} prints something else than it did before it failed"
    return ""


def harm(script: Script, before: ScriptRun, after: ScriptRun) -> str:
    """What a repair for the readers of one language did to those of another, whose script passed; empty for nothing."""
    if problem := _change(script.snippets, before.snippets, after.snippets):
        return f"in {', '.join(after.languages)} {problem}"
    return ""


def _change(snippets: Sequence[ScriptSnippet], before: Sequence[SnippetRun], after: Sequence[SnippetRun]) -> str:
    for snippet, (old, new) in zip(snippets, zip(before, after, strict=True), strict=False):
        if new.status != old.status:
            return f"the snippet at {_place(new)} no longer ends as it did: {new.status} now, {old.status} before"
        if printed_otherwise(snippet.expected, printed(old), printed(new)):
            return f"the snippet at {_place(new)} prints something else than before"
    return ""


def _lines(snippet: SnippetRun) -> list[str]:
    """The lines that a snippet printed whole."""
    return "".join(one.data for one in snippet.outputs if one.kind == "stdout").split("\n")[:-1]


def is_further(before: Broken, after: Broken) -> bool:
    """Whether a snippet that failed does so again, and only after it got further than before.

    Further is a place below the one that failed, counted from the snippet's end as repairs put lines above; at the same
    place it is another failure, deeper in what the page calls. What cannot be read gets nowhere.
    """
    is_same = (before.error.name, before.error.message) == (after.error.name, after.error.message)
    return after.failed == before.failed and not is_same and _reached(after) > _reached(before)


def _reached(failure: Broken) -> tuple[bool, tuple[tuple[int, int], ...], int]:
    """Whether it ran, the places on the page that were being run, outermost first, and how deep below it was."""
    lines = [frame.line for frame in failure.own_frames]
    language = failure.script.languages[0]
    is_run = failure.error.name not in _NOT_RUN
    if not is_run or not lines:
        lines = [failure.error.lines.get(language, 0)]
    places = []
    for line in lines:
        for index, (snippet, ran) in enumerate(zip(failure.script.snippets, failure.run.snippets, strict=True)):
            first, length = ran.lines[language], snippet.code.count("\n")
            if first <= line < first + length:
                places.append((index, line - first - length))
    return is_run, tuple(places), len(failure.inner_frames)


def _place(snippet: SnippetRun) -> str:
    return f"line {min(snippet.lines.values())}"
