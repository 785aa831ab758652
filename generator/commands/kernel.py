"""The hub's kernel environment: made, and compared with what it ought to be."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.commands.root import HubRoot
from generator.frameworks import kernel_environments
from generator.installing.differences import Compared, compare
from generator.installing.installer import Installer, InstallerChoice
from generator.installing.making import make_environment
from generator.installing.pinned import digest_of


@dataclass(frozen=True, slots=True)
class KernelPlace:
    """Where a hub's kernel environment is."""

    folder: Path
    """An absolute path."""
    requirements: Path | None
    """The hub's own; None where it has none."""


def kernel_place(root: HubRoot, framework: str) -> KernelPlace:
    """Where it is, or is to be. Raises ValueError for an interpreter of no environment, and for a missing file."""
    python, named = root.kernel_python_of(framework), root.config.kernel_of(framework)
    if python.parent.name != "bin" or not python.name.startswith("python"):
        todo = "name one as .venv-megengine/bin/python is, or install into it yourself"
        raise ValueError(f"hub.toml, [kernel] python: {python} is no environment's bin/python: {todo}")
    own = (root.folder / named.requirements).resolve() if named.requirements else None
    if own and not own.is_file():
        raise ValueError(f"hub.toml, [kernel] requirements: there is no file {own}")
    return KernelPlace(python.parents[1], own)


def install_kernel(
    root: HubRoot, framework: str, choice: InstallerChoice, told: Callable[[str], None]
) -> tuple[KernelPlace, Compared]:
    """Make the kernel environment of a framework where hub.toml says, or bring it up to date; where, and what it holds.

    Args:
        framework: one whose environment can be installed.
        choice: what installs it.
        told: what is done, before it is.

    Raises InstallError where this machine cannot do it, ValueError for what hub.toml cannot mean.
    """
    place, installer = kernel_place(root, framework), Installer(choice, is_quiet=not sys.stderr.isatty())
    environment = kernel_environments()[framework]
    return place, make_environment(environment, place.folder, place.requirements, installer, told)


def check_kernel(root: HubRoot, framework: str) -> tuple[KernelPlace, Compared]:
    """The kernel environment beside what it ought to hold. Raises NoEnvironmentError where there is none."""
    place = kernel_place(root, framework)
    return place, compare(kernel_environments()[framework], place.folder, digest_of(place.requirements))
