"""The kernel environments that hubpages can install: a row for each framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from generator.model.hub import KERNEL_PYTHON


@dataclass(frozen=True, slots=True)
class KernelEnvironment:
    """What runs the pages of a framework's models."""

    framework: str
    """As options and hub.toml name it."""
    name: str
    """As people do."""
    pythons: tuple[str, ...]
    """Versions that its packages are made for, as in 3.10, the best first."""
    folder: str
    """The environment's own, below the hub's root, unless hub.toml names another."""
    requirements: str
    """Its pinned packages: a file of environments/, compiled for the best Python, with hashes and without markers."""
    build: str = ""
    """Likewise what builds those of them that come as source alone; empty where none does. It takes a C++ compiler."""
    disk_bytes: int = 0
    """What all of it takes up."""

    @property
    def files(self) -> tuple[str, ...]:
        """Its pinned files, in the order in which they are installed."""
        return tuple(name for name in (self.build, self.requirements) if name)


MEGENGINE = KernelEnvironment(
    framework="megengine",
    name="MegEngine",
    pythons=(".".join(map(str, KERNEL_PYTHON)),),
    folder=".venv-megengine",
    requirements="megengine.txt",
    build="megengine-build.txt",
    disk_bytes=2_000_000_000,
)

KERNEL_ENVIRONMENTS: Mapping[str, KernelEnvironment] = MappingProxyType({MEGENGINE.framework: MEGENGINE})
"""By framework; the first is that of a hub that names none."""
