"""A metric of a table against what the models cost: which one gives the most for its multiply-adds or parameters."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Side = Literal["right", "left", "above", "below", ""]
"""Where a point's label stands; empty for none."""

HEIGHT = 260
"""Pixels of the plot, without what stands around it. It is as wide as there is room."""

WIDE, NARROW = 620, 260
"""Pixels: about as wide as the plot is beside a column, and on a phone."""
_LETTER, _LINE = 7.4, 15
"""Pixels of a letter and a line of a label."""
_GAP = 9
"""Pixels between a point and its label."""
_SMALLEST, _LARGEST = 1e-9, 1e15
_FEWEST = 3
"""Points that show more than the table says."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    """Percent of the width from the left, or pixels from the top."""
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """A row of the table."""

    row: int
    """Its index."""
    label: str
    x_text: str
    y_text: str
    """The values as the table has them."""
    left: float
    """Percent of the width."""
    top: float
    """Pixels."""
    is_best: bool
    side: Side = ""
    """Where its label stands, however wide the plot is."""
    wide_side: Side = ""
    """Where it stands where there is no room for it on a phone."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """Points with their axes: a cost to the right from zero, the metric upwards."""

    metric: str
    size: str
    better: str
    """higher or lower."""
    points: tuple[Point, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    height: int = HEIGHT
    """Pixels."""


Row = tuple[int, str, tuple[float, str], tuple[float, str], bool]
"""Index, label, size and metric (what it is worth, and as it is written), whether it is the best."""


def scatter_of(metric: str, size: str, better: str, rows: Sequence[Row]) -> Scatter | None:
    """The points of these rows; None where there are too few, or they differ in one direction alone.

    Args:
        metric: the header of its column, and
        size: of that with the cost.
        better: higher or lower, for the metric.
    """
    sizes, values = {row[2][0] for row in rows}, {row[3][0] for row in rows}
    if min(len(sizes), len(values)) < _FEWEST or min(sizes) < 0:
        return None
    largest = max(map(abs, values))
    # Marks are written with six digits.
    if not all(_SMALLEST < each < _LARGEST for each in (max(sizes), largest)):
        return None
    if max(values) - min(values) < 1e-4 * largest:
        return None
    x_marks, y_marks = _marks(0, max(sizes)), _marks(min(values), max(values))
    x_at, y_at = _scale(x_marks, 0, 100), _scale(y_marks, HEIGHT, 0)
    points = [
        Point(row, label, x[1], y[1], round(x_at(x[0]), 2), round(y_at(y[0]), 1), is_best)
        for row, label, x, y, is_best in rows
    ]
    x_ticks = tuple(Tick(round(x_at(mark), 2), f"{mark:g}") for mark in x_marks)
    y_ticks = tuple(Tick(round(y_at(mark), 1), f"{mark:g}") for mark in y_marks)
    return Scatter(metric, size, better, tuple(_labelled(points)), x_ticks, y_ticks)


def _marks(low: float, high: float) -> Sequence[float]:
    """Round numbers around these, at steps of 1, 2, 2.5 or 5 times a power of ten, about five of them."""
    rough = (high - low) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, last + 1)]


def _scale(marks: Sequence[float], start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (end - start) * (value - marks[0]) / (marks[-1] - marks[0])


_Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels."""


def _labelled(points: Sequence[Point]) -> Iterator[Point]:
    """The points with a place for the labels that fit; the best ones' are placed first."""
    sides: dict[int, tuple[Side, Side]] = {}
    taken: dict[int, list[_Box]] = {width: [_around(point, width) for point in points] for width in (WIDE, NARROW)}
    for point in sorted(points, key=lambda point: not point.is_best):
        side: Side = next(
            (each for each in _SIDES if all(_fits(point, each, width, taken[width]) for width in taken)), ""
        )
        wide: Side = side or next((each for each in _SIDES if _fits(point, each, WIDE, taken[WIDE])), "")
        sides[point.row] = side, wide
        if wide:
            taken[WIDE].append(label_box(point, wide, WIDE))
        if side:
            taken[NARROW].append(label_box(point, side, NARROW))
    for point in points:
        yield replace(point, side=sides[point.row][0], wide_side=sides[point.row][1])


_SIDES: tuple[Side, ...] = ("right", "left", "above", "below")


def _around(point: Point, width: int) -> _Box:
    x = point.left / 100 * width
    return x - _GAP + 3, point.top - _GAP + 3, x + _GAP - 3, point.top + _GAP - 3


def label_box(point: Point, side: Side, width: int) -> _Box:
    """What a label takes there."""
    x, length = point.left / 100 * width, len(point.label) * _LETTER
    start = {"right": x + _GAP, "left": x - _GAP - length}.get(side, x - length / 2)
    top = {"above": point.top - _GAP - _LINE, "below": point.top + _GAP}.get(side, point.top - _LINE / 2)
    return start, top, start + length, top + _LINE


def _fits(point: Point, side: Side, width: int, taken: Sequence[_Box]) -> bool:
    left, top, right, bottom = label_box(point, side, width)
    is_inside = left >= 0 and right <= width and top >= 0 and bottom <= HEIGHT
    return is_inside and not any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in taken
    )
