"""Writing files and folders so that nobody meets half of one, and nothing stays of whoever was killed while writing.

The one writer, below all layers. Standard library only.
"""

import errno
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_REMEDIES = {
    errno.ENOSPC: "free some space, or use another disk (TMPDIR names that of temporary files)",
    errno.EDQUOT: "free some of your quota, or use another disk",
    errno.EEXIST: "it is in the way: move it elsewhere or remove it",
    errno.ENOTDIR: "a folder is needed there: move what is in its place",
    errno.EISDIR: "a file is needed there: move the folder in its place",
    errno.EACCES: "let this user read and write it, or use another place",
    errno.EPERM: "let this user change it, or use another place",
    errno.EROFS: "nothing can be written there: use another place",
    errno.EMFILE: "let this user open more files (ulimit -n)",
    errno.ENOENT: "check the name",
}

BESIDE = ".writing-"
"""How the names of files begin that are being written beside those whose place they take."""


def is_editors(name: str) -> bool:
    """Whether a file's name is one that editors give to what they keep beside the file that they change, or hidden."""
    return name.startswith((".", "#")) or name.endswith(("~", "___jb_tmp___", "___jb_old___")) or name == "4913"


def write_whole(path: Path, data: bytes | str, *, durable: bool = True) -> None:
    """Put data, text as UTF-8, in a file's place: whole or not at all, and with the file's mode where there was one.

    A pipe or a device stays what it is: it is written to.

    Args:
        durable: whether it is on the disk when this returns; what can be made again need not be.

    Raises OSError when the disk does not take it; the file is then as before, and nothing lies beside it.
    """
    data = data.encode() if isinstance(data, str) else data
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(data)
        return
    incoming = _written_beside(path, data, durable=durable)
    try:
        incoming.chmod(_mode_of(path))
        incoming.replace(path)
    except BaseException:
        incoming.unlink(missing_ok=True)
        raise


def write_new(path: Path, data: bytes | str) -> bool:
    """Put data, text as UTF-8, where nothing is yet, whole or not at all; False, with nothing done, where something is.

    Raises OSError when the disk does not take it.
    """
    incoming = _written_beside(path, data.encode() if isinstance(data, str) else data, durable=True)
    try:
        incoming.chmod(_mode_of(path))
        try:
            os.link(incoming, path)  # unlike a rename it replaces nothing
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            if os.path.lexists(path):
                return False
            incoming.replace(path)
        return True
    finally:
        incoming.unlink(missing_ok=True)


def _written_beside(path: Path, data: bytes, *, durable: bool) -> Path:
    """A file with the data, in the folder of the one whose place it is to take."""
    descriptor, incoming = claim_file(BESIDE, path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
    except BaseException as error:
        incoming.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:  # what is written to is known by a number alone
            error.filename = str(path)
        raise
    return incoming


def in_words(error: Exception) -> str:
    """What went wrong; of what the system refused, the file, the reason and what to do instead of a number."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    place = f"{error.filename2 or error.filename}: " if error.filename else ""
    remedy = _REMEDIES.get(error.errno or 0)
    return f"{place}{error.strerror[:1].lower()}{error.strerror[1:]}" + (f"; {remedy}" if remedy else "")


def claim_file(prefix: str, folder: Path) -> tuple[int, Path]:
    """A new file, open for writing and held by this process until it is closed: see `remove_left_over`."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=folder)
        _lock(descriptor, wait=True)
        if os.fstat(descriptor).st_nlink:  # else whoever tidies up found it before it was held
            return descriptor, Path(name)
        os.close(descriptor)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Nobody else is in such a block with this file, which is made where it is missing; who comes later waits."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _lock(descriptor, wait=True)
        if os.fstat(descriptor).st_nlink:  # else whoever tidies up removed it before it was held
            break
        os.close(descriptor)
    try:
        yield
    finally:
        os.close(descriptor)


def wait_until_left(path: Path) -> None:
    """Return once nobody holds a file that was claimed, or it is gone."""
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            _lock(descriptor, wait=True)
        finally:
            os.close(descriptor)


@contextmanager
def temporary_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A new folder that is gone after the block; before, those with this prefix go whose makers were killed.

    Its maker holds it locked, which ends with the process however that ends: so the living are told from the dead.

    Args:
        prefix: how its name begins, and no other's names do.
        parent: where it is made; by default the system's folder for temporary files.
    """
    place = parent or Path(tempfile.gettempdir())
    remove_left_over(prefix, place)
    folder, descriptor = _claim_folder(prefix, place)
    try:
        yield folder
    finally:
        remove_tree(folder)
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def held_folder(folder: Path) -> Iterator[bool]:
    """A folder that stays, made where it is missing; whether it is this process's until the end of the block.

    It is not where another process has it, or where nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        yield _lock(descriptor, wait=False) and os.access(folder, os.W_OK)
    finally:
        os.close(descriptor)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let one at a time, of all processes that ask for it, be in a folder that is there. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def remove_left_over(prefix: str, parent: Path) -> list[int]:
    """Delete the files and folders of a prefix whose makers are dead; what cannot be deleted stays.

    Returns the length in bytes of each that is gone; of a folder, that of the entry itself.
    """
    removed = []
    for path in left_over(prefix, parent):
        with suppress(OSError):
            size = path.lstat().st_size
            remove_tree(path)
            path.unlink(missing_ok=True)
            removed.append(size)
    return removed


def left_over(prefix: str, parent: Path) -> Iterator[Path]:
    """The files and folders of a prefix whose makers are dead. Each is held until the next is asked for."""
    for path in list(parent.glob("*")):
        if path.name.startswith(prefix):
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    if _lock(descriptor, wait=False):
                        yield path
                finally:
                    os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Delete a folder, also what was made read-only in it, and however deep it is; what cannot be deleted stays."""
    if folder.is_symlink() or not folder.is_dir():
        return
    # What lies deeper is lifted into the folder itself: no path grows too long, and nothing recurses.
    lifted = (folder / f"{secrets.token_hex(8)}-{number}" for number in count())
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        with suppress(OSError):
            here.chmod(0o700)
            for entry in list(os.scandir(here)):
                path = Path(entry.path)
                with suppress(OSError):
                    if not entry.is_dir(follow_symlinks=False):
                        path.unlink()
                    elif here == folder:
                        waiting.append(path)
                    else:
                        path.chmod(0o700)
                        waiting.append(path.rename(next(lifted)))
            here.rmdir()
    with suppress(OSError):
        folder.rmdir()


def remove(path: Path) -> None:
    """Delete whatever is there. Raises OSError where it cannot be."""
    remove_tree(path)
    path.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    """The mode of the file that is replaced, else what a new one gets."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    return 0o666 & ~_UMASK


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_UMASK = _umask()
"""Read once: to read it is to set it, for every thread."""


def _claim_folder(prefix: str, parent: Path) -> tuple[Path, int | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        if fcntl is None:
            return folder, None
        with suppress(FileNotFoundError):  # whoever tidies up found it before it was held
            descriptor = os.open(folder, os.O_RDONLY)
            _lock(descriptor, wait=True)
            if folder.exists():
                return folder, descriptor
            os.close(descriptor)


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Hold a file or folder until the descriptor is closed; False where another process does.

    Where the system has no such locks nothing is held, and nothing is taken for left over.
    """
    if fcntl is None:
        return wait
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def full_disk() -> str:
    """What is said where temporary files have no room: what is full, and what to do."""
    return f"the disk of {tempfile.gettempdir()} is full: free some room, or name a folder with more in TMPDIR"
