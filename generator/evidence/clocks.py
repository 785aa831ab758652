"""Runs that were made while a clock was ahead: by what they say of themselves they would be the latest for a long time.

A run that says it began later than now did not. All that is known of when it did is that it was before the run which is
kept now, so that is what it says from then on.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from generator.model.history import PastRun
from generator.model.run import ScriptRun


def as_earlier(kept: ScriptRun, run: ScriptRun) -> ScriptRun | None:
    """A kept run that says it began later than now, as it is beside one that has just ended; None for any other."""
    is_later = kept.started > _latest_possible(run.started)
    return replace(kept, started=_before(run.started, 1)) if is_later else None


def all_earlier(past: Iterable[PastRun], started: str) -> Sequence[PastRun]:
    """What is remembered, with none of it later than now: each run at a time of its own, as `as_earlier` has the last.

    Args:
        started: when the run that is remembered now began, in ISO 8601.
    """
    latest = _latest_possible(started)
    found: list[PastRun] = []
    later: dict[object, list[PastRun]] = defaultdict(list)
    for run in past:
        if run.started > latest:
            later[run.series, run.circumstances].append(run)
        else:
            found.append(run)
    for runs in later.values():
        ordered = sorted(runs, key=lambda run: run.started, reverse=True)
        found += [replace(run, started=_before(started, number)) for number, run in enumerate(ordered, 1)]
    return found


def _latest_possible(started: str) -> str:
    """Now, or when a run began that has just ended: it may itself be of a machine whose clock is a little ahead."""
    return max(started, datetime.now(UTC).isoformat(timespec="seconds"))


def _before(started: str, seconds: int) -> str:
    return (datetime.fromisoformat(started) - timedelta(seconds=seconds)).isoformat(timespec="seconds")
