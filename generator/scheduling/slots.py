"""What a machine has for scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.evidence.judging import Circumstances
from generator.model.limits import Limits
from generator.model.run import Environment, Needs, Script
from generator.running.packages import Installed


@dataclass(frozen=True, slots=True)
class Kernels:
    """Where scripts of one framework are run."""

    python: Path
    """Interpreter of the kernel environment, an absolute path."""
    environment: Environment


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
    gpus: tuple[str, ...] = ()
    """What CUDA calls each GPU that may be used; one script at a time has it. None on a CPU."""
    packages: Mapping[Needs, Installed] = field(default_factory=dict)
    """What is installed for scripts that name packages."""

    @property
    def devices(self) -> Sequence[str]:
        """A device for each slot; on a CPU slot no GPU is visible, even where there is one."""
        return self.gpus[: self.jobs] or [""] * self.jobs

    def circumstances_of(self, script: Script, usual: Circumstances) -> Circumstances:
        """With its framework's environment, and what is installed for this script alone among its packages."""
        environment = self.kernels[script.framework].environment
        if script.packages:
            own = {**environment.packages, **self.packages[script.needs].versions}
            environment = replace(environment, packages=dict(sorted(own.items())))
        return replace(usual, environment=environment)
