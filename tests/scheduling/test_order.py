"""Which script starts when, without a kernel: what is asked is the order and what runs at a time, never how long."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from generator.evidence.past import Past
from generator.interrupts import Interrupts
from generator.scheduling.devices import Gpu
from generator.scheduling.leases import Claim, Leases, Wish
from generator.scheduling.order import Admission, Started, Task, gpu_share_of, in_turn, longest_first, share_of
from generator.scripts.planning import plan
from tests.pages import a_page, read

GIB = 1 << 30
FIRST, SECOND = (Gpu(f"GPU-{digit * 8}", "NVIDIA Test", 80 * GIB, "580.65.06", "13.0") for digit in "ab")


def a_task(name: str, seconds: float | None = None, share: int = GIB, gpu: int | None = None) -> Task:
    """A page's script that took so long before, and held so many bytes of the GPU."""
    (script,) = plan([read(a_page(en=None), f"{name}.md")])
    return Task(script, seconds, share, {} if gpu is None else {"NVIDIA Test": gpu})


def names(tasks: list[Task]) -> list[str]:
    """Their pages."""
    return [task.script.page for task in tasks]


def start_all(admission: Admission) -> list[Started]:
    """All that may start now."""
    found = []
    while one := admission.start():
        found.append(one)
    return found


def started(admission: Admission) -> list[str]:
    """Their pages."""
    return names([one.task for one in start_all(admission)])


def test_longest_script_starts_first() -> None:
    """By past durations, not by name."""
    tasks = [a_task("a", 10), a_task("b", 30), a_task("c", 20)]
    assert names(longest_first(tasks)) == ["b", "c", "a"]


def test_script_without_a_past_starts_before_all_others() -> None:
    """It may be the longest of all, and started last it would be waited for alone; equals stay in their order."""
    tasks = [a_task("a", 10), a_task("new"), a_task("b", 900), a_task("newer"), a_task("c", 10)]
    assert names(longest_first(tasks)) == ["new", "newer", "b", "a", "c"]


def test_no_more_start_than_there_are_slots() -> None:
    """The end of one lets the next start."""
    admission = Admission([a_task("a", 3), a_task("b", 2), a_task("c", 1)], slots=2, room=100 * GIB)
    first, second = start_all(admission)
    assert names([first.task, second.task]) == ["a", "b"]
    assert started(admission) == []
    admission.end(first)
    assert started(admission) == ["c"]


def test_script_waits_until_its_share_fits_beside_those_that_run() -> None:
    """A slot is free, and memory is not; to the byte."""
    large, larger = a_task("large", 2, 6 * GIB), a_task("larger", 1, 4 * GIB + 1)
    admission = Admission([large, larger], slots=2, room=10 * GIB)
    (running,) = start_all(admission)
    assert running.task is large
    admission.end(running)
    assert started(admission) == ["larger"]
    assert started(Admission([large, a_task("fits", 1, 4 * GIB)], slots=2, room=10 * GIB)) == ["large", "fits"]


def test_shorter_script_that_fits_goes_before_one_that_does_not() -> None:
    """No slot is idle while something would fit."""
    tasks = [a_task("a", 9, 6 * GIB), a_task("b", 8, 6 * GIB), a_task("c", 1, GIB)]
    admission = Admission(tasks, slots=2, room=10 * GIB)
    first, second = start_all(admission)
    assert names([first.task, second.task]) == ["a", "c"]
    admission.end(second)
    assert started(admission) == []
    admission.end(first)
    assert started(admission) == ["b"]


def test_one_script_may_always_run() -> None:
    """Whatever the machine has: its own limit will tell, and nothing waits for ever."""
    tasks = [a_task("a", 2, 50 * GIB), a_task("b", 1, 50 * GIB)]
    admission = Admission(tasks, slots=4, room=GIB)
    (running,) = start_all(admission)
    assert running.task is tasks[0]
    admission.end(running)
    assert started(admission) == ["b"]


def test_share_is_the_peak_of_past_runs_with_a_margin() -> None:
    """Never more than the limit, at which a script is ended; all of the limit where nothing is known."""
    assert share_of(Past(1.0, 1000), limit=2000, unknown=700) == 1300
    assert share_of(Past(1.0, 1900), limit=2000, unknown=700) == 2000
    assert share_of(Past(1.0, None), limit=2000, unknown=700) == 700


def test_free_slot_is_given_away_before_what_ended_is_looked_at() -> None:
    """Whoever keeps and tells what came of one script holds up no other; each comes once, and then all are through."""
    submitted: dict[str, Future[str]] = {}

    def submit(one: Started) -> Future[str]:
        name = one.task.script.page
        future = submitted[name] = Future()
        if name != "b":
            future.set_result(name)
        return future

    outcomes = in_turn(Admission([a_task(name) for name in "abc"], slots=1, room=GIB), submit, Interrupts())
    assert next(outcomes) == "a"
    assert list(submitted) == ["a", "b"]
    submitted["b"].set_result("b")
    assert list(outcomes) == ["b", "c"]


def test_what_follows_from_one_starts_while_others_run() -> None:
    """As soon as somebody has looked at it, and not once all others have ended; and it is waited for."""
    submitted: dict[str, Future[str]] = {}
    following = [[a_task("next")], []]

    def submit(one: Started) -> Future[str]:
        name = one.task.script.page
        future = submitted[name] = Future()
        if name != "slow":
            future.set_result(name)
        return future

    tasks = [a_task("slow", 9), a_task("first", 1)]
    admission = Admission(tasks, slots=2, room=9 * GIB)
    outcomes = in_turn(admission, submit, Interrupts(), lambda: following.pop(0) if following else [])
    assert [next(outcomes), next(outcomes)] == ["first", "next"]
    submitted["slow"].set_result("slow")
    assert list(outcomes) == ["slow"]


def on_gpus(tasks: Sequence[Task], folder: Path, *gpus: Gpu, framework: str = "megengine") -> Admission:
    """As many slots as anybody could want, and these GPUs for scripts of a framework."""
    of: Mapping[str, Sequence[Gpu]] = {framework: gpus}
    return Admission(tasks, 9, 999 * GIB, of, Leases(folder=folder))


def test_each_script_that_nobody_knows_has_a_gpu_of_its_own(tmp_path: Path) -> None:
    """The third waits for the end of one, and has that one's."""
    admission = on_gpus([a_task(name) for name in "abc"], tmp_path, FIRST, SECOND)
    first, second = start_all(admission)
    assert first.claim
    assert second.claim
    assert {first.claim.gpu, second.claim.gpu} == {FIRST, SECOND}
    admission.end(second)
    (third,) = start_all(admission)
    assert third.claim
    assert third.claim.gpu is second.claim.gpu


def test_scripts_share_a_gpu_by_what_they_held_before(tmp_path: Path) -> None:
    """Two of three fit; one that nobody knows waits for the end of all."""
    tasks = [a_task(name, 5, gpu=39 * GIB) for name in "abc"]
    admission = on_gpus([*tasks, a_task("unknown", 1)], tmp_path, FIRST)
    first, second = start_all(admission)
    assert names([first.task, second.task]) == ["a", "b"]
    admission.end(first)
    (third,) = start_all(admission)
    assert names([third.task]) == ["c"]
    admission.end(second)
    assert started(admission) == []
    admission.end(third)
    assert started(admission) == ["unknown"]


def test_script_of_a_framework_that_uses_no_gpu_waits_for_none(tmp_path: Path) -> None:
    """It runs on the CPU meanwhile."""
    admission = on_gpus([a_task("a"), a_task("b")], tmp_path, FIRST, framework="pytorch")
    assert [one.claim for one in start_all(admission)] == [None, None]


def test_share_of_a_gpu_is_the_recorded_peak_with_a_margin() -> None:
    """Nothing where nothing is recorded: then it has the GPU alone."""
    assert gpu_share_of(Past(1.0, 1, 1000)) == 1300
    assert gpu_share_of(Past(1.0, 1, 0)) == 0
    assert gpu_share_of(Past(1.0, 1000)) is None


class CountedLeases(Leases):
    """Leases that know how often they were asked."""

    asked = 0

    def take(self, wishes: Sequence[Wish]) -> Claim | None:
        """As they do."""
        self.asked += 1
        return super().take(wishes)


def test_end_of_another_programs_script_lets_the_next_start(tmp_path: Path) -> None:
    """It is waited for, and nobody looks again and again whether it has come."""
    others = Leases(folder=tmp_path)
    claim = others.take([Wish(FIRST, None)])
    assert claim
    told: list[str] = []

    def ends(message: str) -> None:
        told.append(message)
        others.give_back(claim)

    def submit(one: Started) -> Future[str]:
        future: Future[str] = Future()
        future.set_result(one.task.script.page)
        return future

    leases = CountedLeases(ends, tmp_path)
    admission = Admission([a_task("a"), a_task("b")], 2, 9 * GIB, {"megengine": [FIRST]}, leases)
    assert list(in_turn(admission, submit, Interrupts())) == ["a", "b"]
    assert told == ["another program has the GPU: scripts for it start as soon as there is room"]
    # Refused and granted; b while a has it; granted once a has ended. Whoever is refused is not asked for its like.
    assert leases.asked == 4
    assert not list(tmp_path.glob("claim-*"))


def test_what_ends_in_the_middle_gives_its_gpus_back(tmp_path: Path) -> None:
    """Whoever comes next in the same program finds them free."""
    failed: Future[str] = Future()
    failed.set_exception(RuntimeError("no disk"))
    futures = [Future(), failed]
    admission = on_gpus([a_task("a"), a_task("b")], tmp_path, FIRST, SECOND)
    outcomes = in_turn(admission, lambda one: futures.pop(), Interrupts())
    with pytest.raises(RuntimeError, match="no disk"):
        next(outcomes)
    assert not list(tmp_path.glob("claim-*"))
