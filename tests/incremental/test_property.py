"""Whatever happens between builds, each gives what a clean build gives."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator import seen
from tests.incremental.hubs import a_hub, assert_alike, built, built_clean, commit
from tests.incremental.steps import OF_PAGES, OF_THE_REST, OF_WHAT_WAS_MADE, Step, run_entry

_NUMBERS = st.integers(0, 99)
_STEPS = st.tuples(st.sampled_from([*OF_PAGES, *OF_THE_REST, *OF_WHAT_WAS_MADE]), _NUMBERS)


def _assert_clean_after(steps: Sequence[Sequence[tuple[Step, int]]], *, search: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, elsewhere = a_hub(Path(name) / "hub"), Path(name) / "clean"
        commit(folder)
        built(folder, search=search)
        for between in steps:
            for step, number in between:
                step(folder, number)
            assert_alike(built(folder, search=search), built_clean(folder, elsewhere, search=search))


# A smaller example would be nice, and takes minutes to find.
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(st.lists(_STEPS, min_size=1, max_size=3), min_size=3, max_size=8), st.booleans())
def test_every_build_is_the_clean_build(steps: Sequence[Sequence[tuple[Step, int]]], is_slow: bool) -> None:
    """After each few steps: the same files, findings and notes; also where a build comes long after what it builds."""
    with pytest.MonkeyPatch.context() as patched:
        if is_slow:
            patched.setattr(seen, "_DOUBT", 20_000_000)
        _assert_clean_after(steps, search=False)


def test_what_is_known_of_entries_is_seen() -> None:
    """Whether they were run, looked up, looked up again, or neither."""
    with tempfile.TemporaryDirectory() as name:
        folder, elsewhere = a_hub(Path(name) / "hub"), Path(name) / "clean"
        cards = []
        for number in (1, 2, 4, 5, 0):
            run_entry(folder, number)
            once = built(folder)
            assert_alike(once, built_clean(folder, elsewhere))
            cards.append(once.files["zh/models/four/index.html"])
        assert len(set(cards)) == 4  # of what is run it is not said that it was looked up again


@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(st.lists(_STEPS, min_size=1, max_size=4), min_size=2, max_size=4))
def test_every_search_is_that_of_the_clean_build(steps: Sequence[Sequence[tuple[Step, int]]]) -> None:
    """In fewer steps: an index takes a second."""
    _assert_clean_after(steps, search=True)
