"""What `verify` says of repairs that nobody has run yet: a line in every report, and nothing in the evidence."""

import json
from pathlib import Path

import pytest

from tests.kernels import Called, a_hub_root, hubpages
from tests.mending.conftest import Case

CASE = Case("missing-import/usual-abbreviation")
TRIED = "try: `import numpy as np` (hubpages mend {path})"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with a page that lacks an import, and one for whose failure no repair is known."""
    root = a_hub_root(tmp_path_factory.mktemp("attempts"))
    page = CASE.before.replace('model = hub.load("cases/models", "net_small_3x")\nmodel.eval()', "x = 1")
    (root / "hub_pages" / "a b.md").write_text(page, encoding="utf-8")
    hopeless = page.replace("image = np.zeros((2, 2))", "raise ValueError('no')")
    (root / "hub_pages" / "hopeless.md").write_text(hopeless, encoding="utf-8")
    return root


def verified(root: Path, *options: str | Path, **environ: str) -> Called:
    """Both pages, verified where they stand."""
    called = hubpages("verify", *options, cwd=root, **environ)
    assert called.status == 1, called.err
    return called


def test_every_report_says_what_mend_would_try(root: Path, tmp_path: Path) -> None:
    """Once for the page that it is of, with the command as it can be pasted."""
    path = str(Path("hub_pages") / "a b.md")
    line = TRIED.format(path=f"'{path}'")
    junit, summary = tmp_path / "junit.xml", tmp_path / "summary.md"
    called = verified(root, "--format", "github", "--junit", junit, GITHUB_STEP_SUMMARY=str(summary))
    assert called.err.count(line) == 1
    assert line in called.out
    assert line in junit.read_text(encoding="utf-8")
    assert line in summary.read_text(encoding="utf-8")
    (result,) = [
        result
        for result in verified(root, "--format", "sarif").json["runs"][0]["results"]
        if "a%20b.md" in json.dumps(result["locations"])
    ]
    assert line in result["message"]["text"]


def test_evidence_holds_what_was_seen_and_no_guess(root: Path) -> None:
    """The JSON of a report has it; what is kept has not."""
    called = verified(root, "--format", "json")
    assert called.run_of("a b")["repair"] == "`import numpy as np`"
    assert called.run_of("hopeless")["repair"] == ""
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in (root / ".hub" / "evidence").glob("*.json")]
    assert {run["page"] for run in kept} == {"a b", "hopeless"}
    assert all(run["repair"] == "" for run in kept)
