"""The GPUs of this machine, as the management library of NVIDIA's driver (NVML) names them.

A GPU that is divided (MIG) is not listed itself: each of its slices is a device with an UUID and memory of its own.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from generator.frameworks.framework import Framework
from generator.model.run import DeviceChoice
from generator.running.probe import gpu_problem

_VISIBLE = "CUDA_VISIBLE_DEVICES"


class DeviceError(Exception):
    """A GPU is demanded and there is none; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU, or a slice of one."""

    uuid: str
    """What CUDA and everybody else knows it by."""
    name: str
    """Of its model; of a slice also its size."""
    memory: int
    """Bytes that it has."""
    driver: str
    """Version of NVIDIA's driver."""
    cuda: str
    """The newest version of CUDA that the driver is for: 13.0."""

    @property
    def short_name(self) -> str:
        """What tells it from others of its model: the first eight digits of its UUID."""
        return self.uuid[:12]


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of GPUs."""

    gpus: tuple[Gpu, ...]
    problem: str = ""
    """Why there is none, or not more, in words."""


@dataclass(frozen=True, slots=True)
class _Card:
    """What NVML counts: a whole GPU."""

    uuid: str
    devices: tuple[Gpu, ...]
    """It alone, or its slices."""


def visible_to_kernel(gpu: Gpu | None) -> Mapping[str, str]:
    """The variables by which a kernel sees this GPU and no other; with None it sees none, even where there is one."""
    if gpu is None:
        return {_VISIBLE: ""}
    return {_VISIBLE: gpu.uuid, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}


def choose_gpus(wanted: DeviceChoice, python: Path, framework: Framework) -> Found:
    """The GPUs to run on, none for a CPU; the problem is that of others that there are and that cannot be used.

    Args:
        python: interpreter of the kernel environment.
        framework: what must be able to use them there.

    Raises DeviceError where `gpu` is wanted and there is none to use.
    """
    if wanted == "cpu":
        return Found(())
    found = find_gpus(os.environ.get(_VISIBLE))
    one_of_each = {gpu.name: gpu for gpu in found.gpus}  # what is true of one is true of all of its model
    asked = {name: gpu_problem(python, framework, visible_to_kernel(gpu)) for name, gpu in one_of_each.items()}
    unable = [
        f"{framework.title} of {python} cannot use {name}: {problem}" for name, problem in asked.items() if problem
    ]
    gpus = tuple(gpu for gpu in found.gpus if not asked[gpu.name])
    if not gpus and wanted == "gpu":
        raise DeviceError(f"there is no GPU to run on: {'; '.join(unable) or found.problem}; --device cpu runs without")
    return Found(gpus, "; ".join(unable))


def find_gpus(visible: str | None = None) -> Found:
    """What NVML names.

    Args:
        visible: which of them whoever calls was given, as CUDA_VISIBLE_DEVICES has it; None for all.
    """
    import pynvml  # type: ignore[import-untyped]  # slow to load, and of no use on most machines

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError_LibraryNotFound:
        return Found((), "the library of NVIDIA's driver, libnvidia-ml.so.1, is not on this machine")
    except pynvml.NVMLError as error:
        return Found((), f"NVIDIA's driver does not answer ({error})")
    try:
        cards = list(_cards(pynvml))
    except pynvml.NVMLError as error:
        return Found((), f"NVIDIA's driver does not name its GPUs ({error})")
    finally:
        pynvml.nvmlShutdown()
    every = tuple(device for card in cards for device in card.devices)
    if not every:
        return Found((), "NVIDIA's driver names none")
    chosen = every if visible is None else tuple(_visible(cards, visible))
    none = "" if chosen else f"{_VISIBLE}={visible} leaves none of the {len(every)} that there are"
    return Found(chosen, none)


def _cards(nvml: ModuleType) -> Iterator[_Card]:
    """In the order of their places on the bus, as nvidia-smi counts them."""
    driver, cuda = nvml.nvmlSystemGetDriverVersion(), nvml.nvmlSystemGetCudaDriverVersion_v2()
    told = driver, f"{cuda // 1000}.{cuda % 1000 // 10}"
    for index in range(nvml.nvmlDeviceGetCount()):
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            handles = list(_slices(nvml, handle)) if _is_divided(nvml, handle) else [handle]
            card = _Card(nvml.nvmlDeviceGetUUID(handle), tuple(_device(nvml, one, *told) for one in handles))
        except (nvml.NVMLError_GpuIsLost, nvml.NVMLError_NoPermission, nvml.NVMLError_Unknown):
            card = _Card("", ())  # it keeps nobody from the others, and they keep their numbers
        yield card


def _device(nvml: ModuleType, handle: Any, driver: str, cuda: str) -> Gpu:
    memory = int(nvml.nvmlDeviceGetMemoryInfo(handle).total)
    return Gpu(nvml.nvmlDeviceGetUUID(handle), nvml.nvmlDeviceGetName(handle), memory, driver, cuda)


def _is_divided(nvml: ModuleType, handle: Any) -> bool:
    try:
        return bool(nvml.nvmlDeviceGetMigMode(handle)[0] == nvml.NVML_DEVICE_MIG_ENABLE)
    except (nvml.NVMLError_NotSupported, nvml.NVMLError_FunctionNotFound):  # most GPUs, and old drivers
        return False


def _slices(nvml: ModuleType, handle: Any) -> Iterator[Any]:
    for index in range(nvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
        with suppress(nvml.NVMLError_NotFound):  # fewer than there may be
            yield nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index)


def _visible(cards: Sequence[_Card], wanted: str) -> Iterator[Gpu]:
    """Those that CUDA would show, each once: it reads up to the first word that names none."""
    seen: set[str] = set()
    for word in wanted.split(","):
        device = _named(cards, word.strip())
        if device is None:
            return
        if device.uuid not in seen:
            seen.add(device.uuid)
            yield device


def _named(cards: Sequence[_Card], word: str) -> Gpu | None:
    """The device of a number, or of the beginning of an UUID that no other has; of a divided GPU, its first slice."""
    whole = {card.uuid: card.devices[0] for card in cards if card.devices}
    if word.isascii() and word.isdigit():
        card = cards[int(word)] if int(word) < len(cards) else None
        return card.devices[0] if card and card.devices else None
    slices = {device.uuid: device for card in cards for device in card.devices}
    known = whole if word.startswith("GPU-") else slices if word.startswith("MIG-") else {}
    found = [device for uuid, device in known.items() if uuid.startswith(word)]
    return found[0] if len(found) == 1 else None
