"""What `hubpages verify` costs beside the code itself, and what two scripts at a time gain."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.kernels import KERNEL_PYTHON, a_hub_root
from tests.pages import a_page, write

PAGES = 6
CODE = "import megengine\nprint(megengine.tensor([1.0, {}]).numpy().sum())"
SLEEP = "import time\ntime.sleep(3)\nprint({})"


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


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _script(folder: Path, code: str) -> None:
    path = folder / "script.py"
    path.write_text(code, encoding="utf-8")
    subprocess.run([str(KERNEL_PYTHON), str(path)], check=True, capture_output=True, cwd=folder)


def _verify(root: Path, *options: str) -> None:
    command = [sys.executable, "-m", "generator", "-C", str(root), "verify", "--variants", "none", *options]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])
