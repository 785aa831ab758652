"""What is said of calls that no cluster can answer, at once."""

import socket
from pathlib import Path

import pytest

from tests.end_to_end.test_extras import WITHOUT
from tests.kernels import a_hub_root, hubpages
from tests.pages import a_page, write

TODO = "`ray start --head` begins a cluster here, and --address names another, as HOST:PORT"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A hub of one page."""
    root = a_hub_root(tmp_path)
    write(root, org_vision_tiny=a_page("print(1)"))
    return root


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ("--address 127.0.0.1:6379", 2, "--address needs --executor ray: it says where the cluster is"),
        (
            "--executor ray --assets record",
            2,
            "--assets record runs on one machine, which writes store and lock: leave --executor ray out",
        ),
        ("--executor ray --address nowhere", 3, f"nowhere is no address of a Ray cluster: {TODO}"),
        (
            "--executor ray --address ray://127.0.0.1:10001",
            3,
            "ray://127.0.0.1:10001: hubpages runs on a machine of the cluster, and takes the head's own HOST:PORT",
        ),
    ],
)
def test_wrong_call_is_refused(root: Path, options: str, status: int, said: str) -> None:
    """With what to do."""
    called = hubpages("-C", root, "verify", *options.split())
    assert (called.status, called.err) == (status, f"hubpages: {said}\n")


def test_nobody_at_the_address_is_said_at_once(root: Path) -> None:
    """Ray itself would go on asking."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        called = hubpages("-C", root, "verify", "--executor", "ray", "--address", address)
    assert called.status == 3
    assert called.err == f"hubpages: there is no Ray cluster at {address} (connection refused): {TODO}\n"


def test_machine_without_a_cluster_is_told_how_to_begin_one(root: Path, tmp_path: Path) -> None:
    """Where no address is given."""
    called = hubpages("-C", root, "verify", "--executor", "ray", RAY_TMPDIR=str(tmp_path), RAY_ADDRESS="")
    assert (called.status, called.err) == (3, f"hubpages: this machine is part of no Ray cluster: {TODO}\n")


def test_missing_ray_is_named(root: Path, tmp_path: Path) -> None:
    """It is an extra of its own, and nobody else needs it."""
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sitecustomize.py").write_text(WITHOUT.format(names="('ray',)"), encoding="utf-8")
    called = hubpages("-C", root, "verify", "--executor", "ray", PYTHONPATH=str(tmp_path / "python"))
    todo = "`pip install 'hubpages[ray]'` installs it"
    assert (called.status, called.err) == (3, f"hubpages: this needs ray, which is not installed here: {todo}\n")
    assert hubpages("-C", root, "verify", PYTHONPATH=str(tmp_path / "python")).status == 0
