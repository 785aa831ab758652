"""No stage and no rule takes more than its share of time for any of the hostile shapes."""

from collections.abc import Container, Mapping

import pytest

from tests.growth.shapes import SHAPES, Shape
from tests.growth.stages import stages
from tests.growth.steps import count_steps
from tests.pages import a_page

SIZES = (300, 600, 1200)
MOST = 2.3
"""What twice the length may take: twice as many steps, and a little more. Where each is compared with each, it is four
times as many."""
MOST_ADDED = 2.7
"""The same of what is added, from the second size to the third and from the first to the second: it does not see what
every page costs."""
SLACK = 1500
"""Steps that are no sign of anything: the first findings of a kind bring hints, and the first fence its colours."""


OF_THE_SAME: dict[tuple[str, bytes], int] = {}
"""The steps of what does the same for many shapes."""


@pytest.fixture(scope="module", autouse=True)
def least() -> Mapping[str, int]:
    """The steps of every stage with a page that says next to nothing.

    What is made once, such as compiled templates, is made here: it is no shape's work.
    """
    for stage in stages(a_page()):
        stage.run()
    return _steps(a_page(title="A", zh="a", en="a"))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_steps_grow_with_the_length_of_the_page(shape: Shape, least: Mapping[str, int]) -> None:
    """Of every stage, and of every rule by itself. Counting is slow: what few steps can tell is not counted again."""
    small, middle, large = (shape.page(size * shape.factor) for size in SIZES)
    fourfold = _steps(large)
    many = {name for name in fourfold if fourfold[name] > MOST * least.get(name, 0) + SLACK / 3}
    twice = _steps(middle, many)
    suspected = {name for name in twice if fourfold[name] > MOST * twice[name] + SLACK / 3}
    once = _steps(small, suspected) if suspected else {}  # most shapes need it not
    grown = {
        name: (once[name], twice[name], fourfold[name])
        for name in once
        if fourfold[name] - twice[name] > MOST_ADDED * max(twice[name] - once[name], 0) + SLACK
    }
    assert grown == {}


def _steps(page: str, counted: Container[str] | None = None) -> dict[str, int]:
    """The steps of each stage, or of those that are named; the others are run all the same."""
    steps: dict[str, int] = {}
    for stage in stages(page):
        if counted is not None and stage.name not in counted:
            stage.run()
        elif not stage.of:
            steps[stage.name] = count_steps(stage.run)
        else:
            same = stage.name, stage.of
            if same not in OF_THE_SAME:
                OF_THE_SAME[same] = count_steps(stage.run)
            steps[stage.name] = OF_THE_SAME[same]
    return steps
