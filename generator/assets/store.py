"""A content-addressed folder of files: each lies under the SHA-256 of its bytes."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from generator.files import claim_file, remove_left_over

INCOMING = ".incoming-"
"""How the names of files begin that are on their way in."""

_CHUNK = 1 << 20


class Incoming:
    """A file on its way into the store, written in pieces; whoever opens its path can read what is written."""

    def __init__(self, store: "Store", path: Path, file: BinaryIO) -> None:
        self.path = path
        self.size = 0
        """Bytes so far."""
        self._store = store
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        """Add a piece. Raises OSError when the disk is full."""
        self._file.write(piece)
        self._file.flush()
        self._digest.update(piece)
        self.size += len(piece)

    def finish(self) -> str:
        """Bring what was written to the disk, for good; return its SHA-256."""
        os.fsync(self._file.fileno())
        # Snippets are served from here and nobody edits a file whose name is its digest.
        self.path.chmod(0o444)
        return self._digest.hexdigest()

    def keep(self) -> None:
        """Let the store have the finished file, in place of what lies under its digest."""
        path = self._store.path_of(self._digest.hexdigest())
        path.parent.mkdir(exist_ok=True)
        self.path.replace(path)


class Store:
    """Files by digest. A file appears whole or not at all, so any number of processes may add at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        """Where the file of this digest lies, or would lie."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the file of this digest is here."""
        return self.path_of(sha256).is_file()

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """Room for a new file; what is not kept is gone after the block."""
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_left_over(INCOMING, self.folder)
        descriptor, path = claim_file(INCOMING, self.folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield Incoming(self, path, file)
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let one at a time, of all processes, change which files are locked, so that none undoes another's work."""
        import fcntl  # Windows has none; there `check` reads locks and nothing writes them

        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".guard").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def remove(self, sha256: str) -> None:
        """Delete the file of this digest, if it is here."""
        self.path_of(sha256).unlink(missing_ok=True)


def copy_into(incoming: Incoming, source: BinaryIO) -> None:
    """Write a whole file. Raises OSError when it cannot be read or the disk is full."""
    while piece := source.read(_CHUNK):
        incoming.write(piece)
