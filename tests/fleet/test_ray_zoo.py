"""A Ray cluster over the zoo: the evidence is what this machine finds, wherever the files lie."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests import zoo
from tests.fleet.clusters import a_cluster
from tests.kernels import hubpages
from tests.pages import a_page, write

DETECTOR = """
import megengine as mge
from megengine import hub
model = hub.load("megengine/models", "resnet18", pretrained=True)
print(type(model).__name__)
"""
UNKNOWN = """
import urllib.request
urllib.request.urlretrieve("https://example.org/nobody-locked-this.bin", "file.bin")
"""
PAGES = {
    "zoo_vision_resnet": a_page(DETECTOR, "model.eval()\nprint('ready')"),
    "zoo_vision_wrong": a_page("print('so far')", "print(undefined)"),
    "zoo_vision_unknown": a_page(UNKNOWN),
    "zoo_vision_plain": a_page("print(1)", "import os\nprint(os.environ.get('OMP_NUM_THREADS'), os.getcwd())"),
}

_CACHED = "node-*/cache/hubpages/assets/??/*"


def _runs(folder: Path) -> dict[str, Any]:
    """The runs in a folder of evidence by their pages, but for what is another each time."""
    return {run["page"]: _lasting(run) for run in map(_read, folder.glob("*.json"))}


def _read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _lasting(value: Any) -> Any:
    changing = {"seconds", "started", "time", "node", "peak_memory"}
    if isinstance(value, dict):
        return {name: _lasting(one) for name, one in value.items() if name not in changing}
    if isinstance(value, str):  # what downloads say of themselves
        return re.sub(r"\d\d:\d\d:\d\d|[\d.]+[kM]i?B/s", "…", value)
    return [_lasting(one) for one in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def hub(zoo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub of these pages, verified on this machine: the evidence is in `here`."""
    root = zoo.copy_hub_root(zoo_root, tmp_path_factory.mktemp("fleet") / "hub")
    write(root, **PAGES)
    assert hubpages(*_how(root), "--evidence", root / "here").status == 1
    return root


def _how(root: Path) -> tuple[str | Path, ...]:
    return "-C", root, "verify", "--assets", "replay"


def test_evidence_is_that_of_this_machine(hub: Path, tmp_path: Path) -> None:
    """Of pages that load a model, that are wrong and that are refused a file; but for times and the node's name."""
    with a_cluster(tmp_path / "cluster", nodes=2) as cluster:
        on = ("--executor", "ray", "--address", cluster.address, "--evidence", tmp_path / "there")
        there = hubpages(*_how(hub), *on)
        again = hubpages(*_how(hub), *on)
        nodes = [node.node_id[:8] for node in cluster.nodes]
    assert there.status == 1, there.err
    assert _runs(tmp_path / "there") == _runs(hub / "here")
    named = {_read(path)["node"] for path in (tmp_path / "there").glob("*.json")}
    assert len(named) == 2
    assert all(f"({node})" in " ".join(named) for node in nodes)
    assert "2 of them passed before" in again.err
    assert not list((hub / ".hub" / "assets").glob(".shared-*"))


def test_files_reach_each_node_once(hub: Path, tmp_path: Path) -> None:
    """Where nodes do not see the hub's store: by digest, when a script first asks, into a cache that stays."""
    with a_cluster(tmp_path / "cluster") as cluster:
        for _ in range(2):
            cluster.add(hidden=hub / ".hub" / "assets")
        on = ("--executor", "ray", "--address", cluster.address, "--evidence", tmp_path / "there")
        first = hubpages(*_how(hub), *on)
        cached = {path: path.stat().st_mtime_ns for path in (tmp_path / "cluster").glob(_CACHED)}
        second = hubpages(*_how(hub), *on, "--fresh")
    assert (first.status, second.status) == (1, 1), second.err
    assert _runs(tmp_path / "there") == _runs(hub / "here")
    (run,) = [run for run in map(_read, (hub / "here").glob("*.json")) if run["page"] == "zoo_vision_resnet"]
    assert {path.name for path in cached} == {asset["sha256"] for asset in run["assets"]}
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in cached)
    assert all(path.stat().st_mtime_ns == time for path, time in cached.items())
