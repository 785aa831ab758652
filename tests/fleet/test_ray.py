"""A Ray cluster on this machine: what it finds is what this machine finds, whatever becomes of its nodes."""

import hashlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import zoo
from tests.fleet.clusters import RayCluster, a_cluster, listen
from tests.kernels import KERNEL_PYTHON, a_hub_root, hubpages
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
SLOW = "print('begun')\nimport time\ntime.sleep(4)\nprint('done')"
KILLER = """
import os, signal, time
print("it is about to happen")
process = os.getpid()
while "raylet/raylet" not in open(f"/proc/{process}/cmdline").read():
    process = int(open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()[1])
os.kill(process, signal.SIGKILL)
time.sleep(600)
"""
PAGES = {
    "zoo_vision_resnet": a_page(DETECTOR, "model.eval()\nprint('ready')"),
    "zoo_vision_wrong": a_page("print('so far')", "print(undefined)"),
    "zoo_vision_unknown": a_page(UNKNOWN),
    "zoo_vision_plain": a_page("print(1)", "import os\nprint(os.environ.get('OMP_NUM_THREADS'), os.getcwd())"),
}

_CACHED = "node-*/cache/hubpages/assets/??/*"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[RayCluster]:
    """A cluster of two nodes."""
    with a_cluster(tmp_path / "cluster", nodes=2) as cluster:
        yield cluster


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


def test_evidence_is_that_of_this_machine(cluster: RayCluster, zoo_root: Path, tmp_path: Path) -> None:
    """Of pages that load a model, that are wrong and that are refused a file; but for times and the node's name."""
    root = zoo.copy_hub_root(zoo_root, tmp_path / "hub")
    write(root, **PAGES)
    how = ("-C", root, "verify", "--assets", "replay")
    here = hubpages(*how, "--evidence", tmp_path / "here")
    there = hubpages(*how, "--executor", "ray", "--address", cluster.address, "--evidence", tmp_path / "there")
    assert (here.status, there.status) == (1, 1), there.err
    assert _runs(tmp_path / "there") == _runs(tmp_path / "here")
    nodes = {_read(path)["node"] for path in (tmp_path / "there").glob("*.json")}
    assert len(nodes) == 2
    assert all(f"({node.node_id[:8]})" in " ".join(nodes) for node in cluster.nodes)
    again = hubpages(*how, "--executor", "ray", "--address", cluster.address, "--evidence", tmp_path / "there")
    assert "2 of them passed before" in again.err
    assert not list((root / ".hub" / "assets").glob(".shared-*"))


def test_node_that_dies_loses_nothing(cluster: RayCluster, tmp_path: Path) -> None:
    """What ran on it runs again on the other; standard output is still the program's own."""
    root = a_hub_root(tmp_path)
    write(root, **{f"org_vision_m{number}": a_page(SLOW) for number in range(3)})
    lost: list[str] = []

    def kill_the_first(line: str, process: psutil.Process) -> None:
        if (found := re.search(r"(org_vision_m\d) .* on (.*\))$", line)) and not lost:
            lost.extend(found.groups())
            cluster.kill(found[2])

    how = ("--executor", "ray", "--address", cluster.address, "--format", "json")
    told = listen("-C", root, "verify", *how, on_line=kill_the_first)
    assert told.status == 0, told.lines
    assert [run["verdict"] for run in json.loads(told.out)["runs"]] == ["passed"] * 3
    page, node = lost
    assert sum(line.startswith(f"… {page} ") for line in told.lines) == 2
    kept = {run["page"]: run for run in map(_read, (root / ".hub" / "evidence").glob("*.json"))}
    assert len(kept) == 3
    assert kept[page]["node"] != node


def test_script_that_kills_its_node_ends_as_a_verdict(cluster: RayCluster, tmp_path: Path) -> None:
    """Once it has done so twice, the second time alone; what ran beside it is not blamed."""
    cluster.add()
    root = a_hub_root(tmp_path)
    write(root, org_vision_killer=a_page("print('fine')", KILLER), org_vision_slow=a_page(SLOW))
    how = ("--executor", "ray", "--address", cluster.address, "--sandbox", "none", "--format", "json")
    called = hubpages("-C", root, "verify", *how)
    assert called.status == 1, called.err
    run = called.run_of("org_vision_killer")
    assert (run["verdict"], run["cause"]) == ("failed", "crash")
    assert [snippet["status"] for snippet in run["snippets"]] == ["passed", "passed", "failed"]
    nodes = re.findall(r"\(([0-9a-f]{8})\)", run["reason"])
    assert len(set(nodes)) == 2
    assert called.run_of("org_vision_slow")["verdict"] == "passed"


def test_interrupting_leaves_nothing_on_any_node(cluster: RayCluster, tmp_path: Path) -> None:
    """No process and no folder; what was done so far is kept."""
    root = a_hub_root(tmp_path)
    write(root, **{f"org_vision_m{number}": a_page("import time\ntime.sleep(600)") for number in range(3)})

    def interrupt(line: str, process: psutil.Process) -> None:
        if line.startswith("… "):
            process.send_signal(signal.SIGINT)

    told = listen("-C", root, "verify", "--executor", "ray", "--address", cluster.address, on_line=interrupt)
    assert told.status == 130
    assert "interrupted; what was done so far is kept" in told.lines
    while cluster.left_over():
        pass
    assert list((tmp_path / "cluster").glob("node-*/tmp/hubpages-*")) == []


def test_node_whose_kernels_are_others_is_refused(cluster: RayCluster, tmp_path: Path) -> None:
    """Before anything is run, with what differs and what to do."""
    base, folder = os.path.realpath(KERNEL_PYTHON), tmp_path / "environment"
    subprocess.run([base, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name, version in (("ipykernel", "7.4.0"), ("numpy", "9.9.9")):
        (packages / f"{name}-{version}.dist-info").mkdir()
        (packages / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "hub.toml").write_text(f'[kernel]\npython = "{folder}/bin/python"\n')
    write(tmp_path / "hub", org_vision_tiny=a_page("print(1)"))
    called = hubpages("-C", tmp_path / "hub", "verify", "--executor", "ray", "--address", cluster.address)
    assert called.status == 3
    for node in cluster.nodes:
        assert re.search(rf"\({node.node_id[:8]}\): .*numpy is 9\.9\.9, and .* is pinned", called.err)
        assert f"({node.node_id[:8]}): `hubpages kernel install` there" in called.err
    assert not (tmp_path / "hub" / ".hub" / "evidence" / "org_vision_tiny").exists()


def test_files_reach_each_node_once(zoo_root: Path, tmp_path: Path) -> None:
    """Where nodes do not see the hub's store: by digest, when a script first asks, into a cache that stays."""
    root = zoo.copy_hub_root(zoo_root, tmp_path / "hub")
    write(root, **PAGES)
    how = ("-C", root, "verify", "--assets", "replay")
    hubpages(*how, "--evidence", tmp_path / "here")
    with a_cluster(tmp_path / "cluster") as cluster:
        for _ in range(2):
            cluster.add(hidden=root / ".hub" / "assets")
        on = ("--executor", "ray", "--address", cluster.address, "--evidence", tmp_path / "there")
        first = hubpages(*how, *on)
        cached = {path: path.stat().st_mtime_ns for path in (tmp_path / "cluster").glob(_CACHED)}
        second = hubpages(*how, *on, "--fresh", "--repeat", "2")
    assert (first.status, second.status) == (1, 1), second.err
    assert _runs(tmp_path / "there").keys() == _runs(tmp_path / "here").keys()
    (run,) = [run for run in map(_read, (tmp_path / "here").glob("*.json")) if run["page"] == "zoo_vision_resnet"]
    assert {path.name for path in cached} == {asset["sha256"] for asset in run["assets"]}
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in cached)
    assert all(path.stat().st_mtime_ns == time for path, time in cached.items())
