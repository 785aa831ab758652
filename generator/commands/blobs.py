"""Bytes that are kept from build to build and asked for by few: each by its digest, in one file for all.

What most builds never look at is read by none of them. Of a file that is another one by now nothing is believed: what
is read is compared with the digest that it is asked for by.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from generator.files import BESIDE, claim_file, remove
from generator.keeping import keep, recall

_INDEX = ".index"


class LostBlobError(Exception):
    """Bytes that should be there are not: what needs them is to be made anew."""


@dataclass(frozen=True, slots=True)
class _Index:
    """What is in the file."""

    end: int = 0
    """Bytes; what stands behind is of a build that was killed."""
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Digest to the first byte, and the number of bytes."""


class Blobs:
    """Bytes by their digest: those of now in memory, and those of the builds before in a file."""

    def __init__(self, file: Path | None = None) -> None:
        """Without a file all are in memory."""
        self._file = file
        self._new: dict[str, bytes] = {}
        self._known: _Index | None = None

    def put(self, data: bytes) -> str:
        """Its digest, which finds it from now on."""
        digest = _digest_of(data)
        self._new[digest] = data
        return digest

    def get(self, digest: str) -> bytes:
        """Raises LostBlobError."""
        return next(self.get_all([digest]))

    def get_all(self, digests: Iterable[str]) -> Iterator[bytes]:
        """In their order. Raises LostBlobError."""
        opened: BinaryIO | None = None
        try:
            for digest in digests:
                if digest in self._new:
                    yield self._new[digest]
                    continue
                opened = opened or self._opened()
                yield self._read(digest, opened)
        finally:
            if opened:
                opened.close()

    def keep_only(self, digests: Set[str]) -> None:
        """Let go of all others, and put these into the file. Raises OSError."""
        self._new = {digest: data for digest, data in self._new.items() if digest in digests}
        if self._file is None:
            return
        known = self._index
        fresh = [digest for digest in self._new if digest not in known.places]
        if fresh:
            live = sum(known.places[digest][1] for digest in digests if digest in known.places)
            if known.end > 2 * live:
                self._write_anew(sorted(digests), self._file)
            else:
                self._append(fresh, self._file)
        self._new.clear()

    @property
    def _index(self) -> _Index:
        if self._known is None:
            found = recall(_index_of(self._file), [_Index]) if self._file else None
            self._known = found[0] if found else _Index()
        return self._known

    def _opened(self) -> BinaryIO:
        if self._file is not None:
            with suppress(OSError):
                return self._file.open("rb", buffering=0)
        raise self._lost("there is no file of them")

    def _read(self, digest: str, opened: BinaryIO) -> bytes:
        start, size = self._index.places.get(digest, (0, -1))
        if size >= 0:
            with suppress(OSError):
                opened.seek(start)
                data = opened.read(size)
                if _digest_of(data) == digest:
                    return data
        raise self._lost(digest)

    def _lost(self, what: str) -> LostBlobError:
        self._known = _Index()  # where one is lost others may be: all that is made from now on is written
        return LostBlobError(what)

    def _append(self, digests: Iterable[str], file: Path) -> None:
        known = self._index
        if file.is_symlink() or file.is_dir():
            remove(file)
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as opened:
            opened.truncate(known.end)
            opened.seek(known.end)
            added = self._write(digests, opened)
            self._note(_Index(opened.tell(), {**known.places, **added}), file)

    def _write_anew(self, digests: Iterable[str], file: Path) -> None:
        """Without those that nobody needs any more."""
        descriptor, incoming = claim_file(BESIDE, file.parent)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                places, end = self._write(digests, opened), opened.tell()
            incoming.replace(file)
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        self._note(_Index(end, places), file)

    def _write(self, digests: Iterable[str], opened: BinaryIO) -> dict[str, tuple[int, int]]:
        places = {}
        for digest in digests:
            with suppress(LostBlobError):
                data = self.get(digest)
                places[digest] = opened.tell(), len(data)
                opened.write(data)
        return places

    def _note(self, index: _Index, file: Path) -> None:
        place = _index_of(file)
        if place.is_dir():
            remove(place)
        keep([index], place)
        self._known = index


def _index_of(file: Path) -> Path:
    return file.with_name(file.name + _INDEX)


def _digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
