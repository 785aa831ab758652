"""The search for the commit that broke a page."""

from collections.abc import Collection
from dataclasses import replace
from math import ceil, log2

import pytest

from generator.evidence.bisecting import Judgement, Suspects, bisect, judgement_of, last_commits
from tests.pages import a_page, read
from tests.rendering.runs import a_run

URL = "https://github.com/megengine/models/archive/master.zip"


def searched(number: int, culprit: int, unjudged: Collection[int] = ()) -> tuple[Suspects, int]:
    """What the search comes to, and after how many runs."""
    search = bisect(number)
    runs = 0
    try:
        index = next(search)
        while True:
            runs += 1
            judgement: Judgement = "unjudged" if index in unjudged else "good" if index < culprit else "bad"
            index = search.send(judgement)
    except StopIteration as ended:
        suspects: Suspects = ended.value
        return suspects, runs


@pytest.mark.parametrize("number", [1, 2, 3, 7, 16, 31, 32, 33])
def test_commit_is_found_in_as_few_runs_as_halving_takes(number: int) -> None:
    """Wherever it is; the last one is known to be bad and is not run."""
    for culprit in range(number):
        suspects, runs = searched(number, culprit)
        assert (suspects.first, suspects.last) == (culprit, culprit)
        assert runs <= ceil(log2(number))


def test_one_that_cannot_be_judged_costs_one_run() -> None:
    """Of 32: six runs at most, whichever it is. Only what stands right behind it cannot be told from it."""
    for culprit in range(32):
        for unjudged in range(31):
            suspects, runs = searched(32, culprit, {unjudged})
            assert runs <= 6
            expected = (unjudged, unjudged + 1) if culprit in (unjudged, unjudged + 1) else (culprit, culprit)
            assert suspects == Suspects(*expected) or (suspects.first == suspects.last == culprit)


def test_suspects_hold_the_culprit_whatever_cannot_be_judged() -> None:
    """All of a stretch that nobody can judge, and no commit that was judged."""
    for culprit in range(12):
        suspects, _ = searched(12, culprit, {3, 4, 5, 9})
        assert suspects.first <= culprit <= suspects.last
        assert set(range(suspects.first, suspects.last)) <= {3, 4, 5, 9}
    assert searched(5, 2, range(5))[0] == Suspects(0, 4)


def test_what_was_missing_says_nothing_of_a_commit() -> None:
    """A download or a module; whatever else fails is bad, and where nothing ran nothing is known."""
    passed = a_run(read(a_page()))
    failed = replace(passed, verdict="failed", cause="upstream")
    missing = replace(failed, cause="asset")
    skipped = replace(passed, verdict="skipped")
    assert [judgement_of(runs) for runs in ([passed], [passed, failed], [failed, missing])] == ["good", "bad", "bad"]
    assert {judgement_of(runs) for runs in ([], [passed, missing], [replace(failed, cause="environment")], [skipped])} == {
        "unjudged"
    }
    assert judgement_of([skipped, passed]) == "good"


def test_ends_are_those_that_evidence_has_seen() -> None:
    """A failure before the last pass is over."""
    passed = replace(a_run(read(a_page())), repositories={URL: "a" * 40})
    failed = replace(passed, verdict="failed", cause="upstream", repositories={URL: "b" * 40})
    later = replace(failed, started="2026-12-01T00:00:00+00:00")
    earlier = replace(failed, started="2025-12-01T00:00:00+00:00")
    assert last_commits([later, passed], URL) == ("a" * 40, "b" * 40)
    assert last_commits([passed, earlier], URL) == ("a" * 40, None)
    assert last_commits([replace(passed, repositories={})], URL) == (None, None)
