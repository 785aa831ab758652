"""The news in a page's history: which of its runs told something that the one before it did not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from generator.evidence.changes import other_output
from generator.evidence.costs import FACTOR, costs
from generator.evidence.history import past_run
from generator.model.changes import moved_commits
from generator.model.history import PastRun, Turn
from generator.model.run import ScriptRun


Differs = Callable[[PastRun, PastRun], bool]
"""Whether two runs of the same code are known to have shown something else."""


def differs_in(whole: Iterable[ScriptRun]) -> Differs:
    """By what is at hand of the runs themselves: a digest tells of each last digit, which nobody calls news."""
    by_output: dict[tuple[str, str], ScriptRun] = {}
    for run in whole:
        past = past_run(run)
        by_output.setdefault((past.script, past.outputs), run)

    def differs(run: PastRun, other: PastRun) -> bool:
        found, before = by_output.get((run.script, run.outputs)), by_output.get((other.script, other.outputs))
        return bool(found and before and found is not before and other_output(before, found)[1])

    return differs


def turns(runs: Sequence[PastRun], language: str, differs: Differs) -> tuple[Turn, ...]:
    """What is new to readers of the code of one language, the latest first.

    Two languages may come to share a script, or to part: what was run before counts in each of them.

    Args:
        runs: of one page, the earliest first.
    """
    before: dict[object, list[PastRun]] = {}
    found: list[Turn] = []
    for run in runs:
        if language in run.languages:
            own = before.setdefault((run.variant, run.device, run.weights), [])
            found += _of(run, own, differs)
            own.append(run)
    return tuple(reversed(found))


def _of(run: PastRun, own: Sequence[PastRun], differs: Differs) -> Iterable[Turn]:
    """What a run tells beside those of its series."""
    if not own:
        return [Turn("new" if run.is_green else "broken", run, None)]
    last = own[-1]
    turn = Turn(
        "upstream",
        run,
        last,
        commits=moved_commits(last.commits, run.commits),
        is_other_code=run.script != last.script,
        is_moved=run.packages != last.packages,
    )
    found = list(_beside(turn, run, last, own, differs))
    return found or ([turn] if turn.commits and run.is_green else [])


def _beside(
    turn: Turn, run: PastRun, last: PastRun, own: Sequence[PastRun], differs: Differs
) -> Iterator[Turn]:
    if last.is_green and not run.is_green:
        yield replace(turn, kind="broken")
    elif run.is_green and not last.is_green:
        yield replace(turn, kind="mended")
    elif _is_same_code(run, last) and run.outputs != last.outputs and differs(run, last):
        yield replace(turn, kind="output")
    passes = [one for one in own if one.verdict == "passed"]
    yield from (replace(turn, kind=cost.kind, usual=cost.usual) for cost in costs(run, last, passes, FACTOR))


def _is_same_code(run: PastRun, last: PastRun) -> bool:
    return run.script == last.script and run.verdict == last.verdict == "passed"
