"""The tools in turns, round by round; what each build came to, and whether it really made the site."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import CorpusPage, corpus
from benchmarks.peers.measuring import Measured, measure
from benchmarks.peers.tool import Tool

SCENARIOS = ("cold", "again", "page", "template")
"""Without what was made before; nothing changed; one page changed; the template of all pages changed."""

Say = Callable[[str], None]
"""Tells whoever waits what is being done."""


@dataclass(frozen=True, slots=True)
class Result:
    """One build, or one other call."""

    tool: str
    size: int
    search: bool
    scenario: str
    round: int
    measured: Measured

    @property
    def failure(self) -> str:
        """Why it counts for nothing; empty where it counts."""
        return self.measured.failure


@dataclass(frozen=True, slots=True)
class Field:
    """One tool's tree, and what it is a tree of."""

    tool: Tool
    tree: Path
    pages: Sequence[CorpusPage]
    search: bool


def in_turns(
    tools: Sequence[Tool], size: int, search: bool, scenarios: Sequence[str], runs: int, folder: Path, say: Say
) -> Iterator[Result]:
    """The results of all rounds of one size, with the search or without. One that fails takes part no further."""
    pages = list(corpus(size))
    fields = [Field(tool, folder / tool.name, pages, search) for tool in tools]
    for field in fields:
        field.tree.mkdir(parents=True)
        field.tool.plant(field.tree, pages, search)
    failed: set[str] = set()
    # What is not asked for is still done once, where what is asked for needs a site that is there.
    rounds = [(0, [] if "cold" in scenarios else ["cold"]), *((n, scenarios) for n in range(1, runs + 1))]
    for number, done in rounds:
        for scenario in (one for one in SCENARIOS if one in done):
            for field in fields:
                if field.tool.name in failed:
                    continue
                say(f"{size} pages, search {'on' if search else 'off'}, round {number}: {field.tool.title}, {scenario}")
                result = Result(field.tool.name, size, search, scenario, number, build(field, scenario, number))
                if result.failure:
                    failed.add(field.tool.name)
                    say(result.failure)
                if number or result.failure:
                    yield result
    shutil.rmtree(folder)


def build(field: Field, scenario: str, number: int) -> Measured:
    """Change what the scenario changes, build, and look whether the site is there."""
    tool, tree, changed = field.tool, field.tree, field.pages[len(field.pages) // 2]
    words = {"page": f"word-{number}", "template": f"frame-{number}"}
    if scenario == "cold":
        remove(tree / name for name in (tool.out, *tool.caches))
    elif scenario == "page":
        tool.change_page(tree, changed, words["page"])
    elif scenario == "template":
        tool.change_template(tree, words["template"])
    measured = measure(tool.commands(tree, field.search), tool.folder(tree))
    if measured.failure:
        return measured
    missing = _missing(field, scenario, words.get(scenario, ""))
    return Measured(measured.seconds, measured.processor, measured.memory, missing)


def remove(paths: Iterable[Path]) -> None:
    """Files and folders that may be there."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _missing(field: Field, scenario: str, word: str) -> str:
    """What the site should have and has not; empty where it has all."""
    tool, tree, pages = field.tool, field.tree, field.pages
    cards, found = 2 * len(pages), html_files(tree / tool.out)
    if found < cards:
        return f"it made {found} HTML pages, and there should be {cards} or more"
    if field.search and (known := tool.searchable(tree)) < cards:
        return f"its search knows {known} pages, and there should be {cards} or more"
    shown = {
        "page": [tool.card(tree, pages[len(pages) // 2], "en")],
        "template": [tool.card(tree, page, language) for page in (pages[0], pages[-1]) for language in ("zh", "en")],
    }
    for card in shown.get(scenario, ()):
        if not card.is_file() or word not in card.read_text(encoding="utf-8"):
            return f"the word that was changed, {word}, is not in {card.relative_to(tree)}"
    return ""


def html_files(folder: Path) -> int:
    """How many HTML files are in a folder and below."""
    return sum(name.endswith(".html") for _, _, names in os.walk(folder) for name in names)
