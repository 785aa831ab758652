"""Packages for one kernel alone: what pip puts where, and what a mended page is seen to run with."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.evidence.keeping import read_evidence
from generator.mending.applying import applied
from generator.mending.distributions import DISTRIBUTIONS
from generator.mending.guard import objection_to_install
from generator.model.mending import Candidate
from generator.running.packages import PackageError, install
from generator.running.probe import probe
from generator.scripts.planning import plan
from tests.kernels import KERNEL_PYTHON, a_hub_root, hubpages
from tests.mending.wheels import write_wheels
from tests.pages import a_page, read, write
from tests.zoo.archive import write_archive

USE = """
import easydict
print(easydict.EasyDict(size=224).size)
try:
    open(easydict.__file__, "a")
except OSError as error:
    print(error.strerror)
"""
INSTALL = "\n```bash\npip install MegEngine\n```\n"
PAGE = a_page(USE, zh=INSTALL, en=INSTALL)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of wheels, the only ones that pip finds."""
    folder = tmp_path / "wheels"
    for name, value in write_wheels(folder).items():
        monkeypatch.setenv(name, value)
    yield folder


def test_only_what_the_environment_lacks_is_installed(wheels: Path, tmp_path: Path) -> None:
    """With what it needs itself, in a folder of its own; the environment is not touched."""
    environment = probe(KERNEL_PYTHON, "cpu")
    found = install(["termcolor"], KERNEL_PYTHON, environment, tmp_path / "packages")
    assert found.versions == {"termcolor": "9.0", "tomli": "9.0"}
    assert {path.name for path in found.folder.iterdir()} >= {"termcolor.py", "tomli.py"}
    assert not list(found.folder.glob("numpy*"))
    assert probe(KERNEL_PYTHON, "cpu") == environment
    assert [path.name for path in (tmp_path / "packages").iterdir()] == [found.folder.name]


def test_what_was_installed_before_is_found_again(wheels: Path, tmp_path: Path) -> None:
    """Without pip, and by the environment that it is for."""
    environment = probe(KERNEL_PYTHON, "cpu")
    found = install(["easydict"], KERNEL_PYTHON, environment, tmp_path / "packages")
    for path in wheels.iterdir():
        path.unlink()
    assert install(["easydict"], KERNEL_PYTHON, environment, tmp_path / "packages") == found
    with pytest.raises(PackageError, match="easydict"):
        install(
            ["easydict"],
            KERNEL_PYTHON,
            probe(KERNEL_PYTHON, "a GPU").__class__("3.9", {}, "cpu"),
            tmp_path / "packages",
        )


def test_nothing_that_the_environment_has_is_replaced(wheels: Path, tmp_path: Path) -> None:
    """A package that needs another NumPy cannot be had, and nothing is left of the attempt."""
    with pytest.raises(PackageError, match=r"pip cannot install it: Cannot install.* conflicting dependencies"):
        install(["einops"], KERNEL_PYTHON, probe(KERNEL_PYTHON, "cpu"), tmp_path / "packages")
    assert list((tmp_path / "packages").iterdir()) == []


def test_nothing_is_built(wheels: Path, tmp_path: Path) -> None:
    """The setup.py of a source distribution would run here."""
    (wheels / "yacs-1.0.tar.gz").write_bytes(b"no archive at all")
    with pytest.raises(PackageError, match="requirement yacs"):
        install(["yacs"], KERNEL_PYTHON, probe(KERNEL_PYTHON, "cpu"), tmp_path / "packages")


@pytest.mark.parametrize("sandbox", ["bwrap", "none"])
def test_mended_page_is_seen_to_run_with_the_package(wheels: Path, tmp_path: Path, sandbox: str) -> None:
    """Its evidence names the package among those of the environment, and the kernel cannot write to it in a sandbox."""
    root = a_hub_root(tmp_path)
    write(root, one=PAGE)
    options = ["--sandbox", sandbox]
    called = hubpages("mend", *options, "--write", "--format", "json", cwd=root)
    assert called.status == 0, called.err
    assert (root / "hub_pages" / "one.md").read_text() == PAGE.replace(
        "pip install MegEngine", "pip install MegEngine easydict"
    )
    assert "its `-m pip install easydict` adds what is missing" in called.err
    (page,) = called.json["pages"]
    (step,) = page["steps"]
    told = [output["data"] for output in step["run"]["snippets"][1]["outputs"]]
    assert told == ["224\nRead-only file system\n" if sandbox == "bwrap" else "224\n"]
    kept, _ = read_evidence([root / ".hub" / "evidence"])
    passed = [run.environment.packages.get("easydict") for run in kept["one"] if run.verdict == "passed"]
    assert passed == ["9.0"]
    again = hubpages("-C", root, "verify", *options)
    assert (again.status, "No module named 'easydict'" in again.err) == (1, True)


def test_languages_of_their_own_have_their_own_lines(wheels: Path, tmp_path: Path) -> None:
    """What the readers of one language are told to install, those of the other must be told as well."""
    root = a_hub_root(tmp_path)
    write(
        root, one=a_page(USE, zh=INSTALL, en=INSTALL, english_snippets=[USE + "print(1)"]), two=a_page(USE, zh=INSTALL)
    )
    called = hubpages("-C", root, "mend", "--format", "json")
    one, two = called.json["pages"]
    assert (one["text"].count("pip install MegEngine easydict"), one["unmended"]) == (2, [])
    assert (two["steps"], two["text"]) == ([], (root / "hub_pages" / "two.md").read_text())
    kept, _ = read_evidence([root / ".hub" / "evidence"])
    assert {run.verdict for run in kept["one"]} == {"failed"}  # no page that is there asks for the package


HUBCONF = """
import easydict
import megengine as mge


@mge.hub.pretrained("https://data.cases.example/net.pkl")
def net():
    return mge.module.Linear(2, 3)
"""


def test_stand_ins_are_made_with_the_package(wheels: Path, tmp_path: Path) -> None:
    """A repository whose code needs the package gives no weights without it."""
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "hubconf.py").write_text(HUBCONF)
    (tmp_path / "hub").mkdir()
    root = a_hub_root(tmp_path / "hub")
    write_archive(tmp_path / "repository", tmp_path / "master.zip")
    url = "https://github.com/needs/models/archive/master.zip"
    assert hubpages("-C", root, "assets", "add", url, tmp_path / "master.zip").status == 0
    sample = 'from megengine import hub\nmodel = hub.load("needs/models", "net", pretrained=True)'
    write(root, one=a_page("print(type(model).__name__)", sample=sample, zh=INSTALL, en=INSTALL))
    called = hubpages("-C", root, "mend", "--assets", "replay", "--weights", "standin", "--format", "json")
    (page,) = called.json["pages"]
    assert (called.status, page["unmended"]) == (0, []), called.err
    assert [step["repair"] for step in page["steps"]] == ["missing-package"]
    assert page["steps"][0]["run"]["weights"] == "standin"


@pytest.mark.parametrize(
    "name", ["evil", "easydict evil", "easydict\n", "-r x", "easydict; rm -r /", "easydict==1", ""]
)
def test_nothing_else_is_installed(name: str) -> None:
    """Whatever a repair asks for: what is not on the list of known packages is refused."""
    assert objection_to_install(name)
    if name:
        page = read(PAGE)
        change = applied(page, plan([page])[0], Candidate((), "install", install=name))
        assert (change.text, bool(change.objection)) == (PAGE, True)


def test_list_holds_no_modules_of_python() -> None:
    """And each is a distribution as pip takes it."""
    assert not set(DISTRIBUTIONS) & set(sys.stdlib_module_names)
    assert all(name.replace("-", "").replace("_", "").isalnum() for name in DISTRIBUTIONS.values())
