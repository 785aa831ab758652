"""Which script of a fleet starts next, and what becomes of one whose machine is lost under it.

A machine that dies takes all its scripts with it, and one of them may be why. So each is run again alone on a machine,
after all others: whoever is lost then as well was it.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from generator.evidence.judging import Circumstances, Judged, Trial, judge
from generator.model.run import SnippetError
from generator.running.attempt import Ending, broken_off, is_at_end
from generator.running.executed import KernelError
from generator.scheduling.order import Task, longest_first

_MOST_LOSSES = 2
_MOST_UNSTARTED = 10
"""How often a script may be lost before it starts: that is not its doing, and may go on for ever."""


class LostError(KernelError):
    """Scripts are lost before they start, again and again; the message says how."""


@dataclass(slots=True, eq=False)
class Flight:
    """A script on its way."""

    task: Task
    lost_on: list[str] = field(default_factory=list)
    """Names of the machines that were lost under it."""
    unstarted: int = 0
    """How often it was lost before it started."""
    machine: str = ""
    """Name of the one it runs on now; empty until it starts."""
    started: float = 0.0
    """Seconds since the epoch."""
    answer: bytes = b""
    """What its worker has said there."""

    def start(self, machine: str) -> None:
        """It runs on this machine now."""
        self.machine, self.started, self.answer = machine, time.time(), b""

    def hear(self, line: bytes) -> None:
        """Its worker said this; where it has come to an end before, another try has begun."""
        self.answer = (b"" if is_at_end(self.answer) else self.answer) + line


class Flights:
    """The scripts that wait, in the order to start them."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._waiting: list[Flight] = []
        self._suspects: list[Flight] = []
        self.add(tasks)

    def add(self, tasks: Iterable[Task]) -> None:
        """These wait as well from now on."""
        if new := [Flight(task) for task in tasks]:  # it is asked after every run, and to sort a million takes a while
            self._insert(new)

    def back(self, flight: Flight) -> None:
        """It was not started after all, which says nothing about it."""
        flight.machine = ""
        if flight.lost_on:
            self._suspects.append(flight)
        else:
            self._insert([flight])

    def lost(self, flight: Flight, how: str) -> bool:
        """Its machine is gone, or the process that ran it there; whether that was once too often.

        Raises LostError for one that never gets as far as to start.
        """
        if not flight.machine:
            flight.unstarted += 1
            if flight.unstarted >= _MOST_UNSTARTED:
                raise LostError(f"{flight.task.script.page} was lost {flight.unstarted} times before it started: {how}")
            self.back(flight)
            return False
        flight.lost_on.append(flight.machine)
        if len(flight.lost_on) == _MOST_LOSSES:
            return True
        self.back(flight)
        return False

    @property
    def are_left(self) -> bool:
        """Whether any wait."""
        return bool(self._waiting or self._suspects)

    def take(self) -> Flight | None:
        """The next one that may run beside others."""
        return self._waiting.pop(0) if self._waiting else None

    def take_alone(self) -> Flight | None:
        """The next one that has to have a machine for itself; to be asked for once nothing else waits or runs."""
        return self._suspects.pop(0) if self._suspects and not self._waiting else None

    def _insert(self, flights: Iterable[Flight]) -> None:
        of_task = {id(flight.task): flight for flight in (*self._waiting, *flights)}
        self._waiting = [of_task[id(task)] for task in longest_first(flight.task for flight in of_task.values())]


def judge_lost(flight: Flight, circumstances: Circumstances) -> Judged:
    """The verdict on a script that took its machine with it."""
    first, last = flight.lost_on
    message = f"the machine that ran it was lost twice: {first}, and {last} with nothing else on it"
    ending = Ending(flight.started, time.time() - flight.started)
    script = flight.task.script
    attempt = broken_off(script, flight.answer, SnippetError("MachineLost", message, {}), ending)
    return judge(script, [Trial(attempt)], circumstances)
