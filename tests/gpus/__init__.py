"""GPUs that are not there: a library in place of NVIDIA's, which the real bindings load."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

DRIVER = "driver 580.65.06 13000"
TWO = (
    DRIVER,
    "gpu GPU-aaaa1111-0000 85899345920 off NVIDIA H100 80GB HBM3",
    "gpu GPU-bbbb2222-0000 85899345920 off NVIDIA H100 80GB HBM3",
)
ONE = TWO[:2]
DIVIDED = (
    DRIVER,
    "gpu GPU-aaaa1111-0000 85899345920 on NVIDIA H100 80GB HBM3",
    "slice MIG-11110000-1g 11811160064 NVIDIA H100 80GB HBM3 MIG 1g.10gb",
    "slice MIG-22220000-3g 42949672960 NVIDIA H100 80GB HBM3 MIG 3g.40gb",
    "gpu GPU-bbbb2222-0000 16106127360 no Tesla T4",
)
"""One GPU in two slices, and one that cannot be divided."""


def faked_gpus(folder: Path, lines: tuple[str, ...] | None = TWO) -> Mapping[str, str]:
    """The variables with which a process finds these GPUs, whatever there are; with None a driver that is not loaded.

    Args:
        folder: where the library is built.
    """
    library, told = folder / "libnvidia-ml.so.1", folder / "gpus.txt"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        source = Path(__file__).with_name("nvml.c")
        command = ["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(library), str(source)]
        subprocess.run(command, check=True)
    if lines is None:
        told.unlink(missing_ok=True)
    else:
        told.write_text("".join(f"{line}\n" for line in lines))
    others = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": f"{folder}:{others}" if others else str(folder), "FAKED_GPUS": str(told)}
