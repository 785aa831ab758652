"""A clock that was ahead and is set back: what was run meanwhile does not stand before what is run now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generator import __version__
from generator.evidence.history import history_file, read_history
from generator.evidence.keeping import keep, read_evidence
from generator.evidence.remembering import remember
from generator.evidence.reuse import reusable
from generator.model.run import ScriptRun
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.runs import a_run

PAGE = read(a_page())


def a_run_at(hours: float, weights: str = "", verdict: str = "passed") -> ScriptRun:
    """A run so many hours from now, under circumstances of its own."""
    started = (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")
    run = a_run(PAGE, started=started)
    return replace(run, repositories={"https://example.org/": weights}, verdict="passed" if verdict == "passed" else "failed")


def test_a_run_of_now_is_the_latest(tmp_path: Path) -> None:
    """Although one under other circumstances says that it began tomorrow; that one stays, as the one before."""
    ahead, now = a_run_at(30, "other", "failed"), a_run_at(0)
    for run in (a_run_at(-1, "old"), ahead, now):
        remember(run, tmp_path)
        keep(run, {}, tmp_path)
    ((latest, before, _),) = read_evidence([tmp_path])[0].values()
    assert latest == replace(now, path=latest.path)
    assert replace(before, started=ahead.started) == replace(ahead, path=before.path)
    past = read_history(history_file(tmp_path, "tiny"))
    assert [run.verdict for run in past] == ["passed", "failed", "passed"]
    assert past[1].started == before.started


def test_no_run_of_a_clock_ahead_is_forgotten(tmp_path: Path) -> None:
    """Those that tell the same have a second each, in their order."""
    for hours in (40, 41, 42, 0):
        remember(a_run_at(hours), tmp_path)
    past = read_history(history_file(tmp_path, "tiny"))
    assert len({run.started for run in past}) == 4
    assert all(run.started <= datetime.now(UTC).isoformat() for run in past)


def test_what_another_machine_ran_a_moment_ago_stays(tmp_path: Path) -> None:
    """Only what is later than now is put before now."""
    ended = a_run_at(-1)
    keep(meanwhile := a_run_at(-0.5, "other"), {}, tmp_path)
    keep(ended, {}, tmp_path)
    ((latest, _),) = read_evidence([tmp_path])[0].values()
    assert latest.started == meanwhile.started


def test_a_live_run_of_a_clock_ahead_does_not_hold_until_then() -> None:
    """It would for as long as the clock was wrong; a minute is what clocks of two machines may differ."""
    (script,) = plan([PAGE])
    for hours, holds in ((-23, True), (0.01, True), (30, False), (-25, False)):
        run = replace(a_run_at(hours), downloaded=None, version=__version__)
        assert (reusable(script, [run], run.environment, None, 1, "none") is not None) == holds, hours
