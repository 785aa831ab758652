"""What is installed in a kernel environment, and whether it can run kernels at all."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from generator.frameworks import DEFAULT
from generator.frameworks.framework import Framework
from generator.installing.contents import InterpreterError, contents_of
from generator.installing.marks import is_unfinished
from generator.model.run import Environment
from generator.running.executed import KernelError


def sees_gpu(python: Path, framework: Framework, visible: Mapping[str, str]) -> bool:
    """Whether the framework of this interpreter can use a GPU.

    Args:
        visible: the variables by which it sees this one and no other.
    """
    command = [str(python), "-c", f"{framework.source}\nimport sys\nsys.exit(not has_gpu())"]
    environ = {**os.environ, **visible}
    try:
        return subprocess.run(command, capture_output=True, env=environ, timeout=120, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def probe(python: Path, device: str, framework: str = DEFAULT) -> Environment:
    """The environment of this interpreter, for a device named `device`.

    Raises KernelError, with what to do, where the interpreter is missing or cannot run kernels.
    """
    if not python.exists():
        raise KernelError(
            f"there is no kernel environment at {python}: `hubpages kernel install` makes one, "
            "or name another in hub.toml, [kernel] python"
        )
    if is_unfinished(python.parents[1]):
        raise KernelError(f"the kernel environment of {python} was never finished: `hubpages kernel install` makes one")
    try:
        found = contents_of(python, device)
    except InterpreterError as error:
        raise KernelError(str(error)) from error
    if "ipykernel" not in found.packages:
        raise KernelError(f"the environment of {python} has no ipykernel: install it there")
    return replace(found, framework=framework)
