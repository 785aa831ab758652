"""GPUs as NVML names them: the real bindings, and a library of ours in place of NVIDIA's."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gpus import DIVIDED, DRIVER, TWO, faked_gpus
from tests.kernels import ROOT

QUESTION = """
import dataclasses, json, os
from generator.scheduling.devices import find_gpus
print(json.dumps(dataclasses.asdict(find_gpus(os.environ.get("CUDA_VISIBLE_DEVICES")))))
"""
FIRST, SECOND = "GPU-aaaa1111-0000", "GPU-bbbb2222-0000"
SLICES = ["MIG-11110000-1g", "MIG-22220000-3g"]


def found(folder: Path, lines: tuple[str, ...] | None, visible: str | None = None) -> dict[str, object]:
    """What a process finds there: one that has loaded the library keeps it."""
    environ = {**os.environ, **faked_gpus(folder, lines)}
    environ.pop("CUDA_VISIBLE_DEVICES", None)
    environ |= {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    done = subprocess.run([sys.executable, "-c", QUESTION], cwd=ROOT, env=environ, capture_output=True, check=True)
    return dict(json.loads(done.stdout))


def uuids(folder: Path, lines: tuple[str, ...], visible: str | None = None) -> list[str]:
    """Those that it finds."""
    return [gpu["uuid"] for gpu in found(folder, lines, visible)["gpus"]]  # type: ignore[attr-defined]


def test_gpu_is_told_with_its_memory_its_driver_and_cuda(tmp_path: Path) -> None:
    """All that a claim and the evidence need to know."""
    assert found(tmp_path, TWO)["gpus"] == [
        {
            "uuid": uuid,
            "name": "NVIDIA H100 80GB HBM3",
            "memory": 80 << 30,
            "driver": "580.65.06",
            "cuda": "13.0",
        }
        for uuid in (FIRST, SECOND)
    ]


def test_slices_stand_in_place_of_the_gpu_that_is_divided(tmp_path: Path) -> None:
    """Each with its own memory; what cannot be divided stays what it is."""
    gpus = found(tmp_path, DIVIDED)["gpus"]
    assert [(gpu["uuid"], gpu["memory"]) for gpu in gpus] == [  # type: ignore[attr-defined]
        (SLICES[0], 11 << 30),
        (SLICES[1], 40 << 30),
        (SECOND, 15 << 30),
    ]


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        ("0", [FIRST]),
        ("1,0", [SECOND, FIRST]),
        (" 1 , 1", [SECOND]),
        (SECOND, [SECOND]),
        ("GPU-b", [SECOND]),
        ("GPU-", []),  # two begin so
        ("1,7,0", [SECOND]),  # nothing counts behind what is not there
        ("-1", []),
        ("", []),
        ("NoDevFiles", []),
    ],
)
def test_caller_who_was_given_some_uses_those(tmp_path: Path, visible: str, expected: list[str]) -> None:
    """By number, or by the beginning of an UUID, as CUDA reads it."""
    assert uuids(tmp_path, TWO, visible) == expected


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        ("0", [SLICES[0]]),  # CUDA shows no more of a divided GPU
        (FIRST, [SLICES[0]]),
        ("MIG-2222", [SLICES[1]]),
        (f"{SLICES[1]},{SLICES[0]},1", [SLICES[1], SLICES[0], SECOND]),
    ],
)
def test_slice_is_given_as_cuda_names_it(tmp_path: Path, visible: str, expected: list[str]) -> None:
    """By its own UUID, or as the first of its GPU."""
    assert uuids(tmp_path, DIVIDED, visible) == expected


def test_gpu_that_is_lost_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    """And they keep their numbers."""
    lines = (DRIVER, f"gpu {FIRST} 1 lost Lost", TWO[2])
    assert uuids(tmp_path, lines) == uuids(tmp_path, lines, "1") == [SECOND]
    assert uuids(tmp_path, lines, "0") == []


@pytest.mark.parametrize(
    ("lines", "visible", "told"),
    [
        (None, None, "NVIDIA's driver does not answer (Driver Not Loaded)"),
        ((DRIVER,), None, "NVIDIA's driver names none"),
        (TWO, "", "CUDA_VISIBLE_DEVICES= leaves none of the 2 that there are"),
    ],
)
def test_why_there_is_none_is_said(
    tmp_path: Path, lines: tuple[str, ...] | None, visible: str | None, told: str
) -> None:
    """In words."""
    assert found(tmp_path, lines, visible) == {"gpus": [], "problem": told}


def test_machine_without_the_library_has_none() -> None:
    """As most have not."""
    try:
        ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        pass
    else:
        pytest.skip("this machine has the library of NVIDIA's driver")
    done = subprocess.run([sys.executable, "-c", QUESTION], cwd=ROOT, capture_output=True, check=True)
    assert "libnvidia-ml.so.1, is not on this machine" in json.loads(done.stdout)["problem"]


def test_bindings_are_loaded_by_who_looks_for_a_gpu_alone() -> None:
    """They are slow to load, and most calls need none."""
    code = "import sys\nimport generator.commands.verify\nprint('pynvml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"False\n"
