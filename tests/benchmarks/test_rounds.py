"""Tools in turns, and which builds count. The tool here is a small program, so that no other needs to be installed."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.corpus import CorpusPage
from benchmarks.peers.own import Hubpages
from benchmarks.peers.rounds import SCENARIOS, Result, in_turns
from benchmarks.peers.tool import FRAME, Tool, write

# Copies each source into a page with the frame's word, except what the test wants to go wrong.
BUILD = """\
import pathlib, sys
wrong = pathlib.Path("wrong").read_text() if pathlib.Path("wrong").exists() else ""
if wrong == "status": sys.exit("no such theme")
for path in sorted(pathlib.Path("src").glob("*"))[1 if wrong == "page" else 0:]:
    name = "site/" + path.name.replace(".md", ".html")
    if wrong == "stale" and pathlib.Path(name).exists(): continue
    pathlib.Path("site").mkdir(exist_ok=True)
    pathlib.Path(name).write_text(path.read_text() + pathlib.Path("frame").read_text())
"""


class Copier(Tool):
    """Makes a page of each source."""

    name, title, template, caches = "copier", "Copier", "frame", ("kept",)

    def __init__(self, name: str = "copier", wrong: str = "", indexed: int = 1000) -> None:
        self.name, self._wrong, self._indexed = name, wrong, indexed
        self.cold: list[bool] = []

    def plant(self, tree: Path, pages: Sequence[CorpusPage], search: bool) -> None:
        """One file a language."""
        write(tree / "frame", FRAME)
        write(tree / "kept" / "page", "kept")
        for page in pages:
            for language, body in page.bodies.items():
                write(tree / "src" / f"{page.id}.{language}.md", body)
        if self._wrong:
            write(tree / "wrong", self._wrong)

    def commands(self, tree: Path, search: bool) -> list[list[str]]:
        """The program above; notes whether anything was there before it."""
        self.cold.append(not (tree / "site").exists() and not (tree / "kept").exists())
        (tree / "kept").mkdir(exist_ok=True)
        return [[sys.executable, "-c", BUILD]]

    def source(self, tree: Path, page: CorpusPage) -> Path:
        """The English one."""
        return tree / "src" / f"{page.id}.en.md"

    def card(self, tree: Path, page: CorpusPage, language: str) -> Path:
        """Beside all others."""
        return tree / "site" / f"{page.id}.{language}.html"

    def searchable(self, tree: Path) -> int:
        """What the test says."""
        return self._indexed


def results(tmp_path: Path, *tools: Tool, **more: object) -> list[Result]:
    """All results of three pages, and what was said is thrown away."""
    wanted: dict[str, object] = {"search": False, "scenarios": SCENARIOS, "runs": 2, **more}
    return list(in_turns(tools, 3, folder=tmp_path / "trees", say=lambda words: None, **wanted))  # type: ignore[arg-type]


def test_tools_take_turns_in_every_round(tmp_path: Path) -> None:
    """A B, A B, for each scenario, round by round."""
    found = results(tmp_path, Copier("a"), Copier("b"))
    expected = [(n, scenario, tool) for n in (1, 2) for scenario in SCENARIOS for tool in ("a", "b")]
    assert [(one.round, one.scenario, one.tool) for one in found] == expected
    assert [one.failure for one in found] == [""] * len(found)
    assert not (tmp_path / "trees").exists()


def test_only_a_cold_build_finds_nothing(tmp_path: Path) -> None:
    """Neither the site nor what the tool keeps; the others find both."""
    tool = Copier()
    results(tmp_path, tool)
    assert tool.cold == [True, False, False, False] * 2


def test_without_cold_there_is_still_a_site_to_begin_with(tmp_path: Path) -> None:
    """It is built once, and that is no result."""
    tool = Copier()
    assert [one.scenario for one in results(tmp_path, tool, scenarios=["page"])] == ["page", "page"]
    assert tool.cold == [True, False, False]


@pytest.mark.parametrize(
    ("tool", "reason"),
    [
        (Copier(wrong="status"), "ended with status 1: no such theme"),
        (Copier(wrong="page"), "it made 5 HTML pages, and there should be 6 or more"),
        (Copier(indexed=5), "its search knows 5 pages, and there should be 6 or more"),
        (
            Copier(wrong="stale"),
            "the word that was changed, word-1, is not in site/megengine_detection_model00001.en.html",
        ),
    ],
    ids=["status", "page", "search", "stale"],
)
def test_build_that_did_not_make_the_site_is_told_and_its_tool_is_out(tmp_path: Path, tool: Tool, reason: str) -> None:
    """So that it never counts as fast; the other tool goes on."""
    found = results(tmp_path, tool, Copier("sound"), search=True)
    *_, last = [one for one in found if one.tool == tool.name]
    assert reason in last.failure
    assert [one for one in found if one.failure] == [last]
    assert len([one for one in found if one.tool == "sound"]) == 2 * len(SCENARIOS)


def test_template_that_is_not_taken_up_is_told(tmp_path: Path) -> None:
    """A frame that stays as it was would make every build of a changed one as fast as one of nothing."""
    tool = Copier(wrong="stale")
    (last,) = [one for one in results(tmp_path, tool, scenarios=["template"]) if one.failure]
    assert "frame-1, is not in site/" in last.failure


def test_hubpages_itself_is_built_in_every_way(tmp_path: Path) -> None:
    """With the search: the real program, whose card, frame and index are where the benchmark looks for them."""
    found = results(tmp_path, Hubpages(), search=True, runs=1)
    assert [(one.scenario, one.failure) for one in found] == [(scenario, "") for scenario in SCENARIOS]
