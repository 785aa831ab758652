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

_ASK_FOR_GPU = """
import sys
try:
    found = has_gpu()
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}".partition("\\n")[0])
sys.exit(0 if found else "it finds none")
"""
_MOST_CHARACTERS = 300


def gpu_problem(python: Path, framework: Framework, visible: Mapping[str, str]) -> str:
    """Why the framework of this interpreter cannot use a GPU; empty where it can.

    Args:
        visible: the variables by which it sees this one and no other.
    """
    command = [str(python), "-c", framework.source + _ASK_FOR_GPU]
    environ = {**os.environ, **visible}
    try:
        asked = subprocess.run(command, capture_output=True, env=environ, timeout=120, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    if asked.returncode == 0:
        return ""
    said = asked.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return said.strip()[:_MOST_CHARACTERS] or f"it ended with status {asked.returncode}"


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
