"""What is installed in a kernel environment, and whether it can run kernels at all."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from generator.frameworks import DEFAULT
from generator.frameworks.framework import Framework
from generator.model.run import Environment
from generator.running.executed import KernelError

_QUESTION = """
import importlib.metadata as metadata, json, platform
packages = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
print(json.dumps({
    "python": platform.python_version(),
    "platform": platform.system() + " " + platform.machine(),
    "packages": {name.lower().replace("_", "-"): packages[name] for name in sorted(packages)},
}))
"""


def sees_gpu(python: Path, framework: Framework) -> bool:
    """Whether the framework of this interpreter can use a GPU."""
    code = f"{framework.source}\nimport sys\nsys.exit(not has_gpu())"
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, timeout=120, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def probe(python: Path, device: str, framework: str = DEFAULT) -> Environment:
    """The environment of this interpreter, for a device named `device`.

    Raises KernelError, with what to do, where the interpreter is missing or cannot run kernels.
    """
    if not python.exists():
        raise KernelError(
            f"there is no kernel environment at {python}: `make verify` in the project sets one up, "
            "or name another in hub.toml, [kernel] python"
        )
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
        raise KernelError(f"the interpreter {python} does not start: {reason}") from error
    data = json.loads(answer.stdout)
    if "ipykernel" not in data["packages"]:
        raise KernelError(f"the environment of {python} has no ipykernel: install it there")
    return Environment(data["python"], data["packages"], device, data["platform"], framework)
