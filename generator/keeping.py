"""A value kept in a file for the next time: whole and unchanged, or not at all."""

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from generator.files import write_whole

_Value = TypeVar("_Value")

_DIGEST = 32


def keep(value: object, file: Path) -> None:
    """Put a value in the file's place. Raises OSError where the disk does not take it."""
    data = msgspec.msgpack.encode(value)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, hashlib.sha256(data).digest() + data, durable=False)


def recall(file: Path, kind: type[_Value]) -> _Value | None:
    """The value that is kept there; None where there is none, or the file is not what was written."""
    try:
        data = memoryview(file.read_bytes())
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        return msgspec.msgpack.decode(data[_DIGEST:], type=kind)
    except (OSError, msgspec.MsgspecError):
        return None
