"""Scripts on many machines, whoever manages them: what is started, heard of, lost and started again."""

import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from generator.evidence.judging import Circumstances, Judged
from generator.interrupts import Interrupts
from generator.model.run import Script
from generator.running.executed import KernelError
from generator.scheduling.flights import Flight, Flights, judge_lost
from generator.scheduling.larder import Larder
from generator.scheduling.node import Begun, Fault, Stranger, Survey
from generator.scheduling.order import Task

AHEAD = 64
"""Scripts that wait in the manager's own queue besides those that run: a fleet that grows by what is asked for sees
them there."""
_LOOK_SECONDS = 2.0
"""How often it is looked whether machines have come."""
_HEAR_SECONDS = 0.5
"""How often Ctrl-C is heard at least: never within the manager's own code, which has threads."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One that can run scripts."""

    name: str
    survey: Survey
    cpus: float
    gpus: float
    memory: int
    """Bytes that scripts may take in all."""
    handle: object = None
    """By which its manager speaks to it."""
    larder: Larder | None = None
    """There where scripts do not use the network."""


class ClusterError(Exception):
    """There is no fleet, or its machines are not what they ought to be; the message says what to do."""


def fitting_for(script: Script, machines: Mapping[str, Machine]) -> list[str]:
    """The ids of those that a script may run on: where some have a GPU that its framework can use, these alone."""
    with_gpu = [id for id, machine in machines.items() if machine.survey.kernels[script.framework].gpus]
    return with_gpu or list(machines)


class LostScriptError(Exception):
    """The process that ran a script is gone, or its machine; the message says what is known."""


class Manager(Protocol):
    """Who starts scripts on machines. What a script says comes as a stream: `Begun`, the lines of its worker as
    bytes, and at last a `Judged`; or a `Stranger`, or a `Fault`."""

    @property
    def machines(self) -> Mapping[str, Machine]:
        """Those that can run scripts, by their ids."""

    @property
    def faults(self) -> Mapping[str, str]:
        """Why others cannot, by their ids."""

    def start(self, task: Task, alone_on: str | None) -> Hashable:
        """Start a script somewhere, once there is room; or on this machine, with nothing else on it."""

    def speaking(self, streams: Sequence[Hashable], seconds: float) -> Sequence[Hashable]:
        """Those that have something to say, as soon as one has; none after so many seconds."""

    def next_of(self, stream: Hashable) -> object:
        """What a script says next; None once that is all. Raises LostScriptError."""

    def cancel(self, streams: Sequence[Hashable]) -> None:
        """End scripts, with all that they started; none is to be started any more."""

    def look(self) -> None:
        """Make machines ready that have come, and forget those that are gone."""

    def drop(self, machine: str, reason: str) -> None:
        """Let a machine run no more scripts."""


@dataclass(slots=True)
class Fleet:
    """Many machines as an `Executor`."""

    manager: Manager
    repeats: int
    jobs: int | None
    """Scripts at a time, at most; as many as there is room for unless given."""
    warned: Callable[[Sequence[str]], None] = lambda told: None
    """Told why a machine runs no more scripts, or never did."""
    _flying: dict[Hashable, Flight] = field(default_factory=dict)
    _alone: dict[Hashable, str] = field(default_factory=dict)
    """Of those, which have a machine for themselves, and its id."""
    _seen: dict[str, Machine] = field(default_factory=dict)
    """Every machine that was ever ready, by its name."""
    _looked: float = 0.0
    """When it was last looked whether machines have come."""
    _told: set[str] = field(default_factory=set)
    """Ids of the machines of which it was told why they run nothing."""

    def run(
        self,
        tasks: Sequence[Task],
        on_start: Callable[[Script, str], None] = lambda script, where: None,
        more: Callable[[], Sequence[Task]] = tuple,
    ) -> Iterator[Judged]:
        """As `Executor` says. Raises KernelError where no machine is left, LostError where scripts never start."""
        flights = Flights(tasks)
        with Interrupts() as interrupts:
            try:
                while self._start(flights):
                    interrupts.heed()
                    for stream in self._speaking():
                        judged = self._hear(stream, flights, on_start)
                        if judged is not None:
                            yield judged
                            flights.add(more())
            finally:
                self.manager.cancel(list(self._flying))
                self._flying.clear()

    def _speaking(self) -> Sequence[Hashable]:
        """The scripts that have something to say; whatever came and went meanwhile is seen as well."""
        speaking = self.manager.speaking(list(self._flying), _HEAR_SECONDS)
        if time.monotonic() - self._looked > _LOOK_SECONDS:  # to ask after each line would be all there is done
            self.manager.look()
            self._looked = time.monotonic()
        return speaking

    def _start(self, flights: Flights) -> bool:
        """Start what may start; whether anything is on its way."""
        machines = self.manager.machines
        self._seen |= {machine.name: machine for machine in machines.values()}
        self.warned([f"left out: {why}" for id, why in self.manager.faults.items() if id not in self._told])
        self._told |= self.manager.faults.keys()
        if not machines and (self._flying or flights.are_left):
            told = "\n".join(self.manager.faults.values()) or "all of them are gone"
            raise KernelError(f"no machine of the fleet is left to run scripts on:\n{told}")
        most = self.jobs or AHEAD + round(sum(machine.cpus for machine in machines.values()))
        while len(self._flying) < most and (flight := flights.take()):
            self._flying[self.manager.start(flight.task, None)] = flight
        if len(self._flying) == len(self._alone):  # nothing that runs beside others is left
            self._start_alone(flights, most)
        return bool(self._flying)

    def _start_alone(self, flights: Flights, most: int) -> None:
        """Give each script that was lost before a machine for itself, as far as there are any that nothing runs on."""
        waiting: list[Flight] = []
        while len(self._flying) < most and (flight := flights.take_alone()):
            fitting = fitting_for(flight.task.script, self.manager.machines)
            free = [id for id in fitting if id not in self._alone.values()]
            free = [id for id in free if self.manager.machines[id].name not in flight.lost_on] or free
            if free:
                stream = self.manager.start(flight.task, free[0])
                self._flying[stream], self._alone[stream] = flight, free[0]
            else:
                waiting.append(flight)
        for flight in waiting:
            flights.back(flight)

    def _hear(self, stream: Hashable, flights: Flights, on_start: Callable[[Script, str], None]) -> Judged | None:
        """Listen to a script; what came of it, once that is known."""
        flight = self._flying[stream]
        try:
            said = self.manager.next_of(stream)
        except LostScriptError as error:
            self._looked = 0.0  # machines may be gone
            if not flight.machine and stream in self._alone:  # before its manager has noticed
                self.manager.drop(self._alone[stream], str(error))
            self._end(stream)
            if flights.lost(flight, str(error)):
                return self._judge(flight)
            if flight.lost_on:
                self.warned([f"{flight.task.script.page} was lost with {flight.lost_on[-1]}: it runs again, alone"])
            return None
        match said:
            case bytes():
                flight.hear(said)
            case Begun():
                flight.start(said.machine)
                on_start(flight.task.script, f"GPU {said.where} of {flight.machine}" if said.where else flight.machine)
            case Judged():
                self._end(stream)
                return replace(said, run=replace(said.run, node=flight.machine))
            case Stranger():
                self._end(stream)
                flights.back(flight)
            case Fault():
                self._end(stream)
                self.manager.drop(said.machine, said.reason)
                flights.back(flight)
        return None

    def _end(self, stream: Hashable) -> None:
        del self._flying[stream]
        self._alone.pop(stream, None)

    def _judge(self, flight: Flight) -> Judged:
        survey = self._seen[flight.machine].survey
        kernels = survey.kernels[flight.task.script.framework]
        judged = judge_lost(flight, Circumstances(kernels.environment, survey.sandbox, self.repeats))
        return replace(judged, run=replace(judged.run, node=flight.machine))
