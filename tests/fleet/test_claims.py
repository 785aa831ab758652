"""GPUs of a cluster's nodes are claimed there: who uses a node's machine without the cluster leaves them alone."""

from pathlib import Path

import pytest

from tests.end_to_end.test_gpus import Machine, verdicts
from tests.fleet.clusters import a_cluster
from tests.gpus import ONE


def test_script_on_a_node_has_a_claim_on_its_gpu(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place where all programs of that machine look, for as long as it runs; on a CPU it needs none."""
    machine = Machine(tmp_path_factory.mktemp("claims"))  # a short path: sockets lie there
    machine.begin(*ONE, a=f"tinynet.held = 0\nprint(len(list(meeting.Path({str(machine.claims)!r}).glob('claim-*'))))")
    names = ("LD_LIBRARY_PATH", "FAKED_GPUS", "PYTHONPATH", "TMPDIR")
    environ = {name: machine.program.environ[name] for name in names}
    monkeypatch.chdir(tmp_path)  # in a clone's own folder the nodes would load its hubpages, which knows no TinyNet
    with a_cluster(tmp_path / "cluster") as cluster:
        cluster.add(cpus=2, gpus=1, **environ)
        # The second time it is known that it holds nothing there: the GPU is its device all the same.
        for device, claims in (("gpu", "1\n"), ("gpu", "1\n"), ("cpu", "0\n")):
            options = ("--format", "json", "--sandbox", "none", "--variants", "none", "--fresh", "--device", device)
            called = machine.program.call("verify", *options, "--executor", "ray", "--address", cluster.address)
            assert verdicts(called) == {"a": "passed"}, called.err
            assert called.run_of("a")["snippets"][1]["outputs"][0]["data"] == claims
    assert not list(machine.claims.glob("claim-*"))
