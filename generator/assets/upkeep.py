"""Looking after the store: is every locked file there and sound, and what lies there that nobody needs?"""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.assets.lock import read_lock
from generator.assets.store import INCOMING, Store
from generator.files import remove_left_over
from generator.model.asset import Asset

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A locked file that cannot be served as it was locked."""

    asset: Asset
    kind: Literal["missing", "wrong-size", "rotten"]
    """wrong-size: cut off or grown. rotten: of the right length, but its bytes are not those that were locked."""
    message: str
    """In a sentence, with what to do."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was deleted."""

    files: int
    bytes: int


def verify_store(locks: Iterable[Path], store: Store) -> list[Problem]:
    """Read every file that a lock names, and say what is wrong with any, in the order of the locks.

    Raises LockError for a file that is not a lock, OSError for a file that is there and cannot be read.
    """
    assets = [asset for lock in locks for asset in read_lock(lock).values()]
    found = {asset.sha256: _what_lies_at(store.path_of(asset.sha256)) for asset in assets}
    problems = (_problem(asset, *found[asset.sha256]) for asset in assets)
    return [problem for problem in problems if problem is not None]


def prune(locks: Iterable[Path], store: Store) -> Pruned:
    """Delete the store's files that none of these locks names, and what broken downloads left; nothing else.

    Other processes may add and record meanwhile: a file on its way in stays, and one is kept and locked at once.

    Raises LockError, with nothing deleted, for a file that is not a lock.
    """
    if not store.folder.is_dir():
        for lock in locks:
            read_lock(lock)  # a broken one is told of all the same
        return Pruned(0, 0)
    with store.guarded():
        needed = {asset.sha256 for lock in locks for asset in read_lock(lock).values()}
        useless = [path for path in store.folder.glob("??/*") if _is_content(path) and path.name not in needed]
        sizes = [size for size in map(_delete, useless) if size is not None]
        sizes += remove_left_over(INCOMING, store.folder)
    return Pruned(len(sizes), sum(sizes))


def problem_of(asset: Asset, path: Path) -> Problem | None:
    """What keeps this file from being the locked one; all of it is read. Raises OSError where it cannot be."""
    return _problem(asset, *_what_lies_at(path))


def _what_lies_at(path: Path) -> tuple[int, str] | tuple[None, None]:
    """Size and digest of the file; None twice where there is no file."""
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError):
        return None, None


def _problem(asset: Asset, size: int | None, sha256: str | None) -> Problem | None:
    cure = f"let `hubpages verify --assets record` fetch it, or run: hubpages assets add {asset.url} FILE"
    if size is None:
        return Problem(asset, "missing", f"{asset.url} is locked but not in the store: {cure}")
    if size != asset.size:
        return Problem(asset, "wrong-size", f"{asset.url} has {size} bytes in the store, not {asset.size}: {cure}")
    if sha256 != asset.sha256:
        return Problem(asset, "rotten", f"{asset.url} is no longer what was locked, {sha256} in the store: {cure}")
    return None


def _is_content(path: Path) -> bool:
    return path.parent.name == path.name[:2] and _SHA256.fullmatch(path.name) is not None and path.is_file()


def _delete(path: Path) -> int | None:
    """How large it was; None where its writer was faster."""
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return None
    return size
