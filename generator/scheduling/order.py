"""Which script starts when: the longest first, and each only once there is memory for it, and a GPU."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from generator.evidence.past import Past
from generator.interrupts import Interrupts
from generator.model.run import Script
from generator.scheduling.devices import Gpu
from generator.scheduling.leases import Claim, Leases, Wish

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
    gpu_shares: Mapping[str, int] = field(default_factory=dict)
    """Bytes of a GPU that are, by the GPU's name; of one that is not named here it has all, alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Started:
    """A script that may run."""

    task: Task
    claim: Claim | None = None
    """The GPU that it has; None for a CPU."""


def share_of(past: Past, limit: int, unknown: int) -> int:
    """Bytes to keep free for a script.

    Args:
        limit: what it may hold before it is ended.
        unknown: what to keep free for one without a past.
    """
    return unknown if past.memory is None else min(limit, round(past.memory * _MARGIN))


def gpu_share_of(past: Past) -> int | None:
    """Bytes of a GPU to keep free for a script; None where no run of it has said what it takes."""
    return None if past.gpu_memory is None else round(past.gpu_memory * _MARGIN)


def longest_first(tasks: Iterable[Task]) -> list[Task]:
    """In the order to start them; equals stay in theirs.

    What starts last is waited for alone, so that had better be short. One that nobody knows may be the longest of all,
    and to start it early costs nothing if it is not.
    """
    return sorted(tasks, key=lambda task: math.inf if task.seconds is None else task.seconds, reverse=True)


class Admission:
    """Says which script may start, and keeps account of those that run."""

    def __init__(
        self,
        tasks: Iterable[Task],
        slots: int,
        room: int,
        gpus: Mapping[str, Sequence[Gpu]] | None = None,
        leases: Leases | None = None,
    ) -> None:
        """Account for no script yet.

        Args:
            slots: how many may run at a time.
            room: bytes of memory that their shares must fit in together.
            gpus: by framework, on one of which each of its scripts runs; without any they run on a CPU.
            leases: who has them.
        """
        self._waiting = longest_first(tasks)
        self._running: list[Started] = []
        self._slots = slots
        self._room = room
        self._gpus = gpus or {}
        self._leases = leases or Leases()
        self._lacks_gpu = False

    def start(self) -> Started | None:
        """The next one that may start; it then counts as running. None where each has to wait for the end of another.

        One that fits goes before a longer one that does not yet. One alone always fits, once it has a GPU.

        Raises OSError where GPUs cannot be claimed.
        """
        self._lacks_gpu = False
        if len(self._running) == self._slots:
            return None
        left = self._room - sum(one.task.share for one in self._running)
        refused: list[Sequence[Wish]] = []
        for task in self._waiting:
            if task.share > left and self._running:
                continue
            wishes = self._wishes(task)
            if not wishes:
                return self._started(task, None)
            if wishes not in refused:  # who wants the same gets the same answer
                if claim := self._leases.take(wishes):
                    return self._started(task, claim)
                refused.append(wishes)
        self._lacks_gpu = bool(refused)
        return None

    def freed(self) -> list[Future[None]]:
        """What else to wait for besides the ends of those that run: other programs' claims on the GPUs."""
        return self._leases.freed() if self._lacks_gpu else []

    def end(self, started: Started) -> None:
        """It runs no more."""
        self._running.remove(started)
        if started.claim:
            self._leases.give_back(started.claim)

    def add(self, tasks: Iterable[Task]) -> None:
        """These wait as well from now on."""
        if new := list(tasks):  # it is asked after every run
            self._waiting = longest_first([*self._waiting, *new])

    def _wishes(self, task: Task) -> list[Wish]:
        gpus = self._gpus.get(task.script.framework, ())
        return [Wish(gpu, task.gpu_shares.get(gpu.name)) for gpu in gpus]

    def _started(self, task: Task, claim: Claim | None) -> Started:
        self._waiting.remove(task)
        self._running.append(started := Started(task, claim))
        return started


def in_turn(
    admission: Admission,
    submit: Callable[[Started], Future[_Result]],
    interrupts: Interrupts,
    more: Callable[[], Iterable[Task]] = tuple,
) -> Iterator[_Result]:
    """What comes of each task, as it ends; a free slot is given away before anybody looks at that.

    Args:
        interrupts: they are heard while the end of one is waited for.
        more: asked once somebody has looked at what came of one: tasks that follow from it.

    Raises what a task raises, and OSError where GPUs cannot be claimed.
    """
    running: dict[Future[_Result], Started] = {}
    ends: SimpleQueue[Future[Any]] = SimpleQueue()
    awaited: set[Future[Any]] = set()

    def start_all() -> None:
        while started := admission.start():
            running[submit(started)] = started
        new = set[Future[Any]](running).union(admission.freed()) - awaited
        for future in new:
            future.add_done_callback(ends.put)
        awaited.update(new)

    try:
        start_all()
        while running or admission.freed():
            ended = _all_ended(ends, interrupts)
            awaited -= ended
            results = ended & running.keys()
            for future in results:
                admission.end(running.pop(future))
            start_all()
            for future in results:
                yield future.result()
                admission.add(more())
                start_all()
    finally:
        for started in running.values():
            admission.end(started)


def _all_ended(ends: SimpleQueue[Future[Any]], interrupts: Interrupts) -> set[Future[Any]]:
    """Those that have since the last call; at least one."""
    ended = {interrupts.wait_for(ends)}
    with suppress(Empty):
        while True:
            ended.add(ends.get_nowait())
    return ended
