"""Whatever a file holds, the program says what is wrong or shows it: no exception, no markup, no file elsewhere.

`make fuzz` looks at many more pages. What it finds is mended, and stays as a case (`test_cases`).
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzzing.material import KINDS, Kind, config_of
from tests.fuzzing.mutations import a_hostile_page
from tests.fuzzing.travels import read, travel


# The same pages each time: who changes something else is not to find what was there before. No smaller example is
# looked for: `python -m tests.fuzzing --first NUMBER --pages 1` finds a better one in a few seconds.
@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(number=st.integers(0, 10**9))
def test_a_page_is_refused_at_its_lines_or_is_checked_mended_shown_and_published(kind: Kind, number: int) -> None:
    """Pages of every format, real ones with parts changed and odd ones made of parts; all of `travel` holds of each."""
    data = a_hostile_page(Random(f"{kind} {number}"), kind)
    with TemporaryDirectory() as folder:
        travel(data, config_of(kind), Path(folder))


@pytest.mark.parametrize("kind", KINDS)
def test_enough_pages_get_to_the_end(kind: Kind) -> None:
    """Of those that are made, a third and more can be read: else it is reading alone that is looked at."""
    pages = [a_hostile_page(Random(f"{kind} {number}"), kind) for number in range(60)]
    config = config_of(kind)
    assert sum(read(data, config)[0] is not None for data in pages) > 20
