"""hubpages as `pip install` leaves it: in an environment of its own, from the wheel, with nothing of this checkout."""

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from tests.kernels import ROOT, Called

_OF_TESTS = ("PYTHONPATH", "VIRTUAL_ENV", "PYTEST", "COV_")


@dataclass(frozen=True)
class Wheel:
    """A wheel of this checkout, and an environment with it."""

    file: Path
    environment: Path

    @property
    def program(self) -> Path:
        """What a user calls."""
        return self.environment / "bin" / "hubpages"

    def call(self, *words: str | Path, cwd: Path) -> Called:
        """Run it to its end, in a folder."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith(_OF_TESTS)}
        done = subprocess.run(
            [self.program, *map(str, words)], capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environ
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Called(done.returncode, done.stdout, done.stderr)


def install_wheel(folder: Path) -> Wheel:
    """Build the wheel and install it; what it needs is taken from the environment of the tests."""
    python = folder / "environment" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet"]
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (wheel,) = folder.glob("hubpages-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", python.parents[1]], check=True)
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    # A path file is read in the environment's own folder alone: the one that leads to this checkout is not.
    (packages / "needs.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    (python.parent / "typos").symlink_to(Path(sys.executable).parent / "typos")  # a program, and no module
    return Wheel(wheel, python.parents[1])
