"""Kernels on a GPU that is there: of MegEngine where it can use it, else of PyTorch."""

import os
import warnings
from pathlib import Path

import pytest
import tomli_w

from generator.frameworks import framework
from generator.running.probe import gpu_problem
from generator.scheduling.devices import Gpu, find_gpus, visible_to_kernel
from tests.kernels import KERNEL_PYTHON, ROOT, hubpages
from tests.pages import a_page, write

PYTHONS = {"megengine": KERNEL_PYTHON, "pytorch": ROOT / ".venv-pytorch" / "bin" / "python"}
SAMPLES = {
    "megengine": "import megengine\n"
    "model = megengine.tensor([1.0] * (1 << 20), device='gpu0')\n"
    "number = megengine.device.get_device_count('gpu')",
    "pytorch": "import torch\nmodel = torch.ones(1 << 20, device='cuda')\nnumber = torch.cuda.device_count()",
}


@pytest.fixture(scope="module")
def gpu() -> Gpu:
    """The first that there is."""
    found = find_gpus(os.environ.get("CUDA_VISIBLE_DEVICES"))
    if not found.gpus:
        pytest.skip(f"no GPU: {found.problem}")
    return found.gpus[0]


@pytest.fixture(scope="module")
def name(gpu: Gpu) -> str:
    """The framework that can use it."""
    unable = []
    for name, python in PYTHONS.items():
        if python.exists() and not gpu_problem(python, framework(name), visible_to_kernel(gpu)):
            if unable:
                warnings.warn(f"{' and '.join(unable)} cannot use {gpu.name}: {name} is used instead", stacklevel=1)
            return name
        unable.append(framework(name).title)
    pytest.skip(f"{' and '.join(unable)} cannot use {gpu.name}, or are not installed")


@pytest.mark.gpu
def test_real_kernels_run_on_a_gpu(tmp_path: Path, gpu: Gpu, name: str) -> None:
    """Each sees one GPU; what they held is recorded, and by that they then share it."""
    kernel = {"kernel": {"python": str(PYTHONS[name])}}
    (tmp_path / "hub.toml").write_text(tomli_w.dumps({"framework": name, **kernel}), encoding="utf-8")
    code = "print(number, float((model + model).sum()))"
    write(tmp_path, **{page: a_page(f"{code}\n{page} = 1", sample=SAMPLES[name], en=None) for page in ("one", "two")})
    for _ in range(2):  # the second time by what the first one recorded
        called = hubpages("-C", tmp_path, "verify", "--fresh", "--device", "gpu", "--jobs", "2", "--format", "json")
        for page in ("one", "two"):
            run = called.run_of(page)
            assert run["verdict"] == "passed", called.err
            assert run["snippets"][1]["outputs"][0]["data"] == f"1 {float(1 << 21)}\n"
            environment = [run["environment"][part] for part in ("device", "driver", "cuda")]
            assert environment == [gpu.name, gpu.driver, gpu.cuda]
            assert run["facts"]["peak_gpu_memory"] >= 4 << 20
