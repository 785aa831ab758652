"""Folders that a stranger's code wrote in are deleted, and nothing else is."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from generator.files import remove_tree, temporary_folder, write_new

_DEEP = """
import os, sys
os.chdir(sys.argv[1])
for _ in range(int(sys.argv[2])):
    os.mkdir("deep")
    os.chdir("deep")
open("file", "w").close()
"""


def test_folder_of_any_depth_is_deleted(tmp_path: Path) -> None:
    """Deeper than Python recurses, and than a path may be long."""
    with temporary_folder("hub-test-", tmp_path) as folder:
        subprocess.run([sys.executable, "-c", _DEEP, folder, "5000"], check=True)
    assert list(tmp_path.iterdir()) == []


def test_links_are_deleted_and_not_followed(tmp_path: Path) -> None:
    """Neither what they lead to, nor its mode."""
    (tmp_path / "mine").mkdir(mode=0o500)
    (tmp_path / "folder" / "deep" / "deeper").mkdir(parents=True)
    for place in ("link", "deep/link", "deep/deeper/link"):
        (tmp_path / "folder" / place).symlink_to(tmp_path / "mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    remove_tree(tmp_path / "folder")
    remove_tree(tmp_path / "link")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "mine"]
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o500


def test_what_is_read_only_is_deleted(tmp_path: Path) -> None:
    """Files, folders, and folders in folders, with nothing allowed to anybody, and a pipe."""
    folder = tmp_path / "folder"
    inner = folder / "one" / "two" / "three"
    inner.mkdir(parents=True)
    os.mkfifo(inner / "pipe")
    for path in (inner / "file", folder / "one" / "file", folder / "file"):
        path.write_text("x", encoding="utf-8")
    for path in (inner / "file", inner, inner.parent, folder / "one", folder):
        path.chmod(0)
    remove_tree(folder)
    assert not folder.exists()


def test_a_new_file_takes_nobodys_place(tmp_path: Path) -> None:
    """Be it a file, a folder or a link to nowhere; and nothing is left beside it."""
    assert write_new(tmp_path / "new", "text")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    assert not [name for name in ("new", "folder", "link") if write_new(tmp_path / name, "other")]
    assert (tmp_path / "new").read_text() == "text"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link", "new"]
