"""A content-addressed folder of files: each lies under the SHA-256 of its bytes."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20


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

    def add(self, file: Path) -> tuple[str, int]:
        """Copy a file in; return its SHA-256 and its size in bytes.

        Raises OSError when the file cannot be read or the disk is full; the store is then as before.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=self.folder)
        incoming = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target, file.open("rb") as source:
                sha256, size = _copy(source, target)
                target.flush()
                os.fsync(target.fileno())
            # Snippets are served from here and nobody edits a file whose name is its digest.
            incoming.chmod(0o444)
            path = self.path_of(sha256)
            path.parent.mkdir(exist_ok=True)
            incoming.replace(path)
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        return sha256, size

    def remove(self, sha256: str) -> None:
        """Delete the file of this digest, if it is here."""
        self.path_of(sha256).unlink(missing_ok=True)


def _copy(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
