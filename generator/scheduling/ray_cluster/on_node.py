"""What runs in Ray's processes: beside the hub's store, on each node, and for each script."""

import builtins
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import psutil
import ray

from generator.assets.store import Store
from generator.running.processes import end_with_parent
from generator.scheduling.fleet import Machine
from generator.scheduling.host import Host
from generator.scheduling.larder import pieces_of
from generator.scheduling.node import NodeService, Question, Stranger, host_on, speak
from generator.scheduling.order import Task

_PIECE_BYTES = 8 << 20
_PIECES_AHEAD = 4


class Depot:
    """Hands out the files of the hub's store, on the machine where it is."""

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """A file's, by its digest."""
        yield from pieces_of(sha256, self._store, _PIECE_BYTES)


@dataclass(frozen=True, slots=True)
class Fetch:
    """Gets files from the depot, on another machine."""

    depot: Any

    def __call__(self, sha256: str) -> Iterator[bytes]:
        """A file's pieces, by its digest."""
        streamed = {"num_returns": "streaming", "_generator_backpressure_num_objects": _PIECES_AHEAD}
        for piece in self.depot.pieces.options(**streamed).remote(sha256):
            yield ray.get(piece)


class Node(NodeService):
    """The same, in a process of Ray's."""

    def __init__(self) -> None:
        super().__init__()
        _begin()


_hosts: dict[str, Host] = {}
"""In a process of a node: what is ready to run scripts, by the id of the actor that serves them."""


def run_script(machines: Mapping[str, Machine], question: Question, task: Task) -> Iterator[object]:
    """What a script says, as `Manager` has it."""
    context = ray.get_runtime_context()
    node = context.get_node_id()
    machine = machines.get(node)
    if machine is None:
        yield Stranger(node)
        return
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "") if context.get_accelerator_ids().get("GPU") else ""
    _begin()

    def host() -> Host:
        actor: Any = machine.handle
        key = actor._actor_id.hex()
        if key not in _hosts:
            _hosts[key] = host_on(question, machine.survey, machine.larder)
        return _hosts[key]

    yield from speak(host, task.script, visible, task.gpu_shares, node, machine.name)


def _begin() -> None:
    """Let this process of a node end with the node, at once, so that no script runs twice at a time.

    A script gets the variables of its machine as it does without Ray, which sets some of its own in its processes: the
    node's own, which started this one, has them as they were.
    """
    end_with_parent()
    node = psutil.Process(os.getppid()).environ()
    for name in ("OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES"):
        os.environ.pop(name, None)
        if name in node:
            os.environ[name] = node[name]


# Untyped: what Ray says of its own options is less than it takes.
_remote: Any = ray.remote
depots: Any = _remote(num_cpus=0)(Depot)
nodes: Any = _remote(num_cpus=0, max_concurrency=32)(Node)
scripts: Any = _remote(num_returns="streaming", max_retries=0, _generator_backpressure_num_objects=1)(run_script)


def _version() -> str:
    """The version of a node's hubpages; empty where it has none."""
    try:
        from generator import __version__ as own
    except ImportError:
        return ""
    return own


def _by_its_code(function: Callable[[], str]) -> Any:
    """A task that is sent by its code and not by the name of its module, which a node may not have."""
    unnamed = FunctionType(function.__code__, {"__builtins__": builtins}, function.__name__)
    unnamed.__module__ = "__main__"
    return _remote(num_cpus=0)(unnamed)


versions = _by_its_code(_version)
