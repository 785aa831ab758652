"""Runs are remembered as they are kept."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from generator.evidence.history import history_file, past_run, read_history
from generator.evidence.keeping import keep
from generator.evidence.remembering import remember
from tests.pages import a_page, read
from tests.rendering.runs import a_run

FIRST, SECOND, THIRD = (a_run(read(a_page()), started=f"2026-01-0{day}T08:00:00+00:00") for day in (1, 2, 3))


def test_each_run_of_the_same_is_remembered(tmp_path: Path) -> None:
    """Although their file is one; that of the time before there was a history, too."""
    keep(FIRST, {}, tmp_path)
    for run in (SECOND, THIRD):
        remember(run, tmp_path)
        keep(run, {}, tmp_path)
    assert read_history(history_file(tmp_path, "tiny")) == [past_run(run) for run in (FIRST, SECOND, THIRD)]
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_what_is_of_another_page_is_left_alone(tmp_path: Path) -> None:
    """And a run is remembered once."""
    keep(replace(FIRST, page="other"), {}, tmp_path)
    remember(SECOND, tmp_path)
    remember(SECOND, tmp_path)
    assert [run.page for run in read_history(history_file(tmp_path, "tiny"))] == ["tiny"]
    assert not history_file(tmp_path, "other").exists()


def test_runs_that_end_at_the_same_time_are_all_remembered(tmp_path: Path) -> None:
    """Whoever writes a history down has read what the one before wrote."""
    started = [f"2026-01-01T08:00:{second:02}+00:00" for second in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda moment: remember(replace(FIRST, started=moment), tmp_path), started))
    assert [run.started for run in read_history(history_file(tmp_path, "tiny"))] == started


def test_history_that_cannot_be_read_stays(tmp_path: Path) -> None:
    """It may hold years; and the run itself is kept all the same."""
    path = history_file(tmp_path, "tiny")
    path.parent.mkdir()
    path.write_text("<<<<<<< ours")
    remember(FIRST, tmp_path)
    assert path.read_text() == "<<<<<<< ours"
