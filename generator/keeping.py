"""Values kept in a file for the next time: whole and unchanged, or not at all."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from generator.decoding import from_msgpack
from generator.files import BESIDE, claim_file

_Value = TypeVar("_Value")

_LENGTH, _DIGEST = 8, 32
"""Bytes of the length that stands before each value, and of the digest of all that stands at the end."""

_BLOCK = 1 << 20


def keep(values: Iterable[object], file: Path) -> None:
    """Put values in the file's place, one after another: a large hub's together would fill a memory twice.

    Raises OSError where the disk does not take it; the file is then as before.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, incoming = claim_file(BESIDE, file.parent)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            _write(values, opened)
        incoming.replace(file)
    except BaseException:
        incoming.unlink(missing_ok=True)
        raise


def recall(file: Path, kinds: Iterable[Any]) -> list[Any] | None:
    """The values that are kept there; None where there are none, or the file is not what was written.

    Args:
        kinds: the type of each value; there may be more than values.
    """
    with suppress(OSError, msgspec.MsgspecError), file.open("rb") as opened:
        end = os.fstat(opened.fileno()).st_size - _DIGEST
        if end >= 0 and _digest_of(opened, end) == opened.read():
            opened.seek(0)
            return [from_msgpack(data, kind) for data, kind in zip(_read(opened, end), kinds, strict=False)]
    return None


def _write(values: Iterable[object], opened: BinaryIO) -> None:
    digest = hashlib.sha256()
    encoder = msgspec.msgpack.Encoder()
    for value in values:
        data = encoder.encode(value)
        for part in (len(data).to_bytes(_LENGTH), data):
            digest.update(part)
            opened.write(part)
    opened.write(digest.digest())


def _digest_of(opened: BinaryIO, end: int) -> bytes:
    """Of all up to a place. Nothing is made of what is read before it is known to be what was written."""
    digest = hashlib.sha256()
    while data := opened.read(min(_BLOCK, end - opened.tell())):
        digest.update(data)
    return digest.digest()


def _read(opened: BinaryIO, end: int) -> Iterator[bytes]:
    while opened.tell() < end:
        yield opened.read(int.from_bytes(opened.read(_LENGTH)))
