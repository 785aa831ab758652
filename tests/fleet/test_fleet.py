"""A fleet whoever manages it: here a manager that lets scripts say what a test has them say."""

import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from generator.evidence.judging import Judged, Trial, judge
from generator.model.run import SnippetRun
from generator.running.attempt import Attempt, Ending
from generator.running.executed import KernelError
from generator.running.transcript import RanSnippet
from generator.scheduling.fleet import Fleet, LostScriptError, Machine
from generator.scheduling.node import Begun, Fault, Stranger, Survey
from generator.scheduling.order import Task
from generator.scheduling.slots import Kernels
from tests.fleet.test_flights import HERE, a_task

Says = Callable[[Task, str], Iterator[object]]
"""What a script says on a machine of this name; an exception instead loses it."""


def passes(task: Task, machine: str) -> Iterator[object]:
    """Start, and pass."""
    yield Begun(machine, "")
    runs = (RanSnippet(SnippetRun("passed", snippet.lines, 0.1), "passed", 1.0) for snippet in task.script.snippets)
    yield judge(task.script, [Trial(Attempt(tuple(runs), Ending(1.0, 1.0)))], HERE)


def _machine(name: str) -> Machine:
    return Machine(
        name, Survey("1", {"megengine": Kernels(Path("python"), HERE.environment)}, "bwrap"), 1.0, 0.0, 1 << 30
    )


@dataclass
class Scripted:
    """Machines that have room for everything, and give scripts to each in turn."""

    says: Says
    machines: dict[str, Machine] = field(default_factory=lambda: {"1": _machine("one"), "2": _machine("two")})
    faults: dict[str, str] = field(default_factory=dict)
    started: list[tuple[str, str, bool]] = field(default_factory=list)
    """Page, machine, and whether it had it for itself."""
    most: int = 0
    """Streams at a time."""
    cancelled: int = 0
    _number: Iterator[int] = field(default_factory=itertools.count)
    _streams: dict[Hashable, Iterator[object]] = field(default_factory=dict)

    def start(self, task: Task, alone_on: str | None) -> Hashable:
        """As `Manager` says."""
        number = next(self._number)
        id = alone_on or sorted(self.machines)[number % len(self.machines)]
        self.started.append((task.script.page, self.machines[id].name, alone_on is not None))
        self._streams[number] = self.says(task, self.machines[id].name)
        self.most = max(self.most, len(self._streams))
        return number

    def speaking(self, streams: Sequence[Hashable], seconds: float) -> Sequence[Hashable]:
        """All of them, the latest first."""
        return list(reversed(streams))

    def next_of(self, stream: Hashable) -> object:
        """As `Manager` says."""
        try:
            said = next(self._streams[stream])
        except LostScriptError:
            del self._streams[stream]
            raise
        if not isinstance(said, Begun):
            del self._streams[stream]
        return said

    def cancel(self, streams: Sequence[Hashable]) -> None:
        """As `Manager` says."""
        self.cancelled += len(streams)

    def look(self) -> None:
        """Nothing comes."""

    def drop(self, machine: str, reason: str) -> None:
        """As `Manager` says."""
        if machine in self.machines:
            self.faults[machine] = f"{self.machines.pop(machine).name}: {reason}"


def _run(
    manager: Scripted, *pages: str, jobs: int | None = None, told: list[str] | None = None
) -> Mapping[str, Judged]:
    fleet = Fleet(manager, 1, jobs, (told if told is not None else []).extend)
    return {judged.run.page: judged for judged in fleet.run([a_task(page) for page in pages])}


def test_runs_name_the_machine_that_they_were_run_on() -> None:
    """Each its own."""
    found = _run(Scripted(passes), "a", "b")
    assert {page: judged.run.node for page, judged in found.items()} == {"a": "one", "b": "two"}


def test_machine_that_cannot_do_it_is_left_out_and_that_is_said() -> None:
    """What it had is run on the others."""

    def says(task: Task, machine: str) -> Iterator[object]:
        if machine == "one":
            yield Fault("1", "the disk is full")
        yield from passes(task, machine)

    told: list[str] = []
    found = _run(Scripted(says), "a", "b", "c", told=told)
    assert {judged.run.node for judged in found.values()} == {"two"}
    assert told == ["left out: one: the disk is full"]


def test_fleet_without_machines_ends_with_what_became_of_them() -> None:
    """It does not wait for ever."""

    def says(task: Task, machine: str) -> Iterator[object]:
        yield Fault({"one": "1", "two": "2"}[machine], "the disk is full")

    with pytest.raises(KernelError, match=r"no machine of the fleet is left.*\none: the disk is full\ntwo: the"):
        _run(Scripted(says), "a", "b", "c")


def test_script_on_a_machine_that_is_not_ready_starts_elsewhere() -> None:
    """That says nothing about it."""
    strange = iter([True, True])

    def says(task: Task, machine: str) -> Iterator[object]:
        if next(strange, False):
            yield Stranger("3")
        yield from passes(task, machine)

    assert _run(Scripted(says), "a", "b").keys() == {"a", "b"}


def test_innocent_scripts_outlive_what_takes_their_machines() -> None:
    """All that was lost is run again alone, after the rest; only what is lost there too is judged so."""

    def says(task: Task, machine: str) -> Iterator[object]:
        yield Begun(machine, "")
        *_, alone = [alone for page, _, alone in manager.started if page == task.script.page]
        if task.script.page == "killer" or (not alone and task.script.page == "beside"):
            raise LostScriptError("the node died")
        yield from list(passes(task, machine))[1:]

    manager, told = Scripted(says), list[str]()
    found = _run(manager, "killer", "beside", "rest", jobs=3, told=told)
    assert [line.partition(" (")[0] for line in told] == [
        "beside was lost with two: it runs again, alone",
        "killer was lost with one: it runs again, alone",
    ]
    assert {page: judged.run.cause for page, judged in found.items()} == {
        "killer": "crash",
        "beside": None,
        "rest": None,
    }
    assert {page for page, _, alone in manager.started if alone} == {"killer", "beside"}
    assert [page for page, _, _ in manager.started][:3] == ["killer", "beside", "rest"]


def test_script_that_needs_a_machine_alone_is_not_sent_to_one_that_is_gone() -> None:
    """Its manager may not know yet that it is: whoever cannot be started there is started on another."""

    def says(task: Task, machine: str) -> Iterator[object]:
        if machine == "two":
            yield from passes(task, machine)
        if len(manager.started) == 1:
            yield Begun(machine, "")
        raise LostScriptError("there is no such node")

    manager, told = Scripted(says), list[str]()
    found = _run(manager, "lost", told=told)
    assert found["lost"].run.node == "two"
    assert [machine for _, machine, _ in manager.started] == ["one", "two"]
    assert told == ["lost was lost with one: it runs again, alone"]


def test_machine_that_is_gone_before_its_manager_knows_is_left_out() -> None:
    """Where there is no other, nothing is tried there again and again."""

    def says(task: Task, machine: str) -> Iterator[object]:
        if len(manager.started) == 1:
            yield Begun(machine, "")
        raise LostScriptError("there is no such node")

    manager = Scripted(says, machines={"1": _machine("one")})
    with pytest.raises(KernelError, match="one: there is no such node"):
        _run(manager, "lost")
    assert len(manager.started) == 2


def test_no_more_than_the_wanted_number_run_at_a_time() -> None:
    """However many machines there are."""
    manager = Scripted(passes)
    assert len(_run(manager, *"abcdef", jobs=2)) == 6
    assert manager.most == 2


def test_who_stops_listening_cancels_what_runs() -> None:
    """Nothing goes on behind anybody's back."""
    manager = Scripted(passes)
    running = Fleet(manager, 1, None).run([a_task("a"), a_task("b")])
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert manager.cancelled == 1
