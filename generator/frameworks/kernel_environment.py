"""What runs the pages of a framework, and how it is installed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KernelEnvironment:
    """What runs the pages of a framework's models."""

    name: str
    """What it runs, as sentences have it."""
    pythons: tuple[str, ...]
    """Versions that its packages are made for, as in 3.10, the best first: by its grammar snippets are judged."""
    folder: str
    """The environment's own, below the hub's root, unless hub.toml names another."""
    requirements: str = ""
    """Its pinned packages: a file of environments/, compiled for the best Python, with hashes and without markers.
    Empty for one that only its owner can make."""
    build: str = ""
    """Likewise what builds those of them that come as source alone; empty where none does. It takes a C++ compiler."""
    disk_bytes: int = 0
    """What all of it takes up."""

    @property
    def files(self) -> tuple[str, ...]:
        """Its pinned files, in the order in which they are installed."""
        return tuple(name for name in (self.build, self.requirements) if name)

    @property
    def python(self) -> str:
        """Its interpreter, below the hub's root."""
        return f"{self.folder}/bin/python"
