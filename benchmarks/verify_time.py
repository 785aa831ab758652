"""What `hubpages verify` costs beside the code itself, and what two scripts at a time gain and cost."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.kernels import KERNEL_PYTHON, a_hub_root
from tests.pages import a_page, write
from tests.zoo import make_hub_root

PAGES = 6
CODE = "import megengine\nprint(megengine.tensor([1.0, {}]).numpy().sum())"
SLEEP = "import time\ntime.sleep(3)\nprint({})"
HUB = Path(__file__).parents[1]
DETECTORS = [HUB / "hub_pages" / f"megengine_vision_{name}.md" for name in ("faster_rcnn", "retinanet")]


def main() -> None:
    """Print overhead a page, throughput of two at a time over one, and a second run with nothing changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = a_hub_root(folder)
        write(root, **{f"page{n}": a_page(CODE.format(n), en=None) for n in range(PAGES)})
        alone = _timed(lambda: [_script(folder, "x = 1\n" + CODE.format(n)) for n in range(PAGES)])
        together = _timed(lambda: _verify(root, "--jobs", "1"))
        print(
            f"verify: {PAGES} pages one at a time {together:.1f} s, their code as scripts {alone:.1f} s: "
            f"{(together - alone) / PAGES:.2f} s a page beside the code"
        )
        print(f"verify again with nothing changed: {_timed(lambda: _verify(root)):.2f} s")
    with tempfile.TemporaryDirectory() as name:
        root = a_hub_root(Path(name))
        write(root, **{f"page{n}": a_page(SLEEP.format(n), en=None) for n in range(PAGES)})
        one = _timed(lambda: _verify(root, "--fresh", "--jobs", "1"))
        two = _timed(lambda: _verify(root, "--fresh", "--jobs", "2"))
        print(
            f"verify: {PAGES} sleeping pages one at a time {one:.1f} s, two at a time {two:.1f} s, "
            f"{one / two:.2f} times the throughput"
        )
    with tempfile.TemporaryDirectory() as name:
        make_hub_root(Path(name))
        for threads in ({}, {"OMP_NUM_THREADS": "1"}):
            _detectors(Path(name), threads)


def _detectors(root: Path, threads: Mapping[str, str]) -> None:
    """Print what two detection pages at a time cost a page: by the clock where they share cores, of the processor where
    their threads or their memory get in each other's way."""
    (alone, work), (beside, shared) = (_cost(root, jobs, threads) for jobs in ("1", "2"))
    how = ", ".join(f"{name}={value}" for name, value in threads.items()) or "threads as the libraries have them"
    print(
        f"verify: {len(DETECTORS)} detection pages of the zoo, {how}: "
        f"one at a time {alone:.1f} s each and {work:.1f} s of the processor in all, "
        f"two at a time {beside:.1f} s each and {shared:.1f} s: "
        f"{beside / alone:.2f} times as long, {shared / work:.2f} times the work"
    )


def _cost(root: Path, jobs: str, environ: Mapping[str, str]) -> tuple[float, float]:
    """Seconds that a page takes by the clock, and those of the processor that all take."""
    # What runs in bubblewrap is not counted as work of its descendants.
    options = ["--assets", "replay", "--fresh", "--jobs", jobs, "--sandbox", "none", "--format", "json"]
    before = os.times()
    told = json.loads(_verify(root, *map(str, DETECTORS), *options, **environ))
    after = os.times()
    work = after.children_user - before.children_user + after.children_system - before.children_system
    return sum(run["seconds"] for run in told["runs"]) / len(told["runs"]), work


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _script(folder: Path, code: str) -> None:
    path = folder / "script.py"
    path.write_text(code, encoding="utf-8")
    subprocess.run([str(KERNEL_PYTHON), str(path)], check=True, capture_output=True, cwd=folder)


def _verify(root: Path, *options: str, **environ: str) -> bytes:
    command = [sys.executable, "-m", "generator", "-C", str(root), "verify", "--variants", "none", *options]
    environ = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"} | environ
    return subprocess.run(command, check=True, capture_output=True, cwd=HUB, env=environ).stdout
