"""Runs on disk: nothing overwrites what it does not replace."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from generator.evidence.keeping import keep, read_evidence, read_runs
from generator.files import claim_file
from generator.model.run import Output
from tests.pages import a_page, read
from tests.rendering.runs import a_run


@pytest.mark.parametrize("names", [("猫", "狗"), ("a b", "a_b"), ("A", "a")])
def test_pages_with_the_same_code_have_a_file_each(tmp_path: Path, names: tuple[str, str]) -> None:
    """Whatever characters their names have, and also where a system does not tell their case."""
    for name in names:
        keep(replace(a_run(read(a_page())), page=name), {}, tmp_path)
    runs, findings = read_evidence([tmp_path])
    assert set(runs) == set(names)
    assert not findings
    assert len({path.name.lower() for path in tmp_path.iterdir()}) == 2


def test_a_single_pass_does_not_hide_what_repeats_found(tmp_path: Path) -> None:
    """It passes one time of three; as many repeats that all pass are another matter, and so is another failure."""
    passed = a_run(read(a_page()))
    unstable = replace(passed, verdict="unstable", repeats=3, reason="printed something else the third time")
    keep(unstable, {}, tmp_path)
    now = keep(replace(passed, started="2026-12-01T00:00:00+00:00"), {}, tmp_path)
    assert now.verdict == "unstable"
    assert now.reason.startswith("printed something else the third time (it passed now, in 1 of the 3 kernels")
    ((kept,),) = read_evidence([tmp_path])[0].values()
    assert kept.verdict == "unstable"
    keep(replace(passed, repeats=3), {}, tmp_path)
    ((kept,),) = read_evidence([tmp_path])[0].values()
    assert (kept.verdict, kept.repeats) == ("passed", 3)


def test_a_failure_of_one_run_gives_way_to_a_pass(tmp_path: Path) -> None:
    """Its cause may be gone, and nobody claimed more than that one run."""
    passed = a_run(read(a_page()))
    keep(replace(passed, verdict="failed", cause="asset"), {}, tmp_path)
    assert keep(passed, {}, tmp_path).verdict == "passed"
    ((kept,),) = read_evidence([tmp_path])[0].values()
    assert kept.verdict == "passed"


def test_what_a_killed_verify_left_is_removed(tmp_path: Path) -> None:
    """What a living one writes just now stays."""
    (tmp_path / ".writing-dead").write_text("half of a run")
    descriptor, living = claim_file(".writing-", tmp_path)
    keep(a_run(read(a_page())), {}, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".json") == [living.name]
    os.close(descriptor)


def test_pictures_keep_the_names_of_their_files(tmp_path: Path) -> None:
    """Evidence from before they had any is read as well: there pictures were displayed, and had none."""
    outputs = [Output("display", "image/png", "iVBO", "out/boxes.png"), Output("stdout", "text/plain", "done\n")]
    run = a_run(read(a_page()), outputs)
    keep(run, {}, tmp_path)
    (path,) = tmp_path.glob("*.json")
    assert read_runs([path]) == [run]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"out/boxes.png"', '""'), encoding="utf-8")
    (unnamed,) = read_runs([path])
    assert unnamed.snippets[0].outputs[0].name == ""
    path.write_text(re.sub(r',\s*"name": "[^"]*"(?=\s*\})', "", text), encoding="utf-8")
    assert '"name"' not in path.read_text(encoding="utf-8")
    assert read_runs([path]) == [unnamed]
