"""The only writer of the site's folder: it changes as a whole, or not at all.

A site is made in a folder beside the one that visitors see, and then the two change places in one step. What is not
made again is linked, so a large site of which little changed costs little; the folder that visitors saw before may be
kept as a spare, which needs no more than what has changed since.
"""

import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from generator.files import in_words, left_over, remove, remove_left_over, remove_tree, temporary_folder
from generator.model.addresses import is_shared
from generator.model.site import RenderedFile
from generator.site_files import Compared, SiteFile, compare, is_still, site_file

_MARK = ".hubpages"
"""Lies in every folder written here, so that none is replaced which holds anything else."""

_OLD = "old"
"""The site until now, where two folders cannot change places at once."""

_STRAYS = frozenset({"", ".", ".."})
"""Parts of paths that lead elsewhere than down."""

_MARK_TEXT = b"This folder is written by hubpages and replaced as a whole.\n"


_Done = TypeVar("_Done")


class PublishError(Exception):
    """The site cannot be written; what stood there stands there still."""


class OvertakenError(PublishError):
    """Another build has published its site meanwhile, so that this one would be partly of that one's files."""


def publish(files: Iterable[RenderedFile], folder: Path) -> int:
    """Make `folder` hold exactly these files; return how many. The old site stays until the new one is whole.

    A file that did not change is the old one, with its time: who copies the site elsewhere sees what is new.
    Raises PublishError where the folder holds something that is not a site, or the disk does not take it.
    """
    with edition(folder) as made:
        put = gathered(made.put(file) for file in files)
        made.publish(put)
    return len(put)


@contextmanager
def edition(folder: Path, spare: "Spare | None" = None) -> Iterator["Edition"]:
    """A new edition of the site in `folder`, which nobody sees unless it is published in the block.

    Raises PublishError as `publish` does.
    """
    folder = folder.absolute()
    check_folder(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        prefix = _put_back(folder)
        # All that is unfinished is in one folder, which keeps its name and its lock whatever changes places with what.
        with temporary_folder(prefix, folder.parent) as beside:
            new = beside / "new"
            there = spare.taken_to(new) if spare else None
            if there is None:
                new.mkdir()
            new.chmod(0o755)
            made = Edition(folder, new, beside, there or {})
            made.aside.mkdir()
            yield made
            if spare and made.is_published:
                spare.keep(new if new.exists() else beside / _OLD)
    except OSError as error:
        raise PublishError(f"cannot write the site: {in_words(error)}; the old one is untouched") from error


def check_folder(folder: Path) -> None:
    """Raise PublishError where a folder holds what is not a site."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PublishError(f"{folder} is not a folder: remove it, or choose another with --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise PublishError(f"{folder} holds files that are not a site of hubpages: choose another folder with --out")


@dataclass(frozen=True, slots=True)
class Spare:
    """The folder that visitors saw before the last edition: kept, so that the next one has little to link."""

    place: Path
    files: Mapping[str, SiteFile]
    """What is in it while nobody has touched it; empty where nothing is known of it."""

    def taken_to(self, folder: Path) -> Mapping[str, SiteFile] | None:
        """Move it; its files. None where it is missing, on another disk, or not what it was: it is gone then."""
        if self.files and self.place.is_dir() and is_whole(compare(self.place, self.files)):
            with suppress(OSError):
                self.place.rename(folder)
                return self.files
        remove_tree(self.place)
        return None

    def keep(self, folder: Path) -> None:
        """Take another folder in its place, where that is on the same disk."""
        with suppress(OSError):
            remove(self.place)
            self.place.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(self.place)


def is_whole(site: Compared) -> bool:
    """Whether a site is exactly the files that it was compared with, and its mark."""
    return not site.lost and site.strays == {_MARK}


class Edition:
    """A site in the making."""

    def __init__(self, folder: Path, new: Path, beside: Path, there: Mapping[str, SiteFile]) -> None:
        """`there` are the files that the new folder holds already."""
        self._folder = folder
        self._new = new
        self._old = beside / _OLD
        self._there = there
        self.aside = beside / "aside"
        """A folder for what is not finished; it goes with the block."""
        self.is_published = False

    @property
    def place(self) -> tuple[str, str]:
        """The folder that is written and the one that visitors see, empty for none: what `put` needs."""
        return str(self._new), str(self._folder) if self._folder.is_dir() else ""

    def put(self, file: RenderedFile) -> SiteFile:
        """Write a file. Raises OSError."""
        return put(file, *self.place)

    def publish(self, files: Mapping[str, SiteFile]) -> None:
        """Show visitors exactly these files: put into this edition, or as they are in the one that is seen now.

        Raises OSError, and OvertakenError where such a file is another one by now; the old site then stands as it was.
        """
        mark = self.put(RenderedFile(_MARK, _MARK_TEXT))
        self._bring({**files, mark.path: mark})
        _swap(self._new, self._folder, self._old)
        self.is_published = True

    def _bring(self, files: Mapping[str, SiteFile]) -> None:
        """Make the new folder hold exactly these files, linked from the one that is seen where they were not put."""
        gone = self._there.keys() - files.keys()
        for path in gone:
            os.unlink(f"{self._new}/{path}")  # noqa: PTH108 - of thousands
        missing = [file for path, file in files.items() if self._there.get(path) != file]
        _make_folders(self._new, missing)
        for file in missing:
            _take(file, f"{self._folder}/{file.path}", f"{self._new}/{file.path}")
        if gone:
            _remove_empty(self._new)


def _make_folders(new: Path, files: Iterable[SiteFile]) -> None:
    """Make the folders of these files, where nothing is in the way."""
    for folder in sorted({file.path.rpartition("/")[0] for file in files}):
        place = f"{new}/{folder}"
        try:
            os.mkdir(place)  # noqa: PTH102 - of thousands
        except FileNotFoundError:
            os.makedirs(place, exist_ok=True)  # noqa: PTH103
        except OSError:
            pass  # it is there, or what is wrong is told of its first file


def _take(file: SiteFile, before: str, path: str) -> None:
    """Have a file that was put, or the one of the old site. Raises OvertakenError where that is another one by now."""
    try:
        os.link(before, path, follow_symlinks=False)
        status = os.lstat(path)
    except OSError:  # mostly it was put
        if not _is_there(file, path):
            _link(before, path, file)
    else:
        _check(file, status)


def _check(file: SiteFile, status: os.stat_result) -> None:
    if not is_still(file, status):
        raise OvertakenError(f"the site has changed while it was made ({file.path}): build it again")


def _is_there(file: SiteFile, path: str) -> bool:
    try:
        return is_still(file, os.lstat(path))
    except OSError:
        return False


def gathered(files: Iterable[SiteFile], known: Mapping[str, SiteFile] | None = None) -> dict[str, SiteFile]:
    """Files by their path, beside those that are known. Raises PublishError where two are of one name."""
    found = dict(known or {})
    for file in files:
        if found.setdefault(file.path, file) is not file and not is_shared(file.path):
            raise PublishError(f"two files of the site have one name, {file.path}: rename one of the pages")
    return found


def put(file: RenderedFile, new: str, old: str) -> SiteFile:
    """Write a file of an edition: the old one where that holds the same. Files are never written into.

    Of what is already there under this name nothing is changed: it may be a file of the old site as well. Several
    processes may put a file of the same name and bytes. Raises OSError, and PublishError for a path that leads out of
    the folder, whoever made it.

    Args:
        new: the folder that is written.
        old: the one that visitors see; empty where there is none.
    """
    if not _STRAYS.isdisjoint(file.path.split("/")) or "\0" in file.path:
        raise PublishError(f"{file.path!r} is no path within a site: rename the page, tag or task that it is called by")
    path, before = f"{new}/{file.path}", f"{old}/{file.path}"
    held = _holds(before, file.data) if old else 0
    if held and _linked(before, path):
        status = os.lstat(path)
        if status.st_ino == held:  # else another build was in between
            return site_file(file.path, status)
    return site_file(file.path, _written(file.data, path, is_one_of_many=is_shared(file.path)))


def tidy_up(folder: Path) -> None:
    """Remove what builds left beside a site that were killed, once the site is where it was."""
    folder = folder.absolute()
    if folder.parent.is_dir():
        remove_left_over(_put_back(folder), folder.parent)


def _put_back(folder: Path) -> str:
    """The site that a run had moved away which was killed before it moved the new one in. How what it left begins."""
    prefix = f".{folder.name}.hubpages-"
    for dead in left_over(prefix, folder.parent):
        if (dead / _OLD).is_dir() and not folder.exists():
            (dead / _OLD).rename(folder)
    return prefix


def _remove_empty(folder: Path) -> None:
    for parent, below, names in os.walk(folder, topdown=False):
        if not names and parent != str(folder) and not any(os.path.isdir(f"{parent}/{name}") for name in below):  # noqa: PTH112
            os.rmdir(parent)  # noqa: PTH106


def _link(before: str, path: str, known: SiteFile) -> None:
    """Put a file of the old site into the new one. Raises OvertakenError where it is another one than was known."""
    try:
        if not _linked(before, path):
            with open(before, "rb") as file:  # noqa: PTH123
                status = os.fstat(file.fileno())
                _written(file.read(), path)
        else:
            status = os.lstat(path)
    except FileNotFoundError as error:
        raise OvertakenError(f"the site has changed while it was made: {in_words(error)}: build it again") from error
    _check(known, status)


def _linked(before: str, path: str) -> bool:
    """Make a file of the old site one of the new one; False on a file system that has no links."""
    for beside in (path, f"{path}.{secrets.token_hex(8)}"):  # there may be one, and no other may be touched
        try:
            _in_folder(partial(os.link, before, beside, follow_symlinks=False), beside)
        except FileExistsError:
            if os.path.samefile(before, path):  # noqa: PTH121
                return True
        except OSError:
            return False
        else:
            if beside != path:
                os.replace(beside, path)  # noqa: PTH105
            return True
    return False


def _written(data: bytes, path: str, *, is_one_of_many: bool = False) -> os.stat_result:
    """Write a new file; in the place of another one, where there is one that does not hold the same."""
    if not is_one_of_many:
        with suppress(FileExistsError):
            return _in_folder(partial(_write, data, path), path)
    beside = f"{path}.{secrets.token_hex(8)}"
    _in_folder(partial(_write, data, beside), path)
    try:
        with suppress(FileExistsError, PermissionError):  # whoever was first has put the same; some disks have no links
            os.link(beside, path)
        if not _holds(path, data):
            os.replace(beside, path)  # noqa: PTH105
    finally:
        with suppress(FileNotFoundError):
            os.unlink(beside)  # noqa: PTH108
    return os.lstat(path)


def _write(data: bytes, path: str) -> os.stat_result:
    """Write a file that is not there yet, with as few questions to the system as there can be: it is one of thousands.

    Raises FileExistsError.
    """
    with open(path, "xb", buffering=0) as target:  # noqa: PTH123
        done = target.write(data)
        while done < len(data):  # a signal came, or there are more than 2 GB
            done += target.write(data[done:])
        return os.fstat(target.fileno())


def _in_folder(action: Callable[[], _Done], path: str) -> _Done:
    """Do it; once more where the path's folder is missing, when that is made."""
    try:
        return action()
    except FileNotFoundError:
        folder = path.rpartition("/")[0]
        try:
            os.mkdir(folder)  # noqa: PTH102 - nearly always it is the last one that is missing
        except (FileExistsError, FileNotFoundError):
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        return action()


def _holds(path: str, data: bytes) -> int:
    """The number of a file that is a regular one and holds exactly this; 0 for any other."""
    try:
        status = os.lstat(path)
        if status.st_size != len(data) or not stat.S_ISREG(status.st_mode):
            return 0
        with open(path, "rb") as file:  # noqa: PTH123
            return status.st_ino if file.read() == data else 0
    except OSError:
        return 0


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
    import ctypes  # only where a site has changed

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
