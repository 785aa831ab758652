"""Which commit broke a page: binary search over what can be judged."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from generator.model.run import Cause, ScriptRun

Judgement = Literal["good", "bad", "unjudged"]
"""unjudged: it says nothing of the commit, as where a download or a module was missing."""

_OF_SURROUNDINGS: tuple[Cause, ...] = ("asset", "environment")


@dataclass(frozen=True, slots=True)
class Suspects:
    """What is left of the commits."""

    first: int
    """Index of the first that may be the one that broke the page."""
    last: int
    """Index of the last one: with `first` the same, where it is found. Those before it could not be judged."""


def bisect(number: int) -> Generator[int, Judgement, Suspects]:
    """Which of so many commits is the first bad one, when the one before them is good and the last is bad.

    Yields the index of a commit, and is sent what came of running the page on it. One that cannot be judged costs a
    run, and no more than one: the others are then searched as if it were not there.
    """
    first, last = 0, number - 1
    unjudged: set[int] = set()
    while asked := [index for index in range(first, last) if index not in unjudged]:
        # Between n that can be asked there are n + 1 answers: the middle one halves them.
        index = asked[(len(asked) - 1) // 2]
        judgement = yield index
        if judgement == "good":
            first = index + 1
        elif judgement == "bad":
            last = index
        else:
            unjudged.add(index)
    return Suspects(first, last)


def judgement_of(runs: Iterable[ScriptRun]) -> Judgement:
    """What the runs of a page's scripts say of a commit: bad where one fails that had all that it needs."""
    runs = list(runs)
    if any(run.verdict == "failed" and run.cause not in _OF_SURROUNDINGS for run in runs):
        return "bad"
    is_good = all(run.is_green for run in runs) and any(run.verdict == "passed" for run in runs)
    return "good" if is_good else "unjudged"


def last_commits(runs: Sequence[ScriptRun], url: str) -> tuple[str | None, str | None]:
    """The commits of the newest run that passed, and of the newest that failed since.

    Args:
        runs: of a page, the latest first.
        url: of the repository's archive.
    """
    good = next((run for run in runs if run.verdict == "passed" and url in run.repositories), None)
    bad = next((run for run in runs if judgement_of([run]) == "bad" and url in run.repositories), None)
    if bad is not None and good is not None and bad.started < good.started:
        bad = None
    return (good.repositories[url] if good else None), (bad.repositories[url] if bad else None)
