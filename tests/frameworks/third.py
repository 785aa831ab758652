"""hubpages with a framework that is nowhere but in these tests, and a hub of its pages."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from zipfile import ZipFile

from tests.kernels import ROOT, Called, beside_kernel

MADE_UP = Path(__file__).parent / "madeup"
CASES = tomllib.loads((MADE_UP / "cases" / "expected.toml").read_text(encoding="utf-8"))
ARCHIVE = "https://github.com/tiny/models/archive/refs/heads/trunk.zip"


class Program:
    """hubpages with one more file, and a hub whose pages are for the framework that it is about."""

    def __init__(self, folder: Path, environ: Mapping[str, str] = MappingProxyType({})) -> None:
        """Args: environ: variables of all its calls."""
        shutil.copytree(ROOT / "generator", folder / "program" / "generator")
        shutil.copytree(ROOT / "templates", folder / "program" / "templates")
        shutil.copyfile(MADE_UP / "framework.py", folder / "program" / "generator" / "frameworks" / "tinynet.py")
        self.program, self.hub = folder / "program", folder / "hub"
        self.environ = {**os.environ, **environ, "PYTHONPATH": str(self.program)}
        (self.hub / "hub_pages").mkdir(parents=True)
        settings = 'framework = "tinynet"\n[verify]\nassets = "replay"\nweights = "standin"\n'
        (self.hub / "hub.toml").write_text(settings, encoding="utf-8")
        self._install(self.hub / ".venv-tinynet")
        for name in CASES:
            shutil.copy(MADE_UP / "cases" / f"{name}.md", self.hub / "hub_pages")
        with ZipFile(folder / "models.zip", "w") as archive:
            archive.write(MADE_UP / "hubconf.py", "models-trunk/hubconf.py")
        assert self.call("assets", "add", ARCHIVE, str(folder / "models.zip")).status == 0

    def _install(self, environment: Path) -> None:
        beside_kernel(environment)
        (packages,) = environment.glob("lib/python*/site-packages")
        shutil.copytree(MADE_UP / "tinynet", packages / "tinynet")
        (packages / "tinynet-1.0.dist-info").mkdir()
        (packages / "tinynet-1.0.dist-info" / "METADATA").write_text("Name: tinynet\nVersion: 1.0\n")

    def call(self, *arguments: str, **environ: str) -> Called:
        """The program, in the hub's folder."""
        with self.start(*arguments, **environ) as process:
            out, err = process.communicate()
        return Called(process.returncode, out, err)

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """The same, of which nobody waits for the end."""
        return subprocess.Popen(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.hub,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
