"""What files hold, known without reading them again while their size, times and number are as they were.

As git does it: a file that was written in the moment when it was looked at may be written again in that moment with
nothing else about it changed, so of such a file the digest of its bytes decides. Nothing else ever does: the state of
a file only tells whether its digest is still known.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator.files import is_editors

State = tuple[int, int, int, int]
"""Time of the last write, of the last change of what the system notes about it, size in bytes, and number."""

Sightings = Mapping[str, tuple[State, str]]
"""Path to the state of a file when it was read, and the digest of what it held."""

_DOUBT = 2_000_000_000
"""Nanoseconds: no file system that is in use notes times more coarsely."""

_asked: "tuple[Seen, dict[str, str]] | None" = None

_NOTHING = "nothing"
"""How what stands in the place of a digest begins, of what is not there or cannot be read: then follows why."""


class Seen:
    """Digests of files, and of folders of them."""

    def __init__(self, known: Sightings | None = None) -> None:
        """`known` is what `sightings` gave at another time."""
        self._known = known or {}
        self._now: dict[str, tuple[State, str]] = {}
        self._asked: dict[str, str] = {}

    @property
    def sightings(self) -> Sightings:
        """What was asked since, as far as it will be sure to tell another file from this one."""
        return self._now

    def digest(self, path: str | Path) -> str:
        """Of what a file holds; of what cannot be read, why not."""
        name = os.fspath(path)
        if name not in self._asked:
            self._asked[name] = self._look(name)
        return self._asked[name]

    def digest_at(self, path: str | Path) -> str:
        """Of what a file holds and of where it really is: a link may come to lead elsewhere."""
        name = os.fspath(path)
        place = os.path.realpath(name) if os.path.islink(name) else ""  # noqa: PTH114
        return f"{self.digest(name)} {place}"

    def digest_asked(self, path: str | Path) -> str:
        """Of what somebody looked for: of what it holds and of where it really is, by whatever links."""
        try:
            return digest_of(self.digest(path), os.path.realpath(path))
        except ValueError:  # a NUL in its name
            return ""

    def digests(self, folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
        """Path and digest of every file in these folders, in order, but for what editors keep beside them."""
        for folder in folders:
            real: set[str] = set()
            for parent, below, names in os.walk(folder, followlinks=True):
                if (place := os.path.realpath(parent)) in real:  # a link that leads back
                    below.clear()
                    continue
                real.add(place)
                below.sort()
                for name in sorted(names):
                    if not is_editors(name):
                        path = os.path.join(parent, name)  # noqa: PTH118 - of thousands
                        yield path, self.digest(path)

    def _look(self, name: str) -> str:
        looked_at = time.time_ns()
        try:
            status = os.stat(name)  # noqa: PTH116
        except (OSError, ValueError) as error:
            return _nothing(error)
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            return f"kind {stat.S_IFMT(status.st_mode)}"
        state = state_of(status)
        known = self._known.get(name)
        if known is not None and known[0] == state:
            self._now[name] = known
            return known[1]
        digest = _digest_of(name)
        if not digest.startswith(_NOTHING) and is_sure(state, looked_at):
            self._now[name] = state, digest
        return digest


def state_of(status: os.stat_result) -> State:
    """What the system says of a file."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def is_sure(state: State, looked_at: int) -> bool:
    """Whether the file will be in another state once it is written again.

    Args:
        looked_at: nanoseconds since 1970, from before the system was asked for its state.
    """
    return max(state[:2]) < looked_at - _DOUBT


def digest_of(*parts: object) -> str:
    """A digest of values that have the same text whenever they are the same."""
    made = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogateescape")
        made.update(b"%d " % len(data))
        made.update(data)
    return made.hexdigest()


def _digest_of(name: str) -> str:
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - of thousands
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:  # a file that nobody may read is there all the same
        return f"{_nothing(error)} is read"


def _nothing(error: Exception) -> str:
    return f"{_NOTHING} {getattr(error, 'errno', '')}"


@contextmanager
def noting() -> Iterator[Mapping[str, str]]:
    """The files that are asked about in the block by whoever calls `note`, and the digest of each before that."""
    global _asked  # of this process: a page is made in one
    found: dict[str, str] = {}
    before, _asked = _asked, (Seen(), found)
    try:
        yield found
    finally:
        _asked = before


def note(path: str | Path) -> None:
    """Say that a file will now be looked at, or that it will be looked whether there is one."""
    name = os.fspath(path)
    if _asked is not None and name not in _asked[1]:
        _asked[1][name] = _asked[0].digest_asked(name)
