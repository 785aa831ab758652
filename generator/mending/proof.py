"""Whether a run proves a repair: the failing snippet passes, and nothing before it prints anything else."""

from generator.model.run import ScriptRun, SnippetRun
from generator.scripts.expectations import printed, same_output

_TOLERANCE = 1e-3
_DONE = ("passed", "xfailed")


def objection(before: ScriptRun, after: ScriptRun, failed: int) -> str:
    """Why a run does not prove a repair, in one sentence; empty where it does.

    Args:
        before: the run that failed.
        after: the run of the same script with the repair in it.
        failed: index of the snippet that failed.
    """
    for old, new in zip(before.snippets[:failed], after.snippets[:failed], strict=True):
        if new.status != old.status:
            return f"the snippet at {_place(new)} no longer ends as it did: {new.status} now, {old.status} before"
        if same_output(printed(old), printed(new), _TOLERANCE):
            return f"the snippet at {_place(new)} prints something else than before"
    mended = after.snippets[failed]
    if mended.status in _DONE:
        return ""
    if mended.error is not None:
        return f"{mended.error.name}: {mended.error.message}".rstrip(": \n").splitlines()[0]
    return after.reason or mended.status


def _place(snippet: SnippetRun) -> str:
    return f"line {min(snippet.lines.values())}"
