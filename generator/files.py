"""Writing files and folders so that nobody meets half of one, and nothing stays of whoever was killed while writing.

The one writer, below all layers. Standard library only.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

BESIDE = ".writing-"
"""How the names of files begin that are being written beside those whose place they take."""


def is_editors(name: str) -> bool:
    """Whether a file's name is one that editors give to what they keep beside the file that they change, or hidden."""
    return name.startswith((".", "#")) or name.endswith(("~", "___jb_tmp___", "___jb_old___")) or name == "4913"


def write_whole(path: Path, data: bytes | str, *, durable: bool = True) -> None:
    """Put data, text as UTF-8, in a file's place: whole or not at all, and with the file's mode where there was one.

    Args:
        durable: whether it is on the disk when this returns; what can be made again need not be.

    Raises OSError when the disk does not take it; the file is then as before, and nothing lies beside it.
    """
    descriptor, incoming = claim_file(BESIDE, path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        incoming.chmod(_mode_of(path))
        incoming.replace(path)
    except BaseException:
        incoming.unlink(missing_ok=True)
        raise


def claim_file(prefix: str, folder: Path) -> tuple[int, Path]:
    """A new file, open for writing and held by this process until it is closed: see `remove_left_over`."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=folder)
        _lock(descriptor, wait=True)
        if os.fstat(descriptor).st_nlink:  # else whoever tidies up found it before it was held
            return descriptor, Path(name)
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
    """Delete a folder, also what was made read-only in it; what cannot be deleted stays."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.is_dir():
        return
    for parent, names, _ in os.walk(folder):
        for path in (Path(parent), *(Path(parent, name) for name in names)):
            # Never through a link: whoever wrote here may have laid it to a folder of somebody else's.
            if not path.is_symlink():
                with suppress(OSError):
                    path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


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
