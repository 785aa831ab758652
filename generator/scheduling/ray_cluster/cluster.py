"""A connection to a cluster, and the scripts that are sent to its nodes."""

import logging
import math
import signal
import threading
from collections.abc import Hashable, Mapping, Sequence
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Self

import ray
from ray.exceptions import RayError, RayTaskError

from generator.running.executed import KernelError
from generator.scheduling.downloads import Downloads
from generator.scheduling.fleet import ClusterError, LostScriptError, Machine, fitting_for
from generator.scheduling.larder import sharing
from generator.scheduling.node import Question
from generator.scheduling.order import Task
from generator.scheduling.ray_cluster import on_node
from generator.scheduling.ray_cluster.address import find_address
from generator.scheduling.ray_cluster.nodes import Nodes
from generator.scheduling.ray_cluster.sending import in_words, only_on

_NODE_ID = "ray.io/node-id"


class RayCluster:
    """A cluster that this process is connected to, as the `Manager` of a fleet: `with RayCluster(…) as cluster: …`."""

    def __init__(self, address: str, question: Question) -> None:
        """Args: address: of the cluster's head as host:port; empty for the one that this machine is part of."""
        self._address = address
        self._question = question
        self._nodes = Nodes(question)
        self._told: dict[str, Machine] | None = None
        self._told_reference: object = None
        self._open = ExitStack()

    @property
    def machines(self) -> Mapping[str, Machine]:
        """As `Manager` says."""
        return self._nodes.machines

    @property
    def faults(self) -> Mapping[str, str]:
        """As `Manager` says."""
        return self._nodes.faults

    def __enter__(self) -> Self:
        """Connect, and ask each node what it has. Raises ClusterError."""
        # What befalls nodes Ray writes to standard output, and that is the program's own.
        ray._private.worker._worker_logs_enabled = False
        self._address = find_address(self._address)
        try:
            _connect(self._address)
        except (OSError, RuntimeError, ValueError, RayError) as error:
            raise ClusterError(f"the Ray cluster at {self._address} lets nobody in: {in_words(error)}") from error
        try:
            self._nodes.ask_all()
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
        here = only_on(ray.get_runtime_context().get_node_id())
        depot = on_node.depots.options(scheduling_strategy=here).remote(downloads.store.folder.resolve())
        self._nodes.serve(self._open.enter_context(sharing(downloads)), depot)

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
            options |= {
                "num_cpus": own.cpus,
                "memory": min(memory, own.memory),
                "scheduling_strategy": only_on(alone_on),
            }
        elif unfit := self._nodes.unfit:
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
            raise KernelError(f"a node cannot be sent scripts: {in_words(error)}") from error
        except RayError as error:
            raise LostScriptError(in_words(error)) from error

    def cancel(self, streams: Sequence[Any]) -> None:
        """As `Manager` says."""
        if streams:
            self._nodes.stop()  # Ray kills what it cancels: nobody there would tidy up
        for stream in streams:
            with suppress(RayError):
                ray.cancel(stream, force=True)

    def look(self) -> None:
        """As `Manager` says."""
        self._nodes.look()

    def drop(self, machine: str, reason: str) -> None:
        """As `Manager` says."""
        self._nodes.drop(machine, reason)

    def _shared(self) -> object:
        """The machines as they are now, in Ray's store: each script is told of them all."""
        if self._told != self.machines:
            self._told = dict(self.machines)
            self._told_reference = ray.put(self._told)
        return self._told_reference

    def close(self) -> None:
        """Leave the cluster, with nothing of this run on it."""
        self._nodes.close()
        ray.shutdown()
        self._open.close()


def _connect(address: str) -> None:
    """SIGTERM then does what it did: Ray's own handler ends the process at once, and nothing is told or kept."""
    usual = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, usual)
