"""A framework is added by one file, and by a folder of cases that say how its pages are judged."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.kernels import ROOT, Called, beside_kernel

MADE_UP = Path(__file__).parent / "madeup"
CASES = tomllib.loads((MADE_UP / "cases" / "expected.toml").read_text(encoding="utf-8"))
ARCHIVE = "https://github.com/tiny/models/archive/refs/heads/trunk.zip"


class Program:
    """hubpages with one more file, and a hub whose pages are for the framework that it is about."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(ROOT / "generator", folder / "program" / "generator")
        shutil.copytree(ROOT / "templates", folder / "program" / "templates")
        shutil.copyfile(MADE_UP / "framework.py", folder / "program" / "generator" / "frameworks" / "tinynet.py")
        self.program, self.hub = folder / "program", folder / "hub"
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

    def call(self, *arguments: str) -> Called:
        """The program, in the hub's folder."""
        done = subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.hub,
            env={**os.environ, "PYTHONPATH": str(self.program)},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        return Called(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """One for all tests here."""
    return Program(tmp_path_factory.mktemp("third"))


@pytest.fixture(scope="module")
def verified(program: Program) -> Called:
    """What came of all cases."""
    return program.call("verify", "--format", "json", "--sandbox", "none")


@pytest.mark.parametrize("name", CASES)
def test_page_gets_its_verdict(verified: Called, name: str) -> None:
    """Run with stand-ins of its own repository, and judged like any other."""
    run = verified.run_of(name)
    assert {"verdict": run["verdict"], **({"cause": run["cause"]} if run["cause"] else {})} == CASES[name], verified.err


def test_run_says_what_it_ran_on(verified: Called) -> None:
    """The framework by its own name, what was measured as it measures, and what it lacks."""
    assert "TinyNet 1.0, Python 3.10" in verified.err
    run = verified.run_of("passes")
    assert (run["environment"]["framework"], run["facts"]["parameters"]) == ("tinynet", 6)
    assert run["snippets"][1]["outputs"][0]["data"] == "(4, 3)\n"
    assert "none that TinyNet can use" in verified.run_of("needs_a_gpu")["snippets"][1]["reason"]


def test_check_knows_its_hub_and_its_imports(program: Program) -> None:
    """Entries of its repositories, and what its names stand for."""
    called = program.call("check", "hub_pages/names_no_entry.md", "hub_pages/forgets_an_import.md")
    assert "'lime' is not an entry of tiny/models: did you mean line?" in called.out
    assert "tinynet is not defined: add import tinynet" in called.out


def test_new_page_is_for_it(program: Program) -> None:
    """With its own sample, whose code runs as it stands."""
    called = program.call("new", "tiny_vision_line", "--title", "Line", "--tags", "vision")
    assert called.status == 0, called.err
    assert 'hub.load("tiny/models", "line")' in (program.hub / "hub_pages" / "tiny_vision_line.md").read_text()
    run = program.call("verify", "hub_pages/tiny_vision_line.md", "--format", "json", "--sandbox", "none").run_of(
        "tiny_vision_line"
    )
    assert (run["verdict"], run["snippets"][1]["outputs"][0]["data"]) == ("passed", "(1, 3)\n")


def test_card_says_what_it_ran_on(program: Program, verified: Called) -> None:
    """The site knows the framework by the same file."""
    assert program.call("build", "--no-search").status in (0, 1)
    card = (program.hub / "site" / "en" / "models" / "passes" / "index.html").read_text(encoding="utf-8")
    assert "TinyNet 1.0, Python 3.10" in card
