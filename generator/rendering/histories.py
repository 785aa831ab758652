"""What a site shows of a page's runs but the latest: a strip of cells, and rows of runs that tell the same."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Literal

from generator.model.changes import moved_commits
from generator.model.history import History, PastRun
from generator.rendering.entries import Offered
from generator.rendering.facts import CommitRange, bytes_text, commit_range
from generator.rendering.verification import SIGNS, Sign, Verification, sign_word

MOST = 30
"""Runs in a strip."""

_STEP, _WIDTH, _HEIGHT = 7, 5, 18
"""Of a cell: from one to the next, its own width, and the height of the strip, in pixels."""
_HEIGHTS: Mapping[Sign, int] = {"passed": 11, "partial": 8, "flaky": 14, "failed": 18}
"""What fails stands out also where no colour is seen; all that did not run is low."""
_LOW = 4
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A run in a strip."""

    run: PastRun
    sign: Sign
    is_other_code: bool
    """Whether it is of other code than the page has now."""
    seconds: str

    @property
    def word(self) -> str:
        """The name of the word for its sign."""
        return sign_word(self.sign)


@dataclass(frozen=True, slots=True)
class Row:
    """Runs one after another of the same code, packages and commits, of which the same came."""

    first: PastRun
    last: PastRun
    number: int
    sign: Sign
    is_other_code: bool
    changed: tuple[Literal["code", "packages"], ...]
    """What is another than in the row before it in time."""
    commits: tuple[CommitRange, ...]
    seconds: str
    """The median; of the memory as well. Empty where nothing was measured."""
    memory: str

    @property
    def word(self) -> str:
        """The name of the word for its sign."""
        return sign_word(self.sign)


@dataclass(frozen=True, slots=True)
class Strip:
    """The last runs of a page's code on one device with one kind of weights, the earliest first."""

    cells: tuple[Cell, ...]
    rows: tuple[Row, ...]
    """The same runs, the latest first."""
    seconds: str
    """Medians of those that passed; empty where none did."""
    memory: str

    @property
    def device(self) -> str:
        """That all of them ran on."""
        return self.cells[-1].run.device

    @property
    def weights(self) -> str:
        """That all of them were given."""
        return self.cells[-1].run.weights

    @property
    def broken(self) -> int:
        """How many of them did not end well."""
        return sum(not cell.run.is_green for cell in self.cells)

    @property
    def width(self) -> int:
        """In pixels, as is the height."""
        return len(self.cells) * _STEP - (_STEP - _WIDTH)

    @property
    def height(self) -> int:
        """Of the tallest cell."""
        return _HEIGHT

    @property
    def counts(self) -> Sequence[tuple[str, int]]:
        """How many runs there are of each sign: the name of its word, and the number."""
        number = Counter(cell.sign for cell in self.cells)
        return [(sign_word(sign), number[sign]) for sign in SIGNS if number[sign]]

    @property
    def paths(self) -> Sequence[tuple[str, str]]:
        """The cells as paths of an SVG, one for all that look alike: their class, and what is drawn."""
        found: dict[str, list[str]] = {}
        for index, cell in enumerate(self.cells):
            height = _HEIGHTS.get(cell.sign, _LOW)
            name = f"{cell.sign} other" if cell.is_other_code else cell.sign
            found.setdefault(name, []).append(f"M{index * _STEP} {_HEIGHT - height}h{_WIDTH}v{height}h-{_WIDTH}z")
        return [(name, "".join(drawn)) for name, drawn in found.items()]


def strips_of(history: History, entry: Offered, language: str) -> tuple[Strip, ...]:
    """The last runs of the page's code with an entry in it: first those that the card's state speaks of.

    Args:
        language: of the section, whose code it is.
    """
    variant = None if entry.is_default else entry.name
    by_series: dict[tuple[str, str], list[PastRun]] = {}
    for run in history.runs:
        if run.variant == variant and language in run.languages:
            by_series.setdefault((run.device, run.weights), []).append(run)
    shown = entry.verification.run
    told = (shown.environment.device, shown.weights) if shown else None
    ordered = sorted(by_series.items(), key=lambda one: one[1][-1].started, reverse=True)
    ordered.sort(key=lambda one: one[0] != told)
    return tuple(_strip(runs[-MOST:], _code_now(entry.verification)) for _, runs in ordered)


def _code_now(verification: Verification) -> str:
    """The digest of the page's code as it is now, as runs are remembered by it; empty where no run is of it."""
    return verification.run.script[:_DIGITS] if verification.run and verification.state != "stale" else ""


def _strip(runs: Sequence[PastRun], code: str) -> Strip:
    cells = tuple(Cell(run, sign_of(run), run.script != code, seconds_text(run.seconds)) for run in runs)
    passed = [run for run in runs if run.verdict == "passed"]
    return Strip(cells, tuple(reversed(list(_rows(runs, code)))), *_medians(passed))


def _rows(runs: Sequence[PastRun], code: str) -> Iterator[Row]:
    before: PastRun | None = None
    for _, group in groupby(runs, key=_alike):
        own = list(group)
        first = own[0]
        changed: list[Literal["code", "packages"]] = []
        if before and first.script != before.script:
            changed.append("code")
        if before and first.packages != before.packages:
            changed.append("packages")
        moved = tuple(map(commit_range, moved_commits(before.commits, first.commits))) if before else ()
        is_other = first.script != code
        yield Row(first, own[-1], len(own), sign_of(first), is_other, tuple(changed), moved, *_medians(own))
        before = own[-1]


def _alike(run: PastRun) -> tuple[object, ...]:
    return run.script, run.packages, run.verdict, run.cause, sorted(run.commits.items())


def _medians(runs: Sequence[PastRun]) -> tuple[str, str]:
    seconds, memory = [run.seconds for run in runs], [run.memory for run in runs if run.memory]
    return seconds_text(median(seconds)) if seconds else "", bytes_text(int(median(memory))) if memory else ""


def seconds_text(seconds: float) -> str:
    """A time as people say it: 12.3 s."""
    return f"{seconds:.1f} s"


def sign_of(run: PastRun) -> Sign:
    """As `Verification.sign`."""
    if run.verdict == "passed" or run.verdict == "unstable":
        return "passed" if run.is_whole else "partial"
    return run.verdict
