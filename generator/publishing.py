"""The only writer of the site's folder: replaced as a whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from generator.model.site import RenderedFile

_MARK = ".hubpages"
"""Lies in every folder written here, so that none is replaced which holds anything else."""


class PublishError(Exception):
    """The site cannot be written; what stood there stands there still."""


def publish(files: Iterable[RenderedFile], folder: Path) -> int:
    """Make `folder` hold exactly these files; return how many. The old site stays until the new one is whole.

    Raises PublishError where the folder holds something that is not a site, or the disk does not take it.
    """
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PublishError(f"{folder} is not a folder: remove it, or choose another with --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise PublishError(f"{folder} holds files that are not a site of hubpages: choose another folder with --out")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        incoming = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise PublishError(f"cannot write beside {folder}: {error.strerror}") from error
    try:
        number = _write(files, incoming)
        incoming.chmod(0o755)
        _swap(incoming, folder)
    except OSError as error:
        raise PublishError(f"cannot write the site: {error}; the old one is untouched") from error
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    return number


def _write(files: Iterable[RenderedFile], folder: Path) -> int:
    number = 0
    for file in files:
        path = folder / PurePosixPath(file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:  # two files of one name would be a bug that loses one
            target.write(file.data)
        number += 1
    (folder / _MARK).write_text("This folder is written by hubpages and replaced as a whole.\n", encoding="utf-8")
    return number


def _swap(incoming: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one, and the old one in the place of the new."""
    if not folder.exists():
        incoming.rename(folder)
        return
    old = folder.with_name(f".{folder.name}-old-{os.getpid()}")
    folder.rename(old)
    try:
        incoming.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
