"""What a kernel environment holds, beside what it ought to hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.frameworks.kernel_environment import KernelEnvironment
from generator.installing.contents import InterpreterError, contents_of
from generator.installing.marks import Made, is_unfinished, made_of
from generator.installing.pinned import pinned_files, pins_of
from generator.model.run import distribution_key


class NoEnvironmentError(Exception):
    """There is no whole kernel environment; the message says where, and why not."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A kernel environment beside its pinned requirements."""

    python: str
    """Its version."""
    packages: int
    """How many distributions it holds."""
    differences: Sequence[str]
    """A sentence for each thing that is otherwise than it ought to be."""


def compare(environment: KernelEnvironment, folder: Path, requirements: str) -> Compared:
    """A folder's kernel environment beside the pinned requirements of a framework and the hub's own.

    What it holds besides them is no difference: people add what their pages need.

    Args:
        requirements: SHA-256 of the hub's own requirements; empty where it has none.

    Raises NoEnvironmentError where there is none, or none that is whole.
    """
    python = folder / "bin" / "python"
    if is_unfinished(folder):
        raise NoEnvironmentError(f"the kernel environment in {folder} was never finished")
    if not python.exists():
        raise NoEnvironmentError(f"there is no kernel environment in {folder}")
    try:
        found = contents_of(python)
    except InterpreterError as error:
        raise NoEnvironmentError(str(error)) from error
    made = made_of(folder) or Made()
    installed = {distribution_key(name): version for name, version in found.packages.items()}
    told = _of_python(environment, found.python)
    if made.requirements != requirements:
        told.append("the hub's own requirements are others than it was made with")
    for name, version in sorted({**pins_of(pinned_files(environment)), **made.own}.items()):
        if name not in installed:
            told.append(f"{name} {version} is missing")
        elif installed[name] != version:
            told.append(f"{name} is {installed[name]}, and {version} is pinned")
    return Compared(found.python, len(installed), told)


def _of_python(environment: KernelEnvironment, version: str) -> list[str]:
    if version.rpartition(".")[0] in environment.pythons:
        return []
    wanted = " or ".join(environment.pythons)
    return [f"its Python is {version}, and {environment.name} is pinned for {wanted}"]
