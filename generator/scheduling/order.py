"""Which script starts when: the longest first, and each only once there is memory for it."""

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TypeVar

from generator.evidence.past import Past
from generator.model.run import Script

_Result = TypeVar("_Result")

_MARGIN = 1.3
"""What is seen of a run is its kernel alone, and no two runs are the same."""


@dataclass(frozen=True, slots=True)
class Task:
    """A script, and what it is expected to take."""

    script: Script
    seconds: float | None
    """None where nobody knows."""
    share: int
    """Bytes of memory that are kept free for it."""


def share_of(past: Past, limit: int, unknown: int) -> int:
    """Bytes to keep free for a script.

    Args:
        limit: what it may hold before it is ended.
        unknown: what to keep free for one without a past.
    """
    return unknown if past.memory is None else min(limit, round(past.memory * _MARGIN))


def longest_first(tasks: Iterable[Task]) -> list[Task]:
    """In the order to start them; equals stay in theirs.

    What starts last is waited for alone, so that had better be short. One that nobody knows may be the longest of all,
    and to start it early costs nothing if it is not.
    """
    return sorted(tasks, key=lambda task: math.inf if task.seconds is None else task.seconds, reverse=True)


class Admission:
    """Says which script may start, and keeps account of those that run."""

    def __init__(self, tasks: Iterable[Task], slots: int, room: int) -> None:
        """Args: slots: how many may run at a time; room: bytes of memory that their shares must fit in together."""
        self._waiting = longest_first(tasks)
        self._running: list[Task] = []
        self._slots = slots
        self._room = room

    def start(self) -> Task | None:
        """The next one that may start; it then counts as running. None where each has to wait for the end of another.

        One that fits goes before a longer one that does not yet. One alone always fits.
        """
        if len(self._running) == self._slots:
            return None
        left = self._room - sum(task.share for task in self._running)
        found = next((task for task in self._waiting if task.share <= left or not self._running), None)
        if found is not None:
            self._waiting.remove(found)
            self._running.append(found)
        return found

    def end(self, task: Task) -> None:
        """It runs no more."""
        self._running.remove(task)

    def add(self, tasks: Iterable[Task]) -> None:
        """These wait as well from now on."""
        self._waiting = longest_first([*self._waiting, *tasks])


def in_turn(
    admission: Admission,
    submit: Callable[[Task], Future[_Result]],
    more: Callable[[], Iterable[Task]] = tuple,
) -> Iterator[_Result]:
    """What comes of each task, as it ends; a free slot is given away before anybody looks at that.

    Args:
        more: asked once somebody has looked at what came of one: tasks that follow from it.

    Raises what a task raises.
    """
    running: dict[Future[_Result], Task] = {}
    ended: set[Future[_Result]] = set()
    while True:
        for future in ended:
            admission.end(running.pop(future))
        while task := admission.start():
            running[submit(task)] = task
        for future in ended:
            yield future.result()
            admission.add(more())
            while task := admission.start():
                running[submit(task)] = task
        if not running:
            return
        ended, _ = wait(running, return_when=FIRST_COMPLETED)
