"""What a machine has for scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.evidence.judging import Circumstances
from generator.frameworks import framework
from generator.model.limits import Limits
from generator.model.run import DeviceChoice, Environment, Needs, Script
from generator.running.packages import Installed
from generator.running.probe import probe
from generator.scheduling.devices import Gpu, choose_gpus


@dataclass(frozen=True, slots=True)
class Kernels:
    """Where scripts of one framework are run."""

    python: Path
    """Interpreter of the kernel environment, an absolute path."""
    environment: Environment
    """As it is on the first of the GPUs, where there are any."""
    gpus: tuple[Gpu, ...] = ()
    """Those that the framework can use, on one of which each script is run; none for a CPU."""

    def environment_on(self, gpu: Gpu | None) -> Environment:
        """As it is on this GPU; the usual one with None."""
        if gpu is None:
            return self.environment
        return replace(self.environment, device=gpu.name, driver=gpu.driver, cuda=gpu.cuda)


def find_kernels(python: Path, name: str, wanted: DeviceChoice) -> tuple[Kernels, str]:
    """Those of a framework, by their interpreter, and why it cannot use GPUs that there are.

    Raises KernelError for what runs no kernel, DeviceError where a GPU is wanted and there is none to use.
    """
    found = choose_gpus(wanted, python, framework(name))
    kernels = Kernels(python, probe(python, "cpu", name), found.gpus)
    return replace(kernels, environment=kernels.environment_on(found.gpus[0] if found.gpus else None)), found.problem


@dataclass(frozen=True, slots=True)
class Slots:
    """Where scripts are run."""

    kernels: Mapping[str, Kernels]
    """By framework."""
    limits: Limits
    room: int
    """Bytes of memory that scripts which run at a time must fit in together."""
    jobs: int = 1
    """Scripts at a time, at most."""
    packages: Mapping[Needs, Installed] = field(default_factory=dict)
    """What is installed for scripts that name packages."""

    def circumstances_of(self, script: Script, usual: Circumstances, gpu: Gpu | None = None) -> Circumstances:
        """With its framework's environment on a GPU, and what is installed for this script alone among its packages."""
        environment = self.kernels[script.framework].environment_on(gpu)
        if script.packages:
            own = {**environment.packages, **self.packages[script.needs].versions}
            environment = replace(environment, packages=dict(sorted(own.items())))
        return replace(usual, environment=environment)
