"""Which runs of a page have news."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from generator.evidence.history import past_run
from generator.evidence.turns import differs_in, turns
from generator.model.changes import Commits
from generator.model.history import PastRun
from generator.model.run import Output, ScriptRun
from tests.pages import a_page, read
from tests.rendering.runs import a_run

ARCHIVE = "https://github.com/tiny/models/archive/master.zip"
WHOLE = a_run(read(a_page("print(1)")), [], [Output("stdout", "text/plain", "1.0\n")])
RUN = past_run(WHOLE)


def nights(*changed: dict[str, object]) -> list[PastRun]:
    """A run a night, each the same as that of the first night but for what is named."""
    return [
        replace(RUN, started=f"2026-01-{day:02}T02:00:00+00:00", **given)  # type: ignore[arg-type]
        for day, given in enumerate(changed, 1)
    ]


def told(runs: Sequence[PastRun], language: str = "zh_CN", whole: Sequence[ScriptRun] = ()) -> list[tuple[str, str]]:
    """Day and kind of what is new, the earliest first."""
    found = turns(runs, language, differs_in(whole))
    return [(turn.run.started[8:10], turn.kind) for turn in reversed(found)]


FAILED = {"verdict": "failed", "cause": "upstream"}


def test_what_broke_and_what_runs_again() -> None:
    """Not what stays as it was, red or green."""
    runs = nights({}, {}, FAILED, FAILED, {}, {})
    assert told(runs) == [("01", "new"), ("03", "broken"), ("05", "mended")]
    assert told(nights(FAILED, {})) == [("01", "broken"), ("02", "mended")]
    assert told(nights({}, {"verdict": "skipped"}, {"verdict": "flaky"})) == [("01", "new"), ("03", "broken")]


def test_commits_packages_and_code_stand_beside() -> None:
    """New commits are news by themselves; of other code and packages nobody is told who sees the same."""
    one, other = {ARCHIVE: "a" * 40}, {ARCHIVE: "b" * 40}
    runs = nights({"commits": one}, {"commits": other}, {"commits": other, "script": "other", "packages": "other"})
    assert told(runs) == [("01", "new"), ("02", "upstream")]
    runs = nights({"commits": one}, {"commits": other, "packages": "other", "script": "other", **FAILED})
    turn = turns(runs, "zh_CN", differs_in(()))[0]
    assert (turn.kind, turn.commits) == ("broken", (Commits(ARCHIVE, "a" * 40, "b" * 40),))
    assert turn.is_moved and turn.is_other_code
    assert turn.before == runs[0]


def test_output_is_news_where_more_than_the_last_digits_differ() -> None:
    """Seen in the runs themselves; with stand-in weights, and of what is not at hand, nothing is said."""

    def printed(text: str, weights: str = "published") -> ScriptRun:
        page = read(a_page("print(1)"))
        run = a_run(page, [], [Output("stdout", "text/plain", text)], started="2026-01-02T02:00:00+00:00")
        return replace(run, weights=weights)  # type: ignore[arg-type]

    first = replace(WHOLE, started="2026-01-01T02:00:00+00:00")
    assert told([past_run(first), past_run(printed("2.0\n"))], whole=[first, printed("2.0\n")])[1:] == [("02", "output")]
    nearly = printed("1.00001\n")
    assert past_run(nearly).outputs != RUN.outputs
    assert told([past_run(first), past_run(nearly)], whole=[first, nearly])[1:] == []
    assert told([past_run(first), past_run(printed("2.0\n"))], whole=[first])[1:] == []
    stood = [replace(first, weights="standin"), printed("2.0\n", "standin")]
    assert told([past_run(run) for run in stood], whole=stood)[1:] == []


def test_costs_are_compared_with_the_median_of_what_was() -> None:
    """One run that had bad luck makes no news of the next."""
    usual = {"seconds": 10.0, "memory": 1 << 30}
    slow, large = {**usual, "seconds": 40.0}, {**usual, "memory": 3 << 30}
    runs = nights(usual, usual, usual, slow, usual, large)
    assert told(runs) == [("01", "new"), ("04", "slower"), ("06", "larger")]
    slower, larger = turns(runs, "zh_CN", differs_in(()))[1::-1]
    assert (slower.usual, larger.usual) == (10.0, 1 << 30)
    assert told(nights({"seconds": 1.0}, {"seconds": 5.0}))[1:] == []  # by less than a kernel's start


@pytest.mark.parametrize("series", [{"device": "gpu"}, {"weights": "standin"}, {"variant": "other"}])
def test_each_series_has_its_own_news(series: dict[str, object]) -> None:
    """What failed on a GPU is not mended on a CPU."""
    runs = nights({}, {**series, **FAILED}, {}, {**series, **FAILED})
    assert told(runs) == [("01", "new"), ("02", "broken")]


def test_languages_that_come_to_share_a_script_go_on() -> None:
    """And each is told of its own alone."""
    runs = nights({"languages": ("zh_CN",)}, {"languages": ("zh_CN", "en_US"), **FAILED}, {"languages": ("en_US",)})
    assert told(runs) == [("01", "new"), ("02", "broken")]
    assert told(runs, "en_US") == [("02", "broken"), ("03", "mended")]
