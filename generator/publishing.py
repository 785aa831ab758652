"""The only writer of the site's folder: replaced as a whole, or not at all."""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from generator.files import in_words, left_over, temporary_folder
from generator.model.site import RenderedFile

_MARK = ".hubpages"
"""Lies in every folder written here, so that none is replaced which holds anything else."""

_OLD = "old"
"""The site until now, where two folders cannot change places at once."""

_MARK_TEXT = b"This folder is written by hubpages and replaced as a whole.\n"


class PublishError(Exception):
    """The site cannot be written; what stood there stands there still."""


def publish(files: Iterable[RenderedFile], folder: Path) -> int:
    """Make `folder` hold exactly these files; return how many. The old site stays until the new one is whole.

    A file that did not change is the old one, with its time: who copies the site elsewhere sees what is new.
    Raises PublishError where the folder holds something that is not a site, or the disk does not take it.
    """
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PublishError(f"{folder} is not a folder: remove it, or choose another with --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise PublishError(f"{folder} holds files that are not a site of hubpages: choose another folder with --out")
    prefix = f".{folder.name}.hubpages-"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _put_back(prefix, folder)
        # All that is unfinished is in one folder, which keeps its name and its lock whatever changes places with what.
        with temporary_folder(prefix, folder.parent) as beside:
            new = beside / "new"
            new.mkdir()
            new.chmod(0o755)
            number = _write(files, new, folder)
            _swap(new, folder, beside / _OLD)
    except OSError as error:
        raise PublishError(f"cannot write the site: {in_words(error)}; the old one is untouched") from error
    return number


def _put_back(prefix: str, folder: Path) -> None:
    """The site that a run had moved away which was killed before it moved the new one in."""
    for dead in left_over(prefix, folder.parent):
        if (dead / _OLD).is_dir() and not folder.exists():
            (dead / _OLD).rename(folder)


def published(folder: Path) -> Iterator[RenderedFile]:
    """The files of a site as it was published."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with suppress(FileNotFoundError):  # another build has published its own since
                yield RenderedFile(path.relative_to(folder).as_posix(), path.read_bytes())


def _write(files: Iterable[RenderedFile], folder: Path, old: Path) -> int:
    number = 0
    made: set[str] = set()
    for file in files:
        parent = file.path.rpartition("/")[0]
        if parent not in made:
            (folder / PurePosixPath(parent)).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        _put(file, folder, old)
        number += 1
    _put(RenderedFile(_MARK, _MARK_TEXT), folder, old)
    return number


def _put(file: RenderedFile, folder: Path, old: Path) -> None:
    """The old site's file where it is the same, else a new one; never written into, for the old site stays whole."""
    path = f"{folder}/{file.path}"
    if _holds(f"{old}/{file.path}", file.data):
        try:
            os.link(f"{old}/{file.path}", path, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            pass
        else:
            return
    with open(path, "xb") as target:  # noqa: PTH123 - thousands of files: a Path for each takes as long as writing it
        target.write(file.data)


def _holds(path: str, data: bytes) -> bool:
    """Whether a file is a regular one that holds exactly this."""
    try:
        status = os.lstat(path)
        if status.st_size != len(data) or not stat.S_ISREG(status.st_mode):
            return False
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read() == data
    except OSError:
        return False


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put the new folder in the place of the old one; the old one is then where the new one was, or at `old`."""
    if not folder.exists():
        new.rename(folder)
    elif not _exchange(new, folder):
        try:
            folder.rename(old)
            new.rename(folder)
        finally:
            if not folder.exists():
                old.rename(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Give two folders each other's name, so that at no moment there is none; False where the system cannot."""
    arguments = os.fsencode(one), os.fsencode(other)
    try:
        libc = ctypes.CDLL(None)
        if sys.platform == "linux":
            at_here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of linux/fcntl.h and linux/fs.h
            return bool(libc.renameat2(at_here, arguments[0], at_here, arguments[1], exchange) == 0)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(*arguments, 2) == 0)  # RENAME_SWAP of sys/stdio.h
    except (AttributeError, OSError, TypeError):
        pass
    return False
