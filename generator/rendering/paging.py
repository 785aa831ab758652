"""A long list in pages, each of them small enough for a slow line."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

MOST_ROWS = 100
MOST_BYTES = 150_000
"""What one page of a list holds at most, in rows and in bytes of HTML. One row stands on each, however long it is."""

Cuts = Sequence[tuple[int, int]]
"""For each page its first row, from 0, and the one behind its last."""


def cuts_of(sizes: Sequence[int], room: int) -> Cuts:
    """A list in pages; an empty one has one page.

    Args:
        sizes: bytes of each row.
        room: bytes of all rows of a page.
    """
    ends = [0, *accumulate(sizes)]  # bytes of all rows before each
    cuts: list[tuple[int, int]] = []
    first = 0
    while not cuts or first < len(sizes):
        by_bytes = bisect_right(ends, ends[first] + room) - 1
        end = min(max(by_bytes, first + 1), first + MOST_ROWS, len(sizes))
        cuts.append((first, end))
        first = end
    return cuts


def pager_of(place: str, number: int, cuts: Cuts) -> Mapping[str, Any] | None:
    """What leads from a page of a list to the others; None where there is no other.

    Args:
        place: of the list, below a language's folder.
        number: of the page, from 1.
    """
    if len(cuts) == 1:
        return None
    first, end = cuts[number - 1]
    return {
        "place": place,
        "number": number,
        "last": len(cuts),
        "total": cuts[-1][1],
        "first_row": first + 1,
        "last_row": end,
        "steps": tuple(_steps(number, len(cuts))),
    }


def _steps(number: int, last: int) -> Iterator[int]:
    """The pages that are named: the first, the last and the nearest; 0 where some between them are not."""
    before = 0
    for step in sorted({1, number - 1, number, number + 1, last} & set(range(1, last + 1))):
        if step == before + 2:
            yield before + 1
        elif step > before + 2:
            yield 0
        yield step
        before = step
