"""A fresh clone of this checkout, as somebody has it who has just called make for the first time."""

import os
import shutil
import subprocess
from pathlib import Path

from generator.assets.lock import read_lock
from generator.assets.store import Store
from tests import zoo
from tests.kernels import ROOT

_ENVIRONMENTS = ("megengine.txt", "megengine-build.txt", "generator.txt")


def make_clone(folder: Path, zoo_root: Path) -> Path:
    """Clone this checkout, with what is not committed yet, its environments, and a store that replays the zoo.

    The environments are this checkout's: to install them anew takes minutes, and `.ci/run` does it on each fresh clone.
    """
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    for name in _listed("--modified", "--others", "--exclude-standard"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in _listed("--deleted"):
        (folder / name).unlink(missing_ok=True)
    (folder / ".venv-megengine").symlink_to(ROOT / ".venv-megengine")
    for name in _ENVIRONMENTS:  # older than what was made from them
        os.utime(folder / "environments" / name, (0, 0))
    _copy_environment(folder)
    zoo.copy_hub_root(zoo_root, folder)
    (folder / "hub.toml").write_text('[verify]\nassets = "replay"\n', encoding="utf-8")
    # What a reader who follows the README has at hand.
    locked, store = read_lock(folder / "hub.lock"), Store(folder / ".hub" / "assets")
    for name, url in (("models.zip", zoo.ARCHIVE_URL), ("cat.jpg", zoo.PICTURE_URL)):
        shutil.copyfile(store.path_of(locked[url].sha256), folder / name)
    return folder


def _listed(*options: str) -> list[str]:
    command = ["git", "-C", str(ROOT), "ls-files", "-z", *options]
    listed = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    return [name for name in listed.split("\0") if name]


def _copy_environment(folder: Path) -> None:
    """The environment of hubpages, made to be the clone's own: scripts and links name it by its path."""
    shutil.copytree(ROOT / ".venv", folder / ".venv", symlinks=True, copy_function=os.link)
    own = folder / ".venv"
    for path in [own / "pyvenv.cfg", *(own / "bin").iterdir(), *own.glob("lib/python*/site-packages/*.pth")]:
        if path.is_file() and not path.is_symlink():
            text = path.read_bytes()
            if str(ROOT).encode() in text:
                mode = path.stat().st_mode
                path.unlink()  # a link to the original
                path.write_bytes(text.replace(str(ROOT).encode(), str(folder).encode()))
                path.chmod(mode)
    for stamp in ("site", "serve", "verify", "test"):
        path = own / f".ready-{stamp}"
        path.unlink(missing_ok=True)
        path.touch()
