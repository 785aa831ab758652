"""The nodes of a cluster, and the scripts that are sent to them."""

import logging
import math
import time
from collections.abc import Generator, Hashable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import ray
from ray.exceptions import RayError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from generator import __version__
from generator.running.executed import KernelError
from generator.scheduling.downloads import Downloads
from generator.scheduling.fleet import ClusterError, LostScriptError, Machine, fitting_for
from generator.scheduling.larder import Larder, Served, sharing
from generator.scheduling.node import Question, Survey
from generator.scheduling.order import Task
from generator.scheduling.ray_cluster import on_node
from generator.scheduling.ray_cluster.address import find_address

_END_SECONDS = 5.0
_ANSWER_SECONDS = 600
"""How long a node may take to say what it has: a kernel environment on a slow disk takes a while to load."""
_NODE_ID = "ray.io/node-id"


class RayCluster:
    """A cluster that this process is connected to, as the `Manager` of a fleet: `with RayCluster(…) as cluster: …`."""

    def __init__(self, address: str, question: Question) -> None:
        """Args: address: of the cluster's head as host:port; empty for the one that this machine is part of."""
        self.machines: dict[str, Machine] = {}
        self.faults: dict[str, str] = {}
        self._address = address
        self._question = question
        self._coming: dict[str, _Coming] = {}
        self._told: dict[str, Machine] | None = None
        self._told_reference: object = None
        self._served: Served | None = None
        self._open = ExitStack()
        self._depot: Any = None

    def __enter__(self) -> Self:
        """Connect, and ask each node what it has. Raises ClusterError."""
        # What befalls nodes Ray writes to standard output, and that is the program's own.
        ray._private.worker._worker_logs_enabled = False
        self._address = find_address(self._address)
        try:
            ray.init(self._address, log_to_driver=False, logging_level=logging.CRITICAL)
        except (OSError, RuntimeError, ValueError, RayError) as error:
            raise ClusterError(f"the Ray cluster at {self._address} lets nobody in: {_in_words(error)}") from error
        try:
            self.look()
            self._wait_for_all()
            self._refuse()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _refuse(self) -> None:
        if self.faults:
            told = "\n".join(self.faults.values())
            raise ClusterError(f"not every node of the cluster is what it ought to be:\n{told}")
        if not self.machines:
            raise ClusterError(f"the cluster at {self._address} has no node with a processor for scripts")

    def serve(self, downloads: Downloads | None) -> None:
        """Let every node serve this to its scripts; without, they use the network."""
        if downloads is None:
            return
        self._served = self._open.enter_context(sharing(downloads))
        here = _on(ray.get_runtime_context().get_node_id())
        self._depot = on_node.depots.options(scheduling_strategy=here).remote(downloads.store.folder.resolve())
        for id, machine in self.machines.items():
            self._advance(id, machine.name, self._equip(machine), None)
        self.machines.clear()
        self._wait_for_all()

    def _wait_for_all(self) -> None:
        """Wait until each node is ready or refused."""
        deadline = time.monotonic() + _ANSWER_SECONDS
        while self._coming and (left := deadline - time.monotonic()) > 0:
            self.look(left)
        for id, coming in list(self._coming.items()):
            self._refuse_node(id, coming.name, f"it has not answered for {_ANSWER_SECONDS} s")

    def look(self, seconds: float = 0.0) -> None:
        """As `Manager` says. Args: seconds: how long to wait for nodes that are asked."""
        alive = {one["NodeID"]: one for one in _all_nodes() if one["Alive"]}
        for gone in (self.machines.keys() | self._coming.keys()) - alive.keys():
            self.machines.pop(gone, None)
            self._coming.pop(gone, None)
        for id in alive.keys() - self.machines.keys() - self._coming.keys() - self.faults.keys():
            if alive[id]["Resources"].get("CPU"):
                machine = _machine_of(alive[id])
                self._advance(id, machine.name, self._prepare(id, machine), None)
        asked = {coming.answer: (id, coming) for id, coming in self._coming.items()}
        answered, _ = ray.wait(list(asked), num_returns=len(asked), timeout=seconds) if asked else ([], [])
        for answer in answered:
            id, coming = asked[answer]
            try:
                self._advance(id, coming.name, coming.steps, ray.get(answer))
            except (RayError, OSError) as error:
                self._refuse_node(id, coming.name, _in_words(error))

    def _advance(self, id: str, name: str, steps: "_Steps", answer: object) -> None:
        """Go on with what makes a node ready, given what it answered."""
        self._coming.pop(id, None)
        try:
            self._coming[id] = _Coming(name, steps, steps.send(answer))
        except StopIteration as ended:
            self.machines[id] = ended.value
        except ClusterError as error:
            self._refuse_node(id, name, str(error))

    def _refuse_node(self, id: str, name: str, reason: str) -> None:
        self._coming.pop(id, None)
        self.faults[id] = "\n".join(f"{name}: {line}" for line in reason.splitlines())

    def _prepare(self, id: str, machine: Machine) -> "_Steps":
        """Make a node ready: what is yielded it is asked, and its answer comes back. Raises ClusterError."""
        version = yield on_node.versions.options(scheduling_strategy=_on(id)).remote()
        if version != __version__:
            todo = f"install hubpages[ray]=={__version__} there"
            raise ClusterError(f"it has hubpages {version}: {todo}" if version else f"it has no hubpages: {todo}")
        actor = on_node.nodes.options(scheduling_strategy=_on(id)).remote()
        survey: Survey = yield actor.survey.remote(self._question)
        if survey.problems:
            raise ClusterError("\n".join(survey.problems))
        return (yield from self._equip(replace(machine, survey=survey, handle=actor)))

    def _equip(self, machine: Machine) -> "_Steps":
        """Give a node what it serves to its scripts."""
        if self._served is None:
            return machine
        actor: Any = machine.handle
        larder: Larder = yield actor.serve.remote(self._served, self._question.limits, on_node.Fetch(self._depot))
        return replace(machine, larder=larder)

    def start(self, task: Task, alone_on: str | None) -> Hashable:
        """As `Manager` says."""
        # What no node has it would wait for until the end.
        fitting = fitting_for(task.script, self.machines)
        memory = min(task.share, max(self.machines[id].memory for id in fitting))
        options: dict[str, object] = {"num_cpus": 1, "memory": memory, "name": task.script.page}
        if share := self._gpu_share(task):
            options["num_gpus"] = share
        if alone_on:
            own = self.machines[alone_on]
            options |= {"num_cpus": own.cpus, "memory": min(memory, own.memory), "scheduling_strategy": _on(alone_on)}
        elif unfit := [*self.faults, *self._coming]:
            options["label_selector"] = {_NODE_ID: f"!in({','.join(unfit)})"}
        stream: Hashable = on_node.scripts.options(**options).remote(self._shared(), self._question, task)
        return stream

    def _gpu_share(self, task: Task) -> float:
        """The part of a GPU that a script takes: 1 where nobody knows, 0 where its framework can use none anywhere.

        One that held nothing of it takes the least that there is: the GPU is its device all the same.

        It must do for every kind of GPU that the cluster has: which one it gets is Ray's to say.
        """
        gpus = {gpu for one in self.machines.values() for gpu in one.survey.kernels[task.script.framework].gpus}
        parts = [task.gpu_shares[gpu.name] / gpu.memory if gpu.name in task.gpu_shares else 1.0 for gpu in gpus]
        return min(1.0, max(1, math.ceil(max(parts) * 100)) / 100) if parts else 0.0

    def speaking(self, streams: Sequence[Hashable], seconds: float) -> Sequence[Hashable]:
        """As `Manager` says."""
        first, _ = ray.wait(list(streams), num_returns=1, timeout=seconds)
        return ray.wait(list(streams), num_returns=len(streams), timeout=0)[0] if first else []

    def next_of(self, stream: Any) -> object:
        """As `Manager` says."""
        try:
            return ray.get(next(stream))
        except StopIteration:
            raise LostScriptError("it ended without a word") from None
        except RayTaskError as error:  # of what is sent and not of what is run: it would come again everywhere
            raise KernelError(f"a node cannot be sent scripts: {_in_words(error)}") from error
        except RayError as error:
            raise LostScriptError(_in_words(error)) from error

    def cancel(self, streams: Sequence[Any]) -> None:
        """As `Manager` says."""
        for stream in streams:
            with suppress(RayError):
                ray.cancel(stream, force=True)

    def drop(self, machine: str, reason: str) -> None:
        """As `Manager` says."""
        if own := self.machines.pop(machine, None):
            self._refuse_node(machine, own.name, reason)

    def _shared(self) -> object:
        """The machines as they are now, in Ray's store: each script is told of them all."""
        if self._told != self.machines:
            self._told = dict(self.machines)
            self._told_reference = ray.put(self._told)
        return self._told_reference

    def close(self) -> None:
        """Leave the cluster, with nothing of this run on it."""
        actors: list[Any] = [machine.handle for machine in self.machines.values()]
        if closing := [actor.close.remote() for actor in actors]:
            ray.wait(closing, num_returns=len(closing), timeout=_END_SECONDS)
        ray.shutdown()
        self._open.close()


_Steps = Generator[ray.ObjectRef[Any], Any, Machine]


@dataclass(frozen=True, slots=True)
class _Coming:
    """A node that is being made ready."""

    name: str
    steps: _Steps
    answer: "ray.ObjectRef[Any]"
    """What it has been asked last."""


def _all_nodes() -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return nodes


def _on(node: str) -> NodeAffinitySchedulingStrategy:
    return NodeAffinitySchedulingStrategy(node, soft=False)


def _machine_of(node: Mapping[str, Any]) -> Machine:
    has = node["Resources"]
    name = f"{node['NodeManagerHostname']} ({node['NodeID'][:8]})"
    return Machine(name, Survey(""), has.get("CPU", 0.0), has.get("GPU", 0.0), int(has.get("memory", 0)))


def _in_words(error: BaseException) -> str:
    """What went wrong on a node, in its last line."""
    cause = error.cause if isinstance(error, RayTaskError) else error
    lines = [line for line in str(cause).splitlines() if line.strip()]
    return (lines[0] if isinstance(error, RayTaskError) else " ".join(lines[:2])) if lines else type(cause).__name__
