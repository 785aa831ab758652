"""The hub on which it is measured what growth comes to."""

import json
from pathlib import Path

from benchmarks.scale.planting import plant
from tests.kernels import hubpages


def test_planted_hub_leaves_nothing_to_run(tmp_path: Path) -> None:
    """Else it would be measured how long scripts take; and its runs are those that the site shows."""
    runs = plant(tmp_path, 2)
    told = hubpages("-C", tmp_path, "verify", "--assets", "replay", "--variants", "none")
    assert told.status == 0
    assert "0 scripts to run" in told.err
    assert "2 of them passed before" in told.err
    assert hubpages("-C", tmp_path, "build", "--no-search").status == 0
    badge = tmp_path / "site" / "badges" / f"{runs[0].page}.json"
    assert "runs, random weights" in json.loads(badge.read_text(encoding="utf-8"))["message"]
