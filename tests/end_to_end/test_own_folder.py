"""`verify` from where a user stands: in the hub's own folder, with relative paths, defaults and no options."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernels import KERNEL_PYTHON, hubpages
from tests.pages import a_page, write

needs_bwrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="no bubblewrap")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub as the README has it: its kernel environment is in its folder, and hub.toml says nothing of that."""
    folder = tmp_path / "hub"
    folder.mkdir()
    (folder / ".venv-megengine").symlink_to(KERNEL_PYTHON.parents[1])
    write(folder, one=a_page("import sys\nprint(sys.prefix)"))
    return folder


@pytest.mark.parametrize("sandbox", [pytest.param("bwrap", marks=needs_bwrap), "none"])
def test_verify_runs_in_the_hubs_own_folder(hub: Path, sandbox: str) -> None:
    """However the folder is named; evidence names no path of the machine."""
    for number, (options, cwd) in enumerate(
        [((), hub), (("-C", "."), hub), (("-C", "../hub"), hub), (("-C", "hub"), hub.parent)]
    ):
        called = hubpages(*options, "verify", "--sandbox", sandbox, "--fresh", cwd=cwd)
        assert called.status == 0, (number, called.err)
        assert "1 script run: 1 passed" in called.err
    (kept,) = (hub / ".hub" / "evidence").glob("*.json")
    assert str(hub) not in kept.read_text(encoding="utf-8")


def test_interpreter_may_lie_beside_the_hub(hub: Path) -> None:
    """A path of hub.toml counts from the hub's folder, upwards too, whatever the folder is called by."""
    (hub / ".venv-megengine").rename(hub.parent / "environment")
    (hub / "hub.toml").write_text('[kernel]\npython = "../environment/bin/python"\n', encoding="utf-8")
    elsewhere = hub.parent / "elsewhere" / "deep"
    elsewhere.mkdir(parents=True)
    (elsewhere / "link").symlink_to(hub)
    assert hubpages("-C", "link", "verify", cwd=elsewhere).status == 0
    assert hubpages("-C", hub.parent / "elsewhere" / ".." / "hub", "verify", "--fresh").status == 0


def test_folder_called_generator_is_none_of_ours(hub: Path) -> None:
    """Whoever keeps a package of that name in the hub's folder does not have it run in place of hubpages."""
    (hub / "generator").mkdir()
    (hub / "generator" / "__init__.py").write_text("raise SystemExit('this is somebody else')\n")
    command = [str(Path(sys.executable).with_name("hubpages")), "verify", "--assets", "replay"]
    done = subprocess.run(command, cwd=hub, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 script run: 1 passed" in done.stderr
