"""Pictures that snippets write to their working folder, looked for from outside of the kernel.

Whatever lies there is a stranger's, and the stranger's code may still be running while it is read: no link is followed,
nothing is opened that is no file, nothing is read without a bound, and what cannot be used is passed over.
"""

import base64
import hashlib
import os
import re
import stat
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from generator.model.run import Output
from generator.pictures import MAX_BYTES, PictureError, keepable

MOST_OF_SNIPPET = 6
"""How many pictures of one snippet are kept: those that it wrote last."""
BYTES_OF_RUN = 8 << 20
"""Of the pictures of all snippets together, as they are kept."""

_TRIED = 12
"""How many files are read for the pictures of one snippet."""
_IN_FOLDER = 2000
"""Names in a folder; one with more is left aside, with all below it: it is a data set, and no result."""
_ENTRIES = 10_000
"""Names that one look goes through; what would come behind them is left aside."""
_DEPTH = 3
"""Folders below the working folder."""
_LONGEST_NAME = 200
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Written:
    """A picture that a snippet wrote to a file."""

    output: Output
    """As evidence keeps it, drawn anew."""
    sha256: str
    """Of the file as the snippet left it, in lower-case hexadecimal digits: it may be one that it only downloaded."""


@dataclass(frozen=True, slots=True)
class _State:
    """What tells a file from what it was."""

    number: int
    size: int
    written: int
    """Nanoseconds since the epoch, as is `changed`, which no program can set."""
    changed: int


class WrittenPictures:
    """The pictures in one working folder, as one snippet after another leaves them."""

    def __init__(self, folder: int) -> None:
        """`folder` is a descriptor of the working folder, from before any stranger's code ran."""
        self._folder = folder
        self._seen: Mapping[str, _State] = {}
        self._digests: dict[str, str] = {}
        self._left = BYTES_OF_RUN

    def take(self) -> tuple[Written, ...]:
        """Those that are new or changed since the last call, in the order in which they were written."""
        before, now = self._seen, dict(_files(self._folder))
        self._seen = now
        changed = [path for path, state in now.items() if before.get(path) != state]
        found: list[Written] = []
        for path in sorted(changed, key=lambda path: _order(path, now[path]), reverse=True)[:_TRIED]:
            with suppress(PictureError, OSError, MemoryError):
                if picture := self._read(path, now[path]):
                    found.append(picture)
            if len(found) == MOST_OF_SNIPPET:
                break
        return tuple(reversed(found))

    def _read(self, path: str, state: _State) -> Written | None:
        """The picture in a file; None where it was there before, or there is no room for it."""
        with _opened(self._folder, path) as file:
            data = _data_of(file, state)
        digest = hashlib.sha256(data).hexdigest()
        if self._digests.get(path) == digest:  # touched, or moved away and back
            return None
        self._digests[path] = digest
        mime, kept = keepable(data, path)
        if len(kept) > self._left:
            return None
        self._left -= len(kept)
        return Written(Output("display", mime, base64.b64encode(kept).decode(), path), digest)


@contextmanager
def watching(folder: Path) -> Iterator[WrittenPictures]:
    """The pictures of a working folder in which nothing has run yet."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield WrittenPictures(descriptor)
    finally:
        os.close(descriptor)


def _order(path: str, state: _State) -> tuple[int, list[tuple[int, str]]]:
    """By time; where that is the same, by name, numbers by their value."""
    parts = _NUMBER.split(path)
    return state.written, [(int(part[:18]) if index % 2 else 0, part) for index, part in enumerate(parts)]


def _files(folder: int) -> Iterator[tuple[str, _State]]:
    """The files that are called as pictures are, by their paths: those of the folder itself first."""
    left = _ENTRIES
    waiting = deque([""])
    while waiting:
        place = waiting.popleft()
        names = _names(folder, place)
        left -= len(names)
        if left < 0:
            return
        for name, status in names if len(names) <= _IN_FOLDER else ():
            path = f"{place}/{name}" if place else name
            if stat.S_ISDIR(status.st_mode):
                if not name.startswith(".") and place.count("/") + bool(place) < _DEPTH:
                    waiting.append(path)
            elif _is_called_a_picture(path, name) and _is_plain(status):
                yield path, _state_of(status)


def _names(folder: int, place: str) -> list[tuple[str, os.stat_result]]:
    """What lies in a folder below another one, by name; of thousands one more than are looked at."""
    names: list[tuple[str, os.stat_result]] = []
    with suppress(OSError), _folder_at(folder, place) as opened, os.scandir(opened) as entries:
        for entry in islice(entries, _IN_FOLDER + 1):
            with suppress(OSError):  # a run goes on while its files are looked at, and may take any away
                names.append((entry.name, entry.stat(follow_symlinks=False)))
    return sorted(names, key=lambda one: one[0])


def _is_called_a_picture(path: str, name: str) -> bool:
    # A name with marks that nobody sees could be read as another one.
    is_shown = path.isprintable() and len(path) <= _LONGEST_NAME and not name.startswith(".")
    return is_shown and name.lower().endswith(_SUFFIXES)


def _is_plain(status: os.stat_result) -> bool:
    """Whether it is a file that has no other name, which could be one of this machine's own files."""
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and 0 < status.st_size <= MAX_BYTES


def _state_of(status: os.stat_result) -> _State:
    return _State(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@contextmanager
def _folder_at(folder: int, place: str) -> Iterator[int]:
    """A folder below another one, reached without following any link."""
    at = os.dup(folder)
    try:
        for name in filter(None, place.split("/")):
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = below
        yield at
    finally:
        os.close(at)


@contextmanager
def _opened(folder: int, path: str) -> Iterator[int]:
    place, _, name = path.rpartition("/")
    with _folder_at(folder, place) as at:
        # Without O_NONBLOCK a pipe, or a file that somebody has leased, would let this wait.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
    try:
        yield file
    finally:
        os.close(file)


def _data_of(file: int, state: _State) -> bytes:
    """What a file holds. Raises PictureError for one that is another by now, or is being written."""
    status = os.fstat(file)
    if _is_plain(status) and _state_of(status) == state:
        data = bytearray()
        while len(data) < state.size and (part := os.read(file, state.size - len(data))):
            data += part
        if len(data) == state.size and _state_of(os.fstat(file)) == state:
            return bytes(data)
    raise PictureError("it is being written")
