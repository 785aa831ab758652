"""The Makefile on a fresh clone: what programs read is not mixed with what setting up says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernels import ROOT, a_hub_root
from tests.typed import without_make

# In place of a Python that downloads: it says more than pip does, and leaves what pip would.
TALKER = """\
#!/bin/sh
echo noise
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *install*) cp "$(dirname "$0")/../../hubpages" "$(dirname "$0")/hubpages" ;;
esac
"""


# The program, but for what would download.
HUBPAGES = f"""\
#!/bin/sh
case "$1" in
    kernel) echo noise && mkdir -p .venv-megengine && touch .venv-megengine/.ready ;;
    *) exec {sys.executable} -m generator "$@" ;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A hub with this Makefile and nothing set up."""
    a_hub_root(tmp_path)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "environments", tmp_path / "environments")
    talker = tmp_path / "talker"
    for path, text in ((talker, TALKER), (tmp_path / "hubpages", HUBPAGES)):
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    (tmp_path / "environments" / "find-python.sh").write_text(f"#!/bin/sh\necho {talker}\n", encoding="utf-8")
    return tmp_path


def make(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`make` with these words, by itself and not by another make."""
    command = ["make", *words]
    return subprocess.run(command, cwd=clone, env=without_make(), capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize("target", ["check", "verify"])
def test_standard_output_is_the_programs_alone(clone: Path, target: str) -> None:
    """On a fresh clone, when a requirement changes, and when everything is set up."""
    for expected in (True, True, False):
        done = make(clone, target, "ARGS=--format sarif")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["version"] == "2.1.0"
        assert ("noise" in done.stderr) == expected
        if (clone / ".venv" / ".second").exists():
            continue
        (clone / ".venv" / ".second").touch()
        for path in (clone / ".venv").glob(".ready-*"):
            os.utime(path, (0, 0))


def test_interrupted_setting_up_is_done_again(clone: Path) -> None:
    """A stamp is made last, of each environment and each extra."""
    talker = clone / "talker"
    talker.write_text(TALKER.replace("*install*)", '*"[verify]"*) exit 1 ;;\n    *install*)'), encoding="utf-8")
    assert make(clone, "verify").returncode == 2
    assert [path.name for path in (clone / ".venv").glob(".ready-*")] == [".ready-site"]


def test_new_without_an_id_says_how_it_is_called(clone: Path) -> None:
    """In make's own words: there the id is a variable."""
    done = make(clone, "new")
    assert done.returncode == 2
    assert "which page? make new ID=megengine_vision_resnet" in done.stderr
    assert done.stdout == ""


def test_every_target_is_told_of(clone: Path) -> None:
    """And what make does to exit statuses."""
    told = make(clone, "help").stdout
    phony = [
        line.split()[1] for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if ".PHONY" in line
    ]
    assert len(phony) >= 13
    assert [name for name in phony if f"make {name}" not in told] == []
    assert "make ends with 2 whatever went wrong" in told
