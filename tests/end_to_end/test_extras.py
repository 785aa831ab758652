"""hubpages installed without its extras: what can be done is done, the rest says what is missing."""

from pathlib import Path

import pytest

from generator.scaffolding import without_marks
from tests.kernels import hubpages
from tests.pages import a_page, write

OF_VERIFY = ("jupyter_client", "mitmproxy", "nbclient", "nbformat", "psutil", "rich", "zmq", "IPython")

# Python runs it as it starts: these packages are then as if nobody had installed them.
WITHOUT = """\
import sys


class Missing:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Missing)
"""


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """A folder for PYTHONPATH that leaves every extra out."""
    names = repr((*OF_VERIFY, "watchfiles"))
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sitecustomize.py").write_text(WITHOUT.format(names=names), encoding="utf-8")
    return str(tmp_path / "python")


@pytest.mark.parametrize(
    ("command", "missing", "extra"),
    [
        ("verify", "psutil", "verify"),
        ("verify --assets replay --weights standin", "psutil", "verify"),
        ("verify --executor ray", "psutil", "verify"),
        ("serve --port 0", "watchfiles", "serve"),
    ],
)
def test_missing_extra_is_named(tmp_path: Path, bare: str, command: str, missing: str, extra: str) -> None:
    """In one sentence, with what installs it; nothing was begun."""
    write(tmp_path, org_vision_tiny=a_page("print(1)"))
    called = hubpages(*command.split(), cwd=tmp_path, PYTHONPATH=bare)
    todo = f"`pip install 'hubpages[{extra}]'` installs it"
    assert called.status == 3
    assert called.err == f"hubpages: this needs {missing}, which is not installed here: {todo}\n"
    assert not (tmp_path / ".hub").exists()


@pytest.mark.parametrize("missing", ["nbclient", "nbformat"])
def test_what_workers_miss_is_named_before_one_starts(tmp_path: Path, missing: str) -> None:
    """Where the rest of the extra is there: the process that starts them loads neither."""
    (tmp_path / "sitecustomize.py").write_text(WITHOUT.format(names=(missing,)), encoding="utf-8")
    write(tmp_path, org_vision_tiny=a_page("print(1)"))
    called = hubpages("verify", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert called.status == 3
    assert called.err.startswith(f"hubpages: this needs {missing}, which is not installed here: ")


@pytest.mark.parametrize(
    "command", ["check", "build --no-search", "rules", "schema", "verify --help", "assets list", "assets verify"]
)
def test_what_needs_no_extra_works_without(tmp_path: Path, bare: str, command: str) -> None:
    """Pages are begun, checked and rendered."""
    assert hubpages("new", "megengine_vision_tiny", cwd=tmp_path, PYTHONPATH=bare).status == 0
    page = tmp_path / "hub_pages" / "megengine_vision_tiny.md"
    page.write_text(without_marks(page.read_text(encoding="utf-8")), encoding="utf-8")
    called = hubpages(*command.split(), cwd=tmp_path, PYTHONPATH=bare)
    assert called.status == 0, called.err


def test_program_that_is_not_whole_is_no_missing_extra(tmp_path: Path) -> None:
    """A package that every command needs is a fault of the installation, and shown as Python shows it."""
    (tmp_path / "sitecustomize.py").write_text(WITHOUT.format(names=("msgspec",)), encoding="utf-8")
    with pytest.raises(AssertionError, match="No module named 'msgspec'"):
        hubpages("check", cwd=tmp_path, PYTHONPATH=str(tmp_path))
