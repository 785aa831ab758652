"""Ray clusters on one machine, and hubpages run on them as a user runs it."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from ray.cluster_utils import Cluster

from tests.kernels import ROOT

_STORE = 80_000_000
"""Bytes of a node's object store: the least that Ray takes."""
_TRIES = 3
"""How often it is tried to start a node."""
_JOIN_SECONDS = 300
"""How long one may take to join, each time."""
_LOOK_SECONDS = 0.1
_PRIORITY = {"RAY_worker_niceness": "0"}
"""Else whatever else runs here has the processors for itself."""
MARK = "HUBPAGES_TEST_NODE"
"""A variable of all processes of a node, and of what they start."""


@dataclass
class RayCluster:
    """A head that runs nothing, and nodes that do."""

    head: Cluster
    mark: str
    folder: Path
    nodes: list[Any] = field(default_factory=list)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    added: int = 0
    """Nodes, also those that are gone."""
    temporary: list[Path] = field(default_factory=list)
    """The folders of their temporary files."""

    @property
    def address(self) -> str:
        """Where it is."""
        return str(self.head.address)

    def add(self, cpus: int = 1, gpus: int = 0, hidden: Path | None = None, **environ: str) -> None:
        """Start a node with its own caches and temporary folder.

        Args:
            hidden: a folder that it does not see.
            environ: variables of its processes.
        """
        self.added += 1
        # Sockets lie in the one for temporary files, and the path of pytest's own may be too long for them.
        cache = self.folder / f"node-{self.added}" / "cache"
        self.temporary.append(Path(tempfile.mkdtemp(prefix="node-")))
        environ = {
            **_PRIORITY,
            MARK: self.mark,
            "TMPDIR": str(self.temporary[-1]),
            "XDG_CACHE_HOME": str(cache),
            **environ,
        }
        with _starting():
            self._start(cpus, gpus, hidden, environ)

    def _start(self, cpus: int, gpus: int, hidden: Path | None, environ: Mapping[str, str]) -> None:
        """The same, and wait until it has joined."""
        if hidden is None:
            has = {"num_cpus": cpus, "num_gpus": gpus, "object_store_memory": _STORE}
            self.nodes.append(_joined(self.head, env_vars=environ, **has))
            return
        for _ in range(_TRIES - 1):  # Ray gives up where a busy machine keeps it waiting
            if not self._start_hidden(cpus, hidden, environ):
                return
        said = self._start_hidden(cpus, hidden, environ)
        assert not said, said

    def _start_hidden(self, cpus: int, hidden: Path, environ: Mapping[str, str]) -> str:
        """Start a node that does not see a folder, and wait until it has joined; else what it said."""
        program = [str(Path(sys.executable).with_name("ray")), "start", "--block", "--disable-usage-stats"]
        options = [f"--address={self.address}", f"--num-cpus={cpus}", f"--object-store-memory={_STORE}"]
        view = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", str(hidden), "--die-with-parent"]
        said = self.folder / f"node-{self.added}.log"
        said.parent.mkdir(parents=True, exist_ok=True)
        with said.open("wb") as file:
            process = subprocess.Popen(
                [*view, *program, *options],
                env={**os.environ, **environ},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        deadline = time.monotonic() + _JOIN_SECONDS
        while sum(node["Alive"] for node in self.head.global_state.node_table()) <= len(self.started):
            if time.monotonic() > deadline:
                process.kill()
            if process.poll() is not None:
                self.started.remove(process)
                return f"the node ended with {process.returncode} before it had joined: {said.read_text()}"
            time.sleep(_LOOK_SECONDS)
        return ""

    def kill(self, name: str) -> None:
        """Kill the node that hubpages calls so, with all of its processes, as if its machine had lost its power."""
        (node,) = [node for node in self.nodes if f"({node.node_id[:8]})" in name]
        for process in self.processes_of(node):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.nodes.remove(node)
        self.head.remove_node(node, allow_graceful=False)

    def processes_of(self, node: Any) -> list[psutil.Process]:
        """A node's processes."""
        (raylet,) = node.all_processes["raylet"]
        main = psutil.Process(raylet.process.pid)
        return [main, *main.children(recursive=True)]

    def left_over(self) -> list[str]:
        """What runs on the nodes that is hubpages', or was started by it."""
        return [
            " ".join(process.info["cmdline"])
            for process in psutil.process_iter(["cmdline", "environ"])
            if (process.info["environ"] or {}).get(MARK) == self.mark
            and any(word.startswith("generator.") for word in process.info["cmdline"] or ())
        ]


@contextmanager
def _starting() -> Iterator[None]:
    """One at a time, of all tests on this machine: nodes that start together take each other's ports."""
    with (Path(tempfile.gettempdir()) / "hubpages-tests-start-ray").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _joined(head: Cluster, **has: Any) -> Any:
    """A node that has joined a cluster, on a busy machine as well: Ray itself waits for 30 s."""
    node = head.add_node(wait=False, **has)
    head._wait_for_node(node, timeout=_JOIN_SECONDS)
    return node


@contextmanager
def a_cluster(folder: Path, nodes: int = 0) -> Iterator[RayCluster]:
    """A cluster with so many nodes of one processor each; its files are in this folder."""
    os.environ.setdefault("RAY_gcs_server_port_wait_time_s", str(_JOIN_SECONDS))
    with _starting():
        head = Cluster()
        has = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": _STORE}
        _joined(head, env_vars=_PRIORITY, **has)
    cluster = RayCluster(head, secrets.token_hex(8), folder)
    try:
        for _ in range(nodes):
            cluster.add()
        yield cluster
    finally:
        for process in cluster.started:
            process.send_signal(signal.SIGKILL)
            process.wait()
        head.shutdown()
        for folder in cluster.temporary:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Told:
    """What a call of hubpages came to while it was listened to."""

    status: int
    out: str
    lines: list[str]
    """Of standard error."""


def listen(*arguments: str | Path, on_line: Callable[[str, psutil.Process], None]) -> Told:
    """Call hubpages; each line that it says is told as it comes, with the process."""
    command = [sys.executable, "-m", "generator", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT
    )
    lines = []
    assert process.stderr and process.stdout
    for line in process.stderr:
        lines.append(line.rstrip("\n"))
        on_line(lines[-1], psutil.Process(process.pid))
    return Told(process.wait(), process.stdout.read(), lines)
