"""Small model repositories that stand in for megengine/models and two others, and hub roots that replay them."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import tomli_w

from generator.assets.lock import add_asset
from generator.assets.store import Store
from tests.zoo.archive import write_archive

ARCHIVE_URL = "https://github.com/megengine/models/archive/master.zip"
PICTURE_URL = "https://data.megengine.org.cn/images/cat.jpg"
_MMPOSE = "https://raw.githubusercontent.com/open-mmlab/mmpose/759b39c13fea6ba094afc1fa932f51dc1b11cbf9"
FIGURE_URL = f"{_MMPOSE}/tests/data/coco/000000000785.jpg"
VOCABULARY_URL = "https://data.megengine.org.cn/models/weights/bert/uncased_L-12_H-768_A-12/vocab.txt"

_HERE = Path(__file__).parent
REPOSITORY = _HERE / "repository"
_MODELS = "https://raw.githubusercontent.com/MegEngine/Models/78882f9cbaa037ad701f47d47bb80b66ad95ce87"
NAMES_URL = f"{_MODELS}/official/assets/imagenet_class_info.json"
NEIGHBOURS = {
    f"https://github.com/megvii-model/{folder.name}/archive/master.zip": folder
    for folder in (_HERE / "neighbours" / "FunnelAct", _HERE / "neighbours" / "WeightNet")
}
"""By the URL of its archive, the folder of each repository other than megengine/models."""
# Not resolved: the link's own place tells Python which environment it is.
KERNEL_PYTHON = _HERE.parents[1] / ".venv-megengine" / "bin" / "python"

# The first line of a root's hub.toml, by which the zoo knows a folder that it may make anew.
MARK = "# Made by `python -m tests.zoo`; made anew, it loses what was changed here.\n"


class MissingKernelError(Exception):
    """There is no Python with MegEngine to make weights with; the message says how to get one."""


def make_hub_root(folder: Path) -> None:
    """Make a folder a hub root that replays the zoo: hub.toml, hub.lock and the store `.hub/assets`.

    Pages and anything else in the folder stay as they are. Two roots get the same hub.lock, byte for byte.
    Raises MissingKernelError without the kernel environment, RuntimeError when its Python fails, and OSError.
    """
    python = find_kernel_python()
    folder.mkdir(parents=True, exist_ok=True)
    # Before the slow part, so that a root which was interrupted can be made anew.
    settings = {"title": "Zoo", "kernel": {"python": str(python)}}
    (folder / "hub.toml").write_text(MARK + tomli_w.dumps(settings), encoding="utf-8")
    lock, store = folder / "hub.lock", Store(folder / ".hub" / "assets")
    lock.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="zoo-") as name:
        for url, file in make_assets(python, Path(name)).items():
            add_asset(url, file, lock, store)


def copy_hub_root(made: Path, folder: Path) -> Path:
    """Make a new folder the same hub root as one that was made, with hard links to its files; return it."""
    store = Path(".hub") / "assets"
    shutil.copytree(made / store, folder / store, copy_function=os.link)
    for name in ("hub.toml", "hub.lock"):
        shutil.copyfile(made / name, folder / name)
    return folder


def find_kernel_python() -> Path:
    """The Python of the checkout's kernel environment. Raises MissingKernelError where there is none."""
    if not KERNEL_PYTHON.exists():
        raise MissingKernelError(
            f"there is no kernel environment at {KERNEL_PYTHON.parents[1]}: `make .venv-megengine/.ready` sets it up"
        )
    return KERNEL_PYTHON


def make_assets(python: Path, folder: Path) -> dict[str, Path]:
    """Make everything that the zoo serves in an empty folder; return the files by URL.

    Raises RuntimeError when the kernel's Python fails.
    """
    archive = folder / "master.zip"
    write_archive(REPOSITORY, archive)
    neighbours = {url: folder / f"{repository.name}.zip" for url, repository in NEIGHBOURS.items()}
    for url, target in neighbours.items():
        write_archive(NEIGHBOURS[url], target, f"{NEIGHBOURS[url].name}-master/")
    # MegEngine keeps a cache of its own, which goes with the folder; -B keeps bytecode out of the checkout.
    call = [str(python), "-B", str(_HERE / "making"), str(folder), *map(str, (REPOSITORY, *NEIGHBOURS.values()))]
    environment = {**os.environ, "MGE_HOME": str(folder / "mge"), "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{python} could not make the zoo's assets:\n{done.stderr[-3000:]}")
    weights = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    return {
        ARCHIVE_URL: archive,
        PICTURE_URL: folder / "cat.jpg",
        FIGURE_URL: folder / "skier.jpg",
        VOCABULARY_URL: _HERE / "vocabulary.txt",
        NAMES_URL: REPOSITORY / "official" / "assets" / "imagenet_class_info.json",
        **neighbours,
        **{url: folder / file for url, file in weights.items()},
    }
