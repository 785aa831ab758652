"""A Ray cluster on this machine: what it finds is what this machine finds, whatever becomes of its nodes."""

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

from tests.fleet.clusters import RayCluster, a_cluster, listen
from tests.kernels import KERNEL_PYTHON, a_hub_root, hubpages
from tests.pages import a_page, write

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

KILLS_ONCE = """#!/bin/sh
process=$$
while [ "$process" -gt 1 ]; do
    if grep -q raylet/raylet "/proc/$process/cmdline" && mkdir "{mark}" 2>/dev/null; then
        kill -KILL "$process"
        exec sleep 600
    fi
    process=$(cut -d ' ' -f 4 "/proc/$process/stat")
done
exec "{python}" "$@"
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayCluster]:
    """A cluster of two nodes for all tests here: who takes one from it adds another first."""
    with a_cluster(tmp_path_factory.mktemp("cluster"), nodes=2) as cluster:
        yield cluster


def _read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def test_node_that_dies_loses_nothing(cluster: RayCluster, tmp_path: Path) -> None:
    """What ran on it runs again on the other; standard output is still the program's own."""
    cluster.add()
    root = a_hub_root(tmp_path)
    write(root, **{f"org_vision_m{number}": a_page(SLOW) for number in range(4)})
    lost: list[str] = []

    def kill_the_first(line: str, process: psutil.Process) -> None:
        if (found := re.search(r"(org_vision_m\d) .* on (.*\))$", line)) and not lost:
            lost.extend(found.groups())
            cluster.kill(found[2])

    how = ("--executor", "ray", "--address", cluster.address, "--format", "json")
    told = listen("-C", root, "verify", *how, on_line=kill_the_first)
    assert told.status == 0, told.lines
    assert [run["verdict"] for run in json.loads(told.out)["runs"]] == ["passed"] * 4
    page, node = lost
    assert f"{page} was lost with {node}: it runs again, alone" in told.lines
    assert sum(line.startswith(f"… {page} ") for line in told.lines) == 2
    kept = {run["page"]: run for run in map(_read, (root / ".hub" / "evidence").glob("*.json"))}
    assert len(kept) == 4
    assert kept[page]["node"] != node


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_leaves_nothing_on_any_node(cluster: RayCluster, tmp_path: Path, how: signal.Signals) -> None:
    """No process and no folder; what was done so far is kept."""
    root = a_hub_root(tmp_path)
    write(root, **{f"org_vision_m{number}": a_page("import time\ntime.sleep(600)") for number in range(3)})

    def folders() -> set[Path]:
        return {path for folder in cluster.temporary for path in folder.glob("hubpages-*")}

    sent: list[str] = []
    before = folders()  # on nodes that were killed, and that nobody has started again

    def interrupt(line: str, process: psutil.Process) -> None:
        if line.startswith("… ") and not sent:
            sent.append(line)
            while not any((folder / "kernel.json").exists() for folder in folders()):
                pass
            process.send_signal(how)

    told = listen("-C", root, "verify", "--executor", "ray", "--address", cluster.address, on_line=interrupt)
    assert told.status == 130
    assert "interrupted; what was done so far is kept" in told.lines
    while cluster.left_over():
        pass
    assert folders() - before == set()


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


def test_script_that_kills_its_node_ends_as_a_verdict(cluster: RayCluster, tmp_path: Path) -> None:
    """Once it has done so twice, the second time alone; what ran beside it is not blamed."""
    cluster.add()
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


def test_node_that_dies_while_it_is_asked_is_forgotten(cluster: RayCluster, tmp_path: Path) -> None:
    """Its kernels may be what they ought to be: nobody is told that they are not, and the others do the work."""
    cluster.add()
    real, environment = KERNEL_PYTHON.parents[1], tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    for name in ("lib", "pyvenv.cfg"):
        (environment / name).symlink_to(real / name)
    python = environment / "bin" / "python"
    python.write_text(KILLS_ONCE.format(mark=tmp_path / "dead", python=KERNEL_PYTHON))
    python.chmod(0o755)
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "hub.toml").write_text(f'[kernel]\npython = "{python}"\n')
    write(tmp_path / "hub", org_vision_tiny=a_page("print(1)"))
    how = ("--executor", "ray", "--address", cluster.address, "--sandbox", "none", "--format", "json")
    called = hubpages("-C", tmp_path / "hub", "verify", *how)
    assert (tmp_path / "dead").exists()
    assert called.status == 0, called.err
    assert called.run_of("org_vision_tiny")["verdict"] == "passed"
