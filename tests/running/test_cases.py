"""Small pages, each with its stated verdict, cause and lines, on real kernels."""

import pytest

from tests.running.conftest import CASES, EXPECTED, Cases


def test_every_page_has_its_row() -> None:
    """Nothing is looked at in vain, and nothing is not looked at."""
    assert {path.stem for path in CASES.glob("*.md")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_page_gets_its_verdict(cases: Cases, name: str) -> None:
    """Verdict, cause, advice, what came of each snippet, and the error with its line in both languages."""
    run, row = cases.called.run_of(name), EXPECTED[name]
    assert run["languages"] == ["zh_CN", "en_US"]
    assert (run["verdict"], run["cause"]) == (row["verdict"], row.get("cause"))
    assert [snippet["status"] for snippet in run["snippets"]] == row["statuses"]
    errors = [snippet["error"] for snippet in run["snippets"] if snippet["status"] == "failed"]
    if "failed" in row["statuses"]:
        (error,) = errors
        assert error["lines"] == row["lines"]
        assert error["name"] == row.get("error", error["name"])
        assert row.get("message", "") in error["message"]
        assert row.get("traceback", "") in error["traceback"]
        assert row.get("advice", run["advice"]) == run["advice"]
