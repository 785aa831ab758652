"""Which script starts when, without a kernel: what is asked is the order and what runs at a time, never how long."""

from concurrent.futures import Future

from generator.evidence.past import Past
from generator.scheduling.order import Admission, Task, in_turn, longest_first, share_of
from generator.scripts.planning import plan
from tests.pages import a_page, read

GIB = 1 << 30


def a_task(name: str, seconds: float | None = None, share: int = GIB) -> Task:
    """A page's script that took so long before."""
    (script,) = plan([read(a_page(en=None), f"{name}.md")])
    return Task(script, seconds, share)


def names(tasks: list[Task]) -> list[str]:
    """Their pages."""
    return [task.script.page for task in tasks]


def started(admission: Admission) -> list[str]:
    """All that may start now."""
    tasks = []
    while task := admission.start():
        tasks.append(task)
    return names(tasks)


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
    first, *rest = (a_task("a", 3), a_task("b", 2), a_task("c", 1))
    admission = Admission([first, *rest], slots=2, room=100 * GIB)
    assert started(admission) == ["a", "b"]
    admission.end(first)
    assert started(admission) == ["c"]


def test_script_waits_until_its_share_fits_beside_those_that_run() -> None:
    """A slot is free, and memory is not; to the byte."""
    large, larger = a_task("large", 2, 6 * GIB), a_task("larger", 1, 4 * GIB + 1)
    admission = Admission([large, larger], slots=2, room=10 * GIB)
    assert started(admission) == ["large"]
    admission.end(large)
    assert started(admission) == ["larger"]
    assert started(Admission([large, a_task("fits", 1, 4 * GIB)], slots=2, room=10 * GIB)) == ["large", "fits"]


def test_shorter_script_that_fits_goes_before_one_that_does_not() -> None:
    """No slot is idle while something would fit."""
    tasks = [a_task("a", 9, 6 * GIB), a_task("b", 8, 6 * GIB), a_task("c", 1, GIB)]
    admission = Admission(tasks, slots=2, room=10 * GIB)
    assert started(admission) == ["a", "c"]
    admission.end(tasks[2])
    assert started(admission) == []
    admission.end(tasks[0])
    assert started(admission) == ["b"]


def test_one_script_may_always_run() -> None:
    """Whatever the machine has: its own limit will tell, and nothing waits for ever."""
    tasks = [a_task("a", 2, 50 * GIB), a_task("b", 1, 50 * GIB)]
    admission = Admission(tasks, slots=4, room=GIB)
    assert started(admission) == ["a"]
    admission.end(tasks[0])
    assert started(admission) == ["b"]


def test_share_is_the_peak_of_past_runs_with_a_margin() -> None:
    """Never more than the limit, at which a script is ended; all of the limit where nothing is known."""
    assert share_of(Past(1.0, 1000), limit=2000, unknown=700) == 1300
    assert share_of(Past(1.0, 1900), limit=2000, unknown=700) == 2000
    assert share_of(Past(1.0, None), limit=2000, unknown=700) == 700


def test_free_slot_is_given_away_before_what_ended_is_looked_at() -> None:
    """Whoever keeps and tells what came of one script holds up no other; each comes once, and then all are through."""
    submitted: dict[str, Future[str]] = {}

    def submit(task: Task) -> Future[str]:
        name = task.script.page
        future = submitted[name] = Future()
        if name != "b":
            future.set_result(name)
        return future

    outcomes = in_turn(Admission([a_task(name) for name in "abc"], slots=1, room=GIB), submit)
    assert next(outcomes) == "a"
    assert list(submitted) == ["a", "b"]
    submitted["b"].set_result("b")
    assert list(outcomes) == ["b", "c"]


def test_what_follows_from_one_starts_while_others_run() -> None:
    """As soon as somebody has looked at it, and not once all others have ended; and it is waited for."""
    submitted: dict[str, Future[str]] = {}
    following = [[a_task("next")], []]

    def submit(task: Task) -> Future[str]:
        name = task.script.page
        future = submitted[name] = Future()
        if name != "slow":
            future.set_result(name)
        return future

    tasks = [a_task("slow", 9), a_task("first", 1)]
    outcomes = in_turn(Admission(tasks, slots=2, room=9 * GIB), submit, lambda: following.pop(0) if following else [])
    assert [next(outcomes), next(outcomes)] == ["first", "next"]
    submitted["slow"].set_result("slow")
    assert list(outcomes) == ["slow"]
