"""hubpages with pins of small wheels in the place of its own, so that an environment is made in seconds."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.kernels import KERNEL_PYTHON, ROOT, Called
from tests.mending.wheels import write_wheel

BUILD, PINNED = "megengine-build.txt", "megengine.txt"
BASE = Path(os.path.realpath(KERNEL_PYTHON))
"""The Python of the kernel environment, by which a kernel environment can be made."""


class Program:
    """A copy of hubpages, a folder of wheels that is all that pip and uv find, and a hub."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wheels, self.hub = folder, folder / "wheels", folder / "hub"
        shutil.copytree(ROOT / "generator", folder / "generator", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "environments").mkdir()
        shutil.copy(ROOT / "environments" / "find-python.sh", folder / "environments")
        for place in (self.wheels, self.hub, folder / "bin"):
            place.mkdir()
        (self.hub / "hub.toml").write_text("")
        for name in ("easydict", "termcolor", "einops", "wheel"):
            write_wheel(self.wheels, name, "")
        self._copy_seeds()
        (folder / "bin" / "python3.10").symlink_to(BASE)
        self.pin(BUILD, "easydict")
        self.pin(PINNED, "termcolor")

    def _copy_seeds(self) -> None:
        """What uv begins an environment with."""
        question = "import ensurepip, pathlib; print(pathlib.Path(ensurepip.__file__).parent)"
        place = subprocess.run([BASE, "-c", question], capture_output=True, text=True, check=True).stdout.strip()
        for folder in (Path(place) / "_bundled", Path("/usr/share/python-wheels")):
            for path in folder.glob("*.whl"):
                shutil.copy(path, self.wheels)

    def with_uv(self) -> "Program":
        """The same with uv on PATH: it is much quicker."""
        (self.folder / "bin" / "uv").symlink_to(Path(sys.executable).parent / "uv")
        return self

    @property
    def place(self) -> Path:
        """The hub's kernel environment."""
        return self.hub / ".venv-megengine"

    def pin(self, file: str, *names: str) -> None:
        """Let a file of the program pin these, with their hashes; of one that is no wheel, some hash."""
        wheels = {name: self.wheels / f"{name}-9.0-py3-none-any.whl" for name in names}
        digests = {
            name: hashlib.sha256(wheel.read_bytes() if wheel.exists() else b"").hexdigest()
            for name, wheel in wheels.items()
        }
        text = "".join(f"{name}==9.0 \\\n    --hash=sha256:{digest}\n" for name, digest in digests.items())
        (self.folder / "environments" / file).write_text(text, encoding="utf-8")

    def environ(self, **more: str) -> Mapping[str, str]:
        """Neither an index nor settings of this machine; uv is called only where it is on PATH."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "VIRTUAL"))}
        found = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        found |= {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(self.wheels), "UV_NO_CONFIG": "1", "UV_OFFLINE": "1"}
        found |= {"UV_CACHE_DIR": str(self.folder / "uv-cache")}
        return {**kept, **found, "PATH": f"{self.folder / 'bin'}{os.pathsep}{kept['PATH']}", **more}

    def command(self, *words: str) -> list[str]:
        """The program by its words."""
        return [sys.executable, "-m", "generator", "-C", str(self.hub), *words]

    def call(self, *words: str, **environ: str) -> Called:
        """Run it to its end."""
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, cwd=self.folder, env=self.environ(**environ)
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Called(done.returncode, done.stdout, done.stderr)

    def module(self, name: str) -> Path:
        """The module of one of the wheels in the environment."""
        (packages,) = self.place.glob("lib/python*/site-packages")
        return packages / f"{name}.py"
