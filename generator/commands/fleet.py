"""What a cluster has for scripts, in place of this machine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from generator.commands.kernel import kernel_place
from generator.commands.machine import Machine, Request, downloads_for, machine_for, tidy_up
from generator.commands.root import HubRoot
from generator.evidence.judging import Circumstances
from generator.frameworks import kernel_environments
from generator.installing.pinned import digest_of
from generator.model.run import Script
from generator.scheduling.devices import DeviceError
from generator.scheduling.fleet import Fleet, Manager
from generator.scheduling.node import Question
from generator.scheduling.slots import Slots


@contextmanager
def machines_for(
    root: HubRoot, scripts: Sequence[Script], request: Request, warned: Callable[[Sequence[str]], None]
) -> Iterator[Machine]:
    """What scripts are run on: this machine or, where that is asked for, a cluster while the context lasts.

    Raises as `machine_for` does, and ClusterError.
    """
    if request.executor == "local":
        yield machine_for(root, scripts, request, warned)
        return
    from generator.scheduling.ray_cluster import RayCluster  # heavy to load, and an extra of its own

    tidy_up(root, request)
    question = _question(root, scripts, request)
    with RayCluster(request.address, question) as cluster:
        machine = _machine_of(cluster, root, question, request, warned)
        warned(_remarks(cluster))
        downloads = downloads_for(root, scripts, machine, request, warned)
        cluster.serve(downloads)
        yield replace(machine, downloads=downloads)


def _question(root: HubRoot, scripts: Sequence[Script], request: Request) -> Question:
    frameworks = list(dict.fromkeys(script.framework for script in scripts)) or [root.config.framework]
    own = {name: kernel_place(root, name).requirements for name in frameworks if name in kernel_environments()}
    return Question(
        {name: root.kernel_python_of(name) for name in frameworks},
        {name: digest_of(file) for name, file in own.items()},
        request.sandbox,
        request.device,
        root.config.limits,
        request.repeats,
    )


def _machine_of(
    cluster: Manager, root: HubRoot, question: Question, request: Request, warned: Callable[[Sequence[str]], None]
) -> Machine:
    """The cluster as commands see it. Raises DeviceError where a GPU is demanded and no node has one."""
    surveys = [machine.survey for machine in cluster.machines.values()]
    if request.device == "gpu" and not any(survey.has_gpu for survey in surveys):
        raise DeviceError("no node of the cluster has a GPU to run on; --device cpu runs without")
    kernels = [one for survey in surveys for one in survey.kernels.values()]
    # Where some nodes have a GPU that a framework can use, its scripts run on those.
    first = {one.environment.framework: one for one in sorted(kernels, key=lambda one: bool(one.gpus))}
    smallest = min(cluster.machines.values(), key=lambda machine: machine.memory / machine.cpus)
    slots = Slots(first, question.limits, smallest.memory, max(1, int(smallest.cpus)))
    usual = first.get(root.config.framework) or next(iter(first.values()))
    circumstances = Circumstances(usual.environment, surveys[0].sandbox, request.repeats)
    executor = Fleet(cluster, request.repeats, request.jobs, warned)
    others = [one.environment_on(gpu) for one in kernels for gpu in one.gpus or (None,)]
    return Machine(slots, circumstances, None, warned, executor, others)


def _remarks(cluster: Manager) -> list[str]:
    """What is said before scripts start: how large the fleet is, and what its machines lack."""
    machines = cluster.machines.values()
    cpus, gpus = (round(sum(numbers)) for numbers in zip(*((one.cpus, one.gpus) for one in machines), strict=True))
    size = f"{len(machines)} node{'s' * (len(machines) != 1)} with {cpus} processors and {gpus} GPUs"
    return [size, *(f"{one.name}: {one.survey.remark}" for one in machines if one.survey.remark)]
