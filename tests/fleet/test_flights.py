"""What starts next on a fleet, and what becomes of scripts that are lost with their machine."""

import pytest

from generator.evidence.judging import Circumstances
from generator.model.run import Environment, SnippetRun
from generator.running.attempt import Ending, write_line
from generator.running.transcript import RanSnippet
from generator.scheduling.flights import Flight, Flights, LostError, judge_lost
from generator.scheduling.order import Task
from generator.scripts.planning import plan
from tests.pages import a_page, read

HERE = Circumstances(Environment("3.10.13", {}, "cpu"), "bwrap")


def a_task(page: str = "tiny", seconds: float | None = 1.0) -> Task:
    """A page's script that takes so long."""
    (script,) = plan([read(a_page("print(1)", "print(2)"), f"{page}.md")])
    return Task(script, seconds, share=1)


def _pages(flights: Flights) -> list[str]:
    found = []
    while flight := flights.take():
        found.append(flight.task.script.page)
    return found


def test_longest_starts_first() -> None:
    """Also one that is added later."""
    flights = Flights([a_task("short", 1.0), a_task("long", 9.0)])
    flights.add([a_task("middle", 5.0), a_task("unknown", None)])
    assert _pages(flights) == ["unknown", "long", "middle", "short"]


def test_what_was_lost_waits_until_nothing_else_does() -> None:
    """It has a machine for itself then."""
    flights = Flights([a_task("one"), a_task("other")])
    lost = flights.take()
    assert lost
    lost.start("first machine")
    assert not flights.lost(lost, "gone")
    assert flights.take_alone() is None
    assert _pages(flights) == ["other"]
    assert flights.take_alone() is lost
    assert not flights.are_left


def test_script_that_is_lost_twice_is_not_run_again() -> None:
    """Whoever asks is told so once."""
    flights = Flights([a_task()])
    flight = flights.take()
    assert flight
    flight.start("first machine")
    assert not flights.lost(flight, "gone")
    again = flights.take_alone()
    assert again is flight
    again.start("second machine")
    assert flights.lost(again, "gone")
    assert not flights.are_left


def test_machines_that_die_before_a_script_starts_do_not_count_against_it() -> None:
    """It waits beside the others again; only where that goes on and on it is given up, as nobody's verdict."""
    flights = Flights([a_task()])
    for _ in range(9):
        flight = flights.take()
        assert flight
        assert not flights.lost(flight, "the node died")
    flight = flights.take()
    assert flight
    with pytest.raises(LostError, match="tiny was lost 10 times before it started: the node died"):
        flights.lost(flight, "the node died")


def test_verdict_stands_at_the_snippet_that_had_not_ended() -> None:
    """What the worker had said until then is kept; an earlier try does not count."""
    task = a_task()
    flight = Flight(task)
    first, *_ = task.script.snippets
    ended = write_line(RanSnippet(SnippetRun("passed", first.lines, 0.5), "passed", 1.0))
    for line in (ended, ended, ended, write_line(Ending(1.0, 2.0)), ended):
        flight.hear(line)
    flight.lost_on = ["one (aaaa)", "two (bbbb)"]
    run = judge_lost(flight, HERE).run
    assert (run.verdict, run.cause) == ("failed", "crash")
    assert [snippet.status for snippet in run.snippets] == ["passed", "failed", "not-run"]
    assert run.snippets[1].error
    assert run.snippets[1].error.lines == task.script.snippets[1].lines
    assert "one (aaaa), and two (bbbb)" in run.reason
