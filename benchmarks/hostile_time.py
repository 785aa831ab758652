"""Pages of a megabyte in every hostile shape: how long each takes, and the largest like it that is not refused.

`python -m benchmarks.hostile_time`: seconds are of the processor, so that a busy machine bends them little.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from generator.model.hub import HUB1
from generator.reading.hub import read_page
from generator.reading.source import MAX_BYTES
from tests.fuzzing.mutations import repeated_pieces
from tests.growth.shapes import SHAPES
from tests.growth.stages import stages
from tests.pages import LANGUAGES, a_page

_LOOK = 20_000
"""Characters of the page by which it is told which shapes are slow."""
_READING = ("reading", "plan", "entries", "variants")
_RENDERING = ("show", "card Markdown", "card", "notebooks", "api", "record", "search")
_OF_ALL = ("related", "lists", "for programs")
_REPORTING = ("text", "github", "sarif", "json", "fixing")
_PARTS = {
    **dict.fromkeys(_READING, "read"),
    **dict.fromkeys(_RENDERING + _OF_ALL, "rendered"),
    **dict.fromkeys(_REPORTING, "told"),
}
"""What each stage belongs to; all others are rules, and what rules share."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A way to make a page of about so many characters."""

    name: str
    page: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Timed:
    """What a page took, in seconds of the processor."""

    name: str
    size: int
    """In bytes."""
    read: float
    checked: float
    told: float
    """All reports of its findings, each of which is written where it is asked for, and its fixes."""
    rendered: float
    slowest: str
    """The stage or rule that took longest, and how long."""

    @property
    def whole(self) -> float:
        """From the file to the site, as `build` goes, and all rules, as `check` asks them."""
        return self.read + self.checked + self.rendered


def of_grammar(number: int) -> Hostile:
    """A few pieces of the fuzzing grammar, one behind the other, again and again."""
    return Hostile(f"pieces {number}", repeated_pieces(Random(number)))


def megabyte(hostile: Hostile) -> str:
    """The largest page of a shape that is no larger than a page may be, or a little smaller."""
    size = MAX_BYTES
    while len((page := hostile.page(size)).encode()) > MAX_BYTES:
        size = size * 9 // 10
    return page


def largest_read(hostile: Hostile) -> str:
    """The largest page of a shape that is read, by a tenth: first halved until one is, then more than that."""
    size = MAX_BYTES
    while size > 100 and not _is_read(hostile.page(size)):
        size //= 2
    for more in (1.5, 1.25, 1.1):
        size = int(size * more) if _is_read(hostile.page(int(size * more))) else size
    return hostile.page(size)


def _is_read(page: str) -> bool:
    return len(page.encode()) <= MAX_BYTES and read_page(page, "a_b_c.md", LANGUAGES, form=HUB1)[0] is not None


def timed(name: str, page: str) -> Timed:
    """What each stage takes of a page."""
    took = {"read": 0.0, "checked": 0.0, "told": 0.0, "rendered": 0.0}
    slowest = ("", 0.0)
    for stage in stages(page):
        before = time.process_time()
        stage.run()
        seconds = time.process_time() - before
        part = _PARTS.get(stage.name, "checked")
        took[part] += seconds
        if part != "told":
            slowest = max(slowest, (stage.name, seconds), key=lambda each: each[1])
    return Timed(name, len(page.encode()), **took, slowest=f"{slowest[0]}, {slowest[1]:.2f} s")


def table(rows: list[Timed], most: int) -> Iterator[str]:
    """The slowest, as Markdown."""
    yield "| shape | bytes | read | checked | rendered | in all | slowest of it | reports |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |"
    for one in sorted(rows, key=lambda row: row.whole, reverse=True)[:most]:
        figures = " | ".join(f"{value:.2f} s" for value in (one.read, one.checked, one.rendered, one.whole))
        yield f"| {one.name} | {one.size:,} | {figures} | {one.slowest} | {one.told:.2f} s |"


def main() -> None:
    """Print the slowest pages of a megabyte, and the slowest of those that are not refused."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile_time", description=__doc__)
    parser.add_argument("--shapes", default="", metavar="WORDS", help="only those whose names hold this")
    parser.add_argument("--pieces", type=int, default=100, metavar="N", help="pages of the fuzzing grammar (100)")
    parser.add_argument("--most", type=int, default=12, metavar="N", help="rows of each table (12)")
    parser.add_argument("--largest", type=int, default=60, metavar="N", help="how many shapes to look for more of (60)")
    asked = parser.parse_args()
    every = [*(Hostile(shape.name, shape.page) for shape in SHAPES), *map(of_grammar, range(asked.pieces))]
    every = [hostile for hostile in every if asked.shapes in hostile.name]
    for stage in stages(a_page()):  # what is made once is no page's work
        stage.run()
    _print("A megabyte each, refused or not", [timed(one.name, megabyte(one)) for one in every], asked.most)
    looked_at = sorted(every, key=lambda one: timed(one.name, one.page(_LOOK)).whole, reverse=True)[: asked.largest]
    read = [timed(one.name, largest_read(one)) for one in looked_at]
    _print(f"The largest that are read, of the {len(read)} slowest shapes", read, asked.most)


def _print(title: str, rows: list[Timed], most: int) -> None:
    print(f"\n{title}: {len(rows)} pages, {sum(row.whole > 1 for row in rows)} of them more than 1 s\n")
    print(*table(rows, most), sep="\n", flush=True)


if __name__ == "__main__":
    main()
