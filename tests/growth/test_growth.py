"""No stage and no rule takes more than its share of time for any of the hostile shapes."""

from collections.abc import Mapping

import pytest

from tests.growth.growth import grown, least_steps
from tests.growth.shapes import SHAPES, Shape


@pytest.fixture(scope="module", autouse=True)
def least() -> Mapping[str, int]:
    """What every page costs."""
    return least_steps()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_steps_grow_with_the_length_of_the_page(shape: Shape, least: Mapping[str, int]) -> None:
    """Of every stage, and of every rule by itself."""
    assert grown(shape.page, least, shape.factor) == {}
