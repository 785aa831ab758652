"""The GPUs of this machine."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from generator.frameworks.framework import Framework
from generator.model.run import DeviceChoice
from generator.running.probe import sees_gpu


class DeviceError(Exception):
    """A GPU is demanded and there is none; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU, as the driver names it."""

    index: str
    """What CUDA calls it."""
    name: str


def choose_gpus(wanted: DeviceChoice, python: Path, framework: Framework) -> tuple[Gpu, ...]:
    """The GPUs to run on; none for a CPU.

    Args:
        python: interpreter of the kernel environment.
        framework: what must be able to use them there.

    Raises DeviceError where `gpu` is wanted and there is none to use.
    """
    if wanted == "cpu":
        return ()
    found = _gpus_of_driver()
    problem = ""
    if not found:
        problem = "`nvidia-smi` names none"
    elif not sees_gpu(python, framework):
        problem = f"{framework.title} of {python} cannot use {found[0].name}"
    if problem and wanted == "gpu":
        raise DeviceError(f"there is no GPU to run on: {problem}; --device cpu runs without")
    return () if problem else found


def _gpus_of_driver() -> tuple[Gpu, ...]:
    command = ["nvidia-smi", "--query-gpu=index,name", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = [line.split(",", 1) for line in done.stdout.splitlines() if "," in line]
    found = tuple(Gpu(index.strip(), name.strip()) for index, name in rows)
    # Whoever calls may have been given some of them only.
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return found
    return tuple(gpu for gpu in found if gpu.index in [one.strip() for one in visible.split(",")])
