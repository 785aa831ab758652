"""The nodes of a cluster: made ready when they come, refused where they do not fit, forgotten when they are gone."""

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from generator import __version__
from generator.scheduling.fleet import ClusterError, Machine
from generator.scheduling.larder import Larder, Served
from generator.scheduling.node import Question, Survey
from generator.scheduling.ray_cluster import on_node
from generator.scheduling.ray_cluster.sending import in_words, only_on

_END_SECONDS = 15.0
"""How long those that are told to end may take, where others wait for machines that will never answer."""
_DYING_SECONDS = 60.0
"""How long a node is asked again whose answer was lost: Ray may take a while to notice that one is dead."""
_PAUSE_SECONDS = 0.5
_ANSWER_SECONDS = 600
"""How long a node may take to say what it has: a kernel environment on a slow disk takes a while to load."""


class Nodes:
    """Those of the cluster that this process is connected to."""

    def __init__(self, question: Question) -> None:
        self.machines: dict[str, Machine] = {}
        """What can run scripts, by the ids of their nodes."""
        self.faults: dict[str, str] = {}
        """Why others cannot."""
        self._dropped: list[Any] = []
        """What serves the scripts that may still run on those that are to run no more."""
        self._question = question
        self._coming: dict[str, _Coming] = {}
        self._served: Served | None = None
        self._depot: Any = None

    @property
    def unfit(self) -> list[str]:
        """Ids of those that can run nothing, or not yet."""
        return [*self.faults, *self._coming]

    def ask_all(self) -> None:
        """Ask each node what it has, and wait for the answers."""
        self.look()
        self._wait_for_all()

    def serve(self, served: Served, depot: Any) -> None:
        """Let every node serve this to its scripts, also those that come later; the depot has the files."""
        self._served, self._depot = served, depot
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
            self._refuse(id, coming.name, f"it has not answered for {_ANSWER_SECONDS} s")

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
                self._advance(id, coming.name, coming.steps, ray.get(answer), coming.lost)
            except (RayTaskError, OSError) as error:
                self._refuse(id, coming.name, in_words(error))
            except RayError as error:
                self._ask_again(id, coming, in_words(error))

    def _ask_again(self, id: str, coming: "_Coming", reason: str) -> None:
        """Ask a node whose answer was lost, unless it is gone: it may have died while it was asked."""
        self._coming.pop(id, None)
        lost = coming.lost or time.monotonic()
        if time.monotonic() - lost > _DYING_SECONDS:
            self._refuse(id, coming.name, reason)
            return
        time.sleep(_PAUSE_SECONDS)
        for node in _all_nodes():
            if node["NodeID"] == id and node["Alive"]:
                self._advance(id, coming.name, self._prepare(id, _machine_of(node)), None, lost)

    def _advance(self, id: str, name: str, steps: "_Steps", answer: object, lost: float = 0.0) -> None:
        """Go on with what makes a node ready, given what it answered."""
        self._coming.pop(id, None)
        try:
            self._coming[id] = _Coming(name, steps, steps.send(answer), lost)
        except StopIteration as ended:
            self.machines[id] = ended.value
        except ClusterError as error:
            self._refuse(id, name, str(error))

    def _refuse(self, id: str, name: str, reason: str) -> None:
        self._coming.pop(id, None)
        self.faults[id] = "\n".join(f"{name}: {line}" for line in reason.splitlines())

    def _prepare(self, id: str, machine: Machine) -> "_Steps":
        """Make a node ready: what is yielded it is asked, and its answer comes back. Raises ClusterError."""
        version = yield on_node.versions.options(scheduling_strategy=only_on(id)).remote()
        if version != __version__:
            todo = f"install hubpages[ray]=={__version__} there"
            raise ClusterError(f"it has hubpages {version}: {todo}" if version else f"it has no hubpages: {todo}")
        actor = on_node.nodes.options(scheduling_strategy=only_on(id)).remote()
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

    def drop(self, machine: str, reason: str) -> None:
        """As `Manager` says."""
        if own := self.machines.pop(machine, None):
            self._dropped.append(own.handle)
            self._refuse(machine, own.name, reason)

    def stop(self) -> None:
        """End all that scripts have started on them, in order as far as they get to it soon."""
        self._tell(lambda actor: actor.stop)

    def close(self) -> None:
        """End what was begun on them."""
        self._tell(lambda actor: actor.close)

    def _tell(self, what: Callable[[Any], Any]) -> None:
        actors = [*(machine.handle for machine in self.machines.values()), *self._dropped]
        if asked := [what(actor).remote() for actor in actors]:
            ray.wait(asked, num_returns=len(asked), timeout=_END_SECONDS)


_Steps = Generator[ray.ObjectRef[Any], Any, Machine]


@dataclass(frozen=True, slots=True)
class _Coming:
    """A node that is being made ready."""

    name: str
    steps: _Steps
    answer: "ray.ObjectRef[Any]"
    """What it has been asked last."""
    lost: float
    """When an answer of it was lost first, by the monotonic clock; 0 where none was."""


def _all_nodes() -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return nodes


def _machine_of(node: Mapping[str, Any]) -> Machine:
    has = node["Resources"]
    name = f"{node['NodeManagerHostname']} ({node['NodeID'][:8]})"
    return Machine(name, Survey(""), has.get("CPU", 0.0), has.get("GPU", 0.0), int(has.get("memory", 0)))
