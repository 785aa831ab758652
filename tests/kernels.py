"""The kernel environment, and the command line called as a user calls it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

ROOT = Path(__file__).parents[1]
KERNEL_PYTHON = ROOT / ".venv-megengine" / "bin" / "python"


@dataclass(frozen=True)
class Called:
    """What a call of the command line came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)

    def run_of(self, page: str) -> dict[str, Any]:
        """The only run of this page in the JSON."""
        (run,) = [run for run in self.json["runs"] if run["page"] == page]
        return dict(run)


def hubpages(*arguments: str | Path, cwd: Path | None = None, before: Sequence[str] = (), **environ: str) -> Called:
    """`hubpages` in a process of its own, started by what comes before it."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "generator", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd or ROOT,
        env={**os.environ, **environ},
    )
    assert "Traceback (most recent call last)" not in done.stderr.replace("│", ""), done.stderr
    return Called(done.returncode, done.stdout, done.stderr)


def a_hub_root(folder: Path, **limits: float) -> Path:
    """A hub without pages whose snippets run in the kernel environment."""
    assert KERNEL_PYTHON.exists(), "the kernel environment is missing: `make test` sets it up"
    settings = {"kernel": {"python": str(KERNEL_PYTHON)}, "limits": limits}
    (folder / "hub.toml").write_text(tomli_w.dumps(settings), encoding="utf-8")
    (folder / "hub_pages").mkdir(exist_ok=True)
    return folder


def beside_kernel(folder: Path) -> Path:
    """A kernel environment that has all of the real one, and what a test puts before it; its interpreter."""
    base = os.path.realpath(KERNEL_PYTHON)
    subprocess.run([base, "-m", "venv", "--without-pip", folder], check=True)
    (own,) = folder.glob("lib/python*/site-packages")
    (others,) = KERNEL_PYTHON.parents[1].glob("lib/python*/site-packages")
    (own / "others.pth").write_text(f"{others}\n")
    return folder / "bin" / "python"
