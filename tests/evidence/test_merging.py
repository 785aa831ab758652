"""Folders of evidence put into one, and what of it need not be kept."""

import errno
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from generator.evidence.entry_checks import check_files, keep_checks, read_checks
from generator.evidence.history import history_file, past_run, read_history
from generator.evidence.keeping import keep, read_evidence
from generator.evidence.merging import BusyError, merge
from generator.evidence.pruning import Bounds, prune
from generator.files import held_folder
from generator.model.entry import CHECKS
from generator.model.run import EntryCheck, Environment, Facts, Output, ScriptRun
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT, a_run

FIRST = datetime(2026, 1, 1, 2, tzinfo=UTC)
URL = "https://github.com/megengine/models/archive/master.zip"


def night(number: int, shown: str = "1", page: str = "tiny", **fields: object) -> ScriptRun:
    """The run of a night, from 0, with what it printed."""
    run = a_run(read(a_page()), [Output("stdout", "text/plain", f"{shown}\n")])
    started = (FIRST + timedelta(days=number)).isoformat(timespec="seconds")
    facts = Facts(None, 100 << 20, None)
    return replace(run, page=page, started=started, facts=facts, **fields)  # type: ignore[arg-type]


def folder_of(place: Path, *runs: ScriptRun) -> Path:
    """A folder as one `verify` leaves it, with a notebook a language."""
    for run in runs:
        keep(run, {"zh_CN": f'{{"of": "{run.started}"}}', "en_US": "{}"}, place)
    return place


def started(place: Path, page: str = "tiny") -> list[str]:
    """When the runs that lie whole in a folder began, the earliest first: the day of each."""
    runs = read_evidence([place])[0].get(page, ())
    return sorted(run.started[:10] for run in runs)


def contents(place: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_nights_lie_side_by_side_and_no_order_of_merging_matters(tmp_path: Path) -> None:
    """Also where the same folder comes twice: the same bytes, nothing doubled."""
    nights = [folder_of(tmp_path / str(number), night(number)) for number in range(4)]
    merged = merge(nights, tmp_path / "one")
    assert (len(merged.added), merged.known, merged.conflicts) == (4, 0, ())
    assert started(tmp_path / "one") == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    once = contents(tmp_path / "one")
    for source in [nights[2], nights[0], nights[3], tmp_path / "one", nights[1], nights[2]]:
        merge([source], tmp_path / "other")
    assert contents(tmp_path / "other") == once
    assert merge(nights, tmp_path / "one").known == 4
    assert contents(tmp_path / "one") == once
    notebooks = [text for name, text in once.items() if name.endswith("-20260103020000.zh_CN.ipynb")]
    assert notebooks == [b'{"of": "2026-01-03T02:00:00+00:00"}']
    assert [run.started[:10] for run in read_history(history_file(tmp_path / "one", "tiny"))] == started(tmp_path / "one")


def test_what_verify_left_in_the_folder_stays_and_is_remembered(tmp_path: Path) -> None:
    """A run there under the name that `keep` gives it is known by what it holds, and a later one lies beside it."""
    own = folder_of(tmp_path / "own", night(0))
    before = contents(own)
    assert merge([folder_of(tmp_path / "copy", night(0))], own).known == 1
    merge([folder_of(tmp_path / "next", night(1))], own)
    assert {name: data for name, data in contents(own).items() if name in before} == before
    assert started(own) == ["2026-01-01", "2026-01-02"]
    assert len(read_history(history_file(own, "tiny"))) == 2


def test_conflicts_are_named_and_both_are_kept(tmp_path: Path) -> None:
    """Of one second, under the same circumstances: nobody knows which is right."""
    sources = [folder_of(tmp_path / shown, night(0, shown)) for shown in "ab"]
    merged = merge(sources, tmp_path / "one")
    assert len(merged.added) == 2
    (conflict,) = merged.conflicts
    assert conflict.startswith(str(tmp_path / "b"))
    runs = read_evidence([tmp_path / "one"])[0]["tiny"]
    assert sorted(run.snippets[0].outputs[0].data for run in runs) == ["a\n", "b\n"]
    again = merge(sources, tmp_path / "one")
    assert (again.known, again.added, again.conflicts) == (2, (), ())


def test_what_cannot_be_read_is_named_and_holds_up_nothing(tmp_path: Path) -> None:
    """Of runs. A history that cannot be read ends it: what is written over is lost."""
    source = folder_of(tmp_path / "source", night(0))
    (source / "broken.json").write_text("<<<<<<<")
    merged = merge([source], tmp_path / "one")
    assert list(merged.unreadable) == [str(source / "broken.json")]
    assert started(tmp_path / "one") == ["2026-01-01"]
    history_file(tmp_path / "one", "tiny").write_text("<<<<<<<")
    before = contents(tmp_path / "one")
    with pytest.raises(ValueError, match="not a history of runs"):
        merge([folder_of(tmp_path / "next", night(1))], tmp_path / "one")
    assert contents(tmp_path / "one") == before


def test_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is the file at which it is full."""
    merge([folder_of(tmp_path / "0", night(0))], tmp_path / "one")
    before = contents(tmp_path / "one")
    sources = [folder_of(tmp_path / str(number), night(number)) for number in (1, 2)]
    write = Path.write_bytes
    for room in range(6):
        left = iter(range(room))

        def full(path: Path, data: bytes, left: Iterator[int] = left) -> int:
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            return write(path, data)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "write_bytes", full)
            with pytest.raises(OSError, match="No space left"):
                merge(sources, tmp_path / "one")
        assert contents(tmp_path / "one") == before
    merge(sources, tmp_path / "one")
    assert len(started(tmp_path / "one")) == 3


def test_merge_that_was_cut_short_is_completed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever it is killed, no run lies there without its notebooks; once more, and all is as it should be."""
    sources = [folder_of(tmp_path / str(number), night(number)) for number in range(3)]
    merge(sources, tmp_path / "whole")
    moved = Path.replace
    for room in range(len(contents(tmp_path / "whole"))):
        target, left = tmp_path / f"cut-{room}", iter(range(room))

        def killed(path: Path, to: Path, left: Iterator[int] = left) -> Path:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return moved(path, to)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", killed)
            with pytest.raises(KeyboardInterrupt):
                merge(sources, target)
        assert all(len(list(target.glob(f"{path.stem}.*.ipynb"))) == 2 for path in target.glob("*.json"))
        merge(sources, target)
        assert contents(target) == contents(tmp_path / "whole")


def test_one_at_a_time_writes_to_a_folder(tmp_path: Path) -> None:
    """Else one would write a history without what the other adds to it."""
    source = folder_of(tmp_path / "source", night(0))
    with held_folder(tmp_path / "one") as is_held:
        assert is_held
        with pytest.raises(BusyError):
            merge([source], tmp_path / "one")
        with pytest.raises(BusyError):
            prune(tmp_path / "one", Bounds(), dry=False)
    assert len(merge([source], tmp_path / "one").added) == 1


def test_single_pass_beside_an_earlier_run_does_not_hide_what_repeats_found(tmp_path: Path) -> None:
    """As where the one takes the other's place; as many repeats that pass are another matter."""
    doubted = night(0, verdict="unstable", repeats=3)
    merge([folder_of(tmp_path / "0", doubted), folder_of(tmp_path / "1", night(1))], tmp_path / "one")
    assert [run.verdict for run in read_evidence([tmp_path / "one"])[0]["tiny"]] == ["unstable"]
    merge([folder_of(tmp_path / "2", night(2, repeats=3))], tmp_path / "one")
    assert [run.verdict for run in read_evidence([tmp_path / "one"])[0]["tiny"]] == ["passed", "unstable"]


def of_a_year(place: Path, nights: Sequence[ScriptRun]) -> Path:
    """A folder into which these nights were merged."""
    merge([folder_of(place / "nights" / str(number), run) for number, run in enumerate(nights)], place / "one")
    return place / "one"


def test_last_and_what_differed_stay(tmp_path: Path) -> None:
    """Another verdict, output, commit, environment: of each streak the first; of all else the last ones."""
    moved = Environment(ENVIRONMENT.python, {**ENVIRONMENT.packages, "numpy": "2"}, "cpu", ENVIRONMENT.platform)
    nights = [
        night(0),
        night(1),
        night(2, verdict="failed", cause="upstream"),
        night(3, verdict="failed", cause="upstream"),
        night(4),
        night(5, "other"),
        night(6, "other"),
        night(7, "other", repositories={URL: "a" * 40}),
        night(8, "other", repositories={URL: "a" * 40}, environment=moved),
        *(night(number, "other", repositories={URL: "a" * 40}, environment=moved) for number in range(9, 14)),
    ]
    one = of_a_year(tmp_path, nights)
    told = prune(one, Bounds(last=1, most=20), dry=True)
    assert len(started(one)) == 14
    removed = prune(one, Bounds(last=1, most=20), dry=False)
    assert removed == told
    assert [day[-2:] for day in started(one)] == ["01", "03", "05", "06", "08", "09", "14"]
    assert (removed.runs, removed.kept, removed.forgotten) == (7, 7, 0)
    assert len(list(one.glob("*.ipynb"))) == 14
    assert read_history(history_file(one, "tiny")) == [past_run(run) for run in nights]
    assert prune(one, Bounds(last=1, most=20), dry=False).files == ()


def test_year_of_nights_is_bounded(tmp_path: Path) -> None:
    """Whatever changes each night: files by `most`, the history by its own bound, the newest always there."""
    nights = [night(number, str(number // 3)) for number in range(60)]
    one = of_a_year(tmp_path, nights)
    removed = prune(one, Bounds(most=5, history=10), dry=False)
    assert started(one) == [nights[number].started[:10] for number in (51, 54, 57, 58, 59)]
    history = read_history(history_file(one, "tiny"))
    assert [run.started for run in history[-10:]] == [run.started for run in nights[-10:]]
    assert len(history) == 20
    assert removed.forgotten == 40
    again = prune(one, Bounds(most=5, history=10), dry=False)
    assert again.files == ()


def test_devices_and_weights_are_kept_apart(tmp_path: Path) -> None:
    """A GPU's night does not push out the CPU's, nor published weights those of stand-ins."""
    gpu = replace(ENVIRONMENT, device="NVIDIA A100")
    nights = [night(0), night(1, weights="standin"), night(2, environment=gpu)]
    nights += [night(number, environment=gpu) for number in range(3, 9)]
    one = of_a_year(tmp_path, nights)
    prune(one, Bounds(last=1), dry=False)
    assert [day[-2:] for day in started(one)] == ["01", "02", "03", "09"]


def test_notebooks_of_no_run_go_and_files_that_cannot_be_read_stay(tmp_path: Path) -> None:
    """The former are left where a run's removal was cut short."""
    one = folder_of(tmp_path / "one", night(0))
    (one / "gone-0123.zh_CN.ipynb").write_text("{}")
    (one / "broken.json").write_text("{")
    assert prune(one, Bounds(), dry=False).files == ("gone-0123.zh_CN.ipynb",)
    assert (one / "broken.json").exists()
    assert started(one) == ["2026-01-01"]


def test_history_says_what_was_written_into_it(tmp_path: Path) -> None:
    """Whatever runs come in whatever order, in as many parts: each is read as it was, once."""
    chance = random.Random(4)
    runs = [
        night(
            number,
            chance.choice("ab"),
            verdict=chance.choice(["passed", "failed"]),
            seconds=round(chance.random() * 9, 3),
            variant=chance.choice([None, "small"]),
            languages=chance.choice([("zh_CN", "en_US"), ("zh_CN",)]),
        )
        for number in range(80)
    ]
    shuffled = chance.sample(runs, len(runs))
    for part in range(0, 80, 16):
        merge([folder_of(tmp_path / str(part), *shuffled[part : part + 16])], tmp_path / "one")
    kept = [past_run(run) for place in range(0, 80, 16) for run in read_evidence([tmp_path / str(place)])[0]["tiny"]]
    assert read_history(history_file(tmp_path / "one", "tiny")) == sorted(kept, key=lambda run: run.started)


def test_look_ups_are_merged_too(tmp_path: Path) -> None:
    """Of each entry what came of it last, in whatever order the folders come; merged again, nothing changes."""
    found = EntryCheck("tiny", "tiny.md", "o/r", "one", {"zh_CN": 9}, "passed", started="2026-11-21")
    gone = replace(found, verdict="failed", cause="page", started="2026-11-23")
    keep_checks([found, replace(found, entry="two")], tmp_path / "one" / CHECKS)
    keep_checks([gone], tmp_path / "other" / CHECKS)
    for number, names in enumerate((("one", "other"), ("other", "one"))):
        target = tmp_path / f"target-{number}"
        merge([tmp_path / name for name in names], target)
        (path,) = check_files([target / CHECKS])
        assert {(check.entry, check.verdict) for check in read_checks([path])} == {("one", "failed"), ("two", "passed")}
        before = path.stat().st_mtime_ns
        merge([tmp_path / "one"], target)
        assert path.stat().st_mtime_ns == before
