"""GPUs of a Ray cluster: the driver is faked, and all else is real. A made-up framework takes what it is given."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.test_gpus import FIRST, H100, SECOND, Machine, gpu_of, verdicts
from tests.fleet.clusters import RayCluster, a_cluster
from tests.gpus import ONE, TWO
from tests.kernels import Called


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """One for all tests here."""
    return Machine(tmp_path_factory.mktemp("gpus"))


@pytest.fixture(scope="module")
def cluster(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayCluster]:
    """A node that finds what the faked driver names."""
    with a_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        machine.begin(*TWO)
        program = machine.program.environ
        names = ("LD_LIBRARY_PATH", "FAKED_GPUS", "PYTHONPATH")
        cluster.add(cpus=4, gpus=2, **{name: program[name] for name in names})
        yield cluster


def _verify(machine: Machine, cluster: RayCluster, *options: str) -> Called:
    on = ("--executor", "ray", "--address", cluster.address, "--sandbox", "none", "--variants", "none")
    return machine.program.call("verify", "--format", "json", *on, *options)


def test_each_script_has_a_gpu_of_its_node(machine: Machine, cluster: RayCluster) -> None:
    """Two at a time, never two on one; the kernel sees it by its UUID, and the evidence names it."""
    code = "with meeting.alone():\n    meeting.with_another()"
    machine.begin(*TWO, **{name: f"{code}\nprint({name!r})" for name in "abcd"})
    called = _verify(machine, cluster)
    assert verdicts(called) == dict.fromkeys("abcd", "passed"), called.err
    assert sorted(gpu_of(called, name) for name in "abcd") == [FIRST, FIRST, SECOND, SECOND]
    environment = called.run_of("a")["environment"]
    assert [environment[name] for name in ("device", "driver", "cuda")] == [H100, "580.65.06", "13.0"]
    assert f" on GPU {FIRST[:12]} of " in called.err
    assert "4 of them passed before" in _verify(machine, cluster).err


def test_scripts_share_a_gpu_by_what_they_held_before(machine: Machine, cluster: RayCluster) -> None:
    """The first time each has one alone; then four fit on two at a time."""
    code = (
        "tinynet.held = 30 << 30\n"
        "if not (meeting.HERE / 'meet').exists():\n"
        "    with meeting.alone():\n"
        "        pass\n"
        "else:\n"
        "    (meeting.HERE / NAME).touch()\n"
        "    meeting.until(lambda: all((meeting.HERE / name).exists() for name in 'efgh'))\n"
    )
    machine.begin(*TWO, **{name: f"NAME = {name!r}\n{code}" for name in "efgh"})
    called = _verify(machine, cluster)
    assert verdicts(called) == dict.fromkeys("efgh", "passed"), called.err
    assert called.run_of("e")["facts"]["peak_gpu_memory"] == 30 << 30
    (machine.meeting / "meet").touch()
    called = _verify(machine, cluster, "--fresh")
    assert verdicts(called) == dict.fromkeys("efgh", "passed"), called.err
    assert sorted(gpu_of(called, name) for name in "efgh") == [FIRST, FIRST, SECOND, SECOND]


def test_cpu_is_used_where_that_is_asked_for(machine: Machine, cluster: RayCluster) -> None:
    """The kernel sees no GPU then."""
    machine.begin(*TWO, i="print(1)")
    called = _verify(machine, cluster, "--device", "cpu")
    assert gpu_of(called, "i") == ""
    assert called.run_of("i")["environment"]["device"] == "cpu"


def test_gpu_that_no_node_has_is_told(machine: Machine, cluster: RayCluster) -> None:
    """Where one is demanded; status 3."""
    machine.begin(*ONE[:1], j="print(1)")
    called = _verify(machine, cluster, "--device", "gpu")
    assert called.status == 3
    assert "no node of the cluster has a GPU to run on; --device cpu runs without" in called.err
