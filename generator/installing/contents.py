"""What is installed where an interpreter looks for modules."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from generator.model.run import Environment

_QUESTION = """
import importlib.metadata as metadata, json, platform
packages = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
print(json.dumps({
    "python": platform.python_version(),
    "platform": platform.system() + " " + platform.machine(),
    "packages": {name.lower().replace("_", "-"): packages[name] for name in sorted(packages)},
}))
"""


class InterpreterError(Exception):
    """An interpreter does not start; the message says which, and why."""


def contents_of(python: Path, device: str = "cpu") -> Environment:
    """The environment of an interpreter, for a device of this name. Raises InterpreterError where it does not start."""
    environ: Mapping[str, str] = {"PATH": os.environ.get("PATH", os.defpath)}
    try:
        answer = subprocess.run(
            [str(python), "-c", _QUESTION],
            capture_output=True,
            text=True,
            env=environ,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        reason = getattr(error, "stderr", None) or error
        raise InterpreterError(f"the interpreter {python} does not start: {reason}") from error
    data = json.loads(answer.stdout)
    return Environment(data["python"], data["packages"], device, data["platform"])
