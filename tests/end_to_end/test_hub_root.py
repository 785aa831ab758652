"""Where the hub is, where its pages are, and how both are named to whoever stands somewhere in it."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernels import ROOT, hubpages
from tests.pages import a_page, write

PROGRAM = Path(sys.executable).with_name("hubpages")
BROKEN = a_page(tags=["vison"])


def called_as(command: list[str | Path], cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A command line as it is typed."""
    return subprocess.run(command, cwd=cwd, env=os.environ | environ, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub with one page, whose tag is unknown, and a folder below it."""
    write(tmp_path, org_vision_tiny=BROKEN)
    (tmp_path / "notes" / "old").mkdir(parents=True)
    return tmp_path


def test_hub_is_looked_for_upwards(hub: Path) -> None:
    """The nearest folder with hub.toml or pages; what is found is named from where one stands."""
    for folder, path in (("", "hub_pages"), ("notes/old", "../../hub_pages"), ("hub_pages", "../hub_pages")):
        said = hubpages("check", cwd=hub / folder).out
        assert f"{path}/org_vision_tiny.md:" in said
        assert "unknown tag" in said


def test_nearest_hub_wins_and_its_settings_hold_below(hub: Path) -> None:
    """A folder with hub.toml is a hub, also without pages; -C names another."""
    (hub / "hub.toml").write_text('title = "Outer"\n[rules]\nunknown-tag = "warning"\n', encoding="utf-8")
    assert ": warning: unknown tag" in hubpages("check", cwd=hub / "notes").out
    (hub / "notes" / "hub.toml").touch()
    called = hubpages("check", cwd=hub / "notes" / "old")
    assert (called.status, str(hub / "notes" / "hub_pages") in called.err) == (2, True)
    assert "unknown tag" in hubpages("-C", hub, "check", cwd=hub / "notes" / "old").out


def test_paths_are_those_of_whoever_types_them(hub: Path) -> None:
    """The hub's settings hold for them all the same."""
    (hub / "hub.toml").write_text('[rules]\nunknown-tag = "warning"\n', encoding="utf-8")
    (hub / "notes" / "org_vision_draft.md").write_text(BROKEN, encoding="utf-8")
    assert (
        "org_vision_draft.md:8:1: warning: unknown" in hubpages("check", "org_vision_draft.md", cwd=hub / "notes").out
    )


@pytest.mark.parametrize("command", ["check", "build", "verify", "assets standin"])
def test_folder_without_a_hub_says_what_was_looked_for(tmp_path: Path, command: str) -> None:
    """And what to do, whatever was asked."""
    called = hubpages(*command.split(), cwd=tmp_path)
    assert called.status == 2
    assert called.err.splitlines()[-1] == (
        f"hubpages: no hub here: there is no folder {tmp_path / 'hub_pages'}: go to a hub, name one with "
        "`hubpages -C DIR`, or begin one with `hubpages init`"
    )


def test_pages_may_be_in_another_folder(tmp_path: Path) -> None:
    """`new` writes there, `check` reads there, and cards link there."""
    settings = 'repository = "https://github.com/acme/hub"\n[pages]\nfolder = "docs/models"\n'
    (tmp_path / "hub.toml").write_text(settings, encoding="utf-8")
    assert hubpages("new", "megengine_vision_tiny", cwd=tmp_path).status == 0
    assert sorted(path.name for path in (tmp_path / "docs/models").iterdir()) == [
        "hub1.schema.json",
        "megengine_vision_tiny.md",
    ]
    called = hubpages("check", cwd=tmp_path / "docs/models")
    assert "1 page read" in called.err
    assert all(line.endswith("(placeholder)") for line in called.out.splitlines())
    assert hubpages("build", "--no-search", cwd=tmp_path / "docs").status == 0
    card = (tmp_path / "site/zh/models/megengine_vision_tiny/index.html").read_text(encoding="utf-8")
    assert "https://github.com/acme/hub/edit/main/docs/models/megengine_vision_tiny.md" in card


def test_command_to_type_next_is_one_that_runs_where_this_one_did(tmp_path: Path) -> None:
    """By its name where PATH leads to this program, else as it was called."""
    link = tmp_path / "programs"
    link.symlink_to(PROGRAM.parent)
    module = [sys.executable, "-m", "generator"]
    called: list[tuple[list[str | Path], Path, str, str]] = [
        ([PROGRAM], tmp_path, os.defpath, str(PROGRAM)),
        ([link / PROGRAM.name], tmp_path, os.defpath, "programs/hubpages"),
        (["programs/hubpages"], tmp_path, os.defpath, "programs/hubpages"),
        (["hubpages"], tmp_path, f"{PROGRAM.parent}{os.pathsep}{os.defpath}", "hubpages"),
        ([*module, "-C", str(tmp_path)], ROOT, os.defpath, shlex.join([*module, "-C", str(tmp_path)])),
    ]
    for number, (command, cwd, path, begins) in enumerate(called):
        done = called_as([*command, "new", f"megengine_vision_net{number}"], cwd, PATH=path)
        _, said, typed = done.stderr.rstrip().rpartition("then: ")
        assert said, done.stderr
        words = shlex.split(typed.replace(".venv/bin/python", sys.executable) if "-m" in command else typed)
        assert words[: len(shlex.split(begins))] == shlex.split(begins)
        then = called_as(shlex.split(typed), cwd, PATH=path)
        assert then.returncode == 1  # it tells of what only the author can write
        assert all(line.endswith("(placeholder)") for line in then.stdout.splitlines())
