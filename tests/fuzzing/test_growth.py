"""Whoever repeats a few odd pieces makes the program work as much longer as the page, and no more."""

from random import Random

import pytest

from tests.fuzzing.mutations import repeated_pieces
from tests.growth.growth import grown_without_end, least_steps


@pytest.fixture(scope="module")
def least() -> dict[str, int]:
    """What every page costs."""
    return dict(least_steps())


@pytest.mark.parametrize("number", range(15))
def test_steps_grow_with_the_number_of_pieces(number: int, least: dict[str, int]) -> None:
    """Of every stage and of every rule, at n, 2n and 4n characters; `tests.growth` has single pieces."""
    assert grown_without_end(repeated_pieces(Random(f"growth {number}")), least) == {}
