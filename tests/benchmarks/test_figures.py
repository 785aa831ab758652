"""Results as tables, and the command line that asks for them."""

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.peers.__main__ import TOOLS, between_marks, main
from benchmarks.peers.figures import tables
from benchmarks.peers.measuring import Measured
from benchmarks.peers.rounds import Result
from generator.files import temporary_folder
from tests.kernels import ROOT

TITLES = {"hubpages": "hubpages", "hugo": "Hugo", "mkdocs": "MkDocs"}


def a_result(tool: str, seconds: float, number: int = 1, failure: str = "", size: int = 100) -> Result:
    """A cold build without search, of 2 s of the processors and 50 MiB."""
    return Result(tool, size, False, "cold", number, Measured(seconds, 2, 50 * 2**20, failure))


def row(told: str, title: str) -> list[str]:
    """The cells of the first row that begins with this."""
    return next(
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in told.splitlines()
        if line.startswith(f"| {title} |")
    )


def test_ratio_is_of_the_same_round() -> None:
    """A round in which the machine was slow for both does not bend it: 2/1, 20/10 and 4/4, of which 2 is the median."""
    pairs = [(2, 1), (20, 10), (4, 4)]
    results = [
        a_result(tool, seconds, number)
        for number, pair in enumerate(pairs)
        for tool, seconds in zip(("hubpages", "hugo"), pair, strict=True)
    ]
    told = tables(results, TITLES, {})
    assert row(told, "hubpages") == ["hubpages", "off", "4.00 s (2.00)", "2.00 s", "50 MiB"]
    assert row(told, "Hugo") == ["Hugo", "off", "4.00 s (1.00)", "2.00 s", "50 MiB"]


def test_failed_build_is_told_and_counts_for_nothing() -> None:
    """Neither its own seconds nor a ratio to it."""
    results = [a_result("hubpages", 3), a_result("hugo", 0.01, failure="it made 0 HTML pages")]
    told = tables(results, TITLES, {})
    assert row(told, "hubpages")[2] == "3.00 s"
    assert row(told, "Hugo")[2:] == ["failed", "–", "–"]
    assert "Failed and not counted: Hugo, search off, cold: it made 0 HTML pages" in told
    assert "0.01" not in told


def test_slope_is_the_larger_size_over_the_smaller() -> None:
    """From one size to the next; a tool that was left out of the larger one has none, and that is said."""
    sizes = {100: 1, 1000: 8, 10000: 96}
    results = [a_result("hugo", seconds, size=size) for size, seconds in sizes.items()]
    results += [a_result("mkdocs", 5, size=100)]
    told = tables(results, TITLES, {1000: ["mkdocs"]})
    slopes = told[told.index("### From 100 to 1,000") :]
    assert row(slopes, "Hugo") == ["Hugo", "off", "8.0"]
    assert row(slopes[slopes.index("### From 1,000") :], "Hugo") == ["Hugo", "off", "12.0"]
    assert "MkDocs" not in slopes
    assert "Not run at this size, because it would take very long: MkDocs." in told


def test_tables_have_as_many_cells_in_each_row() -> None:
    """Of all that hubpages does alone too."""
    results = [*map(a_result, TITLES, itertools.count(1)), a_result("hubpages check", 1, failure="it fell over")]
    for table in tables(results, TITLES, {}).split("\n\n"):
        if table.startswith("|"):
            assert len({line.count("|") for line in table.strip().splitlines()}) == 1


def test_tables_stand_between_the_marks_of_a_document() -> None:
    """What stood there goes, all else stays; a document without marks is told of."""
    text = "a\n<!-- figures -->\nold\n<!-- end of figures -->\nb\n"
    assert between_marks(text, "new\n") == "a\n<!-- figures -->\n\nnew\n\n<!-- end of figures -->\nb\n"
    assert between_marks(between_marks(text, "new\n"), "new\n") == between_marks(text, "new\n")
    with pytest.raises(ValueError, match="has no"):
        between_marks("a\n<!-- figures -->\n", "new")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sizes", "1", "--tools", "hugo,jekyll"], "jekyll is none of hubpages, hugo, zensical, mkdocs"),
        (["--sizes", "100,0"], "100,0 is no list of numbers of pages"),
        (["--sizes", "1", "--scenarios", "warm"], "warm is none of cold, again, page, template"),
        (["--sizes", "1", "--runs", "0"], "--runs must be 1 or more"),
    ],
)
def test_wrong_words_are_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is measured."""
    with pytest.raises(SystemExit) as raised:
        main(words)
    assert raised.value.code == 2
    assert said in capsys.readouterr().err


def test_missing_peers_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the command that installs them, and a status of its own."""
    with temporary_folder("no-peers-") as folder:
        monkeypatch.setattr("benchmarks.peers.tool.PEERS", folder)
        assert main(["--tools", "hugo", "--sizes", "1"]) == 3
    assert "`make bench-peers` does it" in capsys.readouterr().err
    assert set(TOOLS) == {"hubpages", "hugo", "zensical", "mkdocs"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """No tree, and no tool that goes on working: nobody would look for either."""
    command = [sys.executable, "-m", "benchmarks.peers", "--tools", "hubpages", "--sizes", "30", "--search", "off"]
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as bench:
        deadline = time.monotonic() + 60
        while not (working := _working_in(tmp_path)) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert working
        bench.send_signal(number)
        assert b"Traceback" not in bench.communicate()[1]
    assert bench.returncode == 130
    assert list(tmp_path.glob("hubpages-bench-*")) == []
    assert not _working_in(tmp_path)


def _working_in(folder: Path) -> bool:
    """Whether any process has a path of this folder in its command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes())
        except OSError:  # it has ended
            continue
    return any(str(folder).encode() in line for line in found)
