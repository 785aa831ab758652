"""No stage and no rule takes more than its share of time for any of the hostile shapes."""

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


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is made once, such as compiled templates, is no shape's work."""
    for _, run in stages(a_page()):
        run()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_steps_grow_with_the_length_of_the_page(shape: Shape) -> None:
    """Of every stage, and of every rule by itself."""
    small, middle, large = (shape.page(size * shape.factor) for size in SIZES)
    twice, fourfold = _steps(middle), _steps(large)
    suspected = [name for name in twice.keys() & fourfold.keys() if fourfold[name] > MOST * twice[name] + SLACK / 3]
    once = _steps(small) if suspected else {}  # most shapes need it not
    grown = {
        name: (once[name], twice[name], fourfold[name])
        for name in suspected
        if name in once and fourfold[name] - twice[name] > MOST_ADDED * max(twice[name] - once[name], 0) + SLACK
    }
    assert grown == {}


def _steps(page: str) -> dict[str, int]:
    return {name: count_steps(run) for name, run in stages(page)}
