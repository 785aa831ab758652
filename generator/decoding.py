"""Values of a type, read from JSON, MessagePack, TOML or plain objects: from any thread.

msgspec describes a type to itself when it first reads one, and shows that description to other threads while it is
only half made: two that read the first values of a type at once can end the process. Here each type is described once,
by one thread; so nothing else of the program reads a type by msgspec itself.
"""

import threading
from typing import Any, TypeVar

import msgspec

_Value = TypeVar("_Value")

_Format = type[msgspec.json.Decoder[Any]] | type[msgspec.msgpack.Decoder[Any]]

_DESCRIBING = threading.Lock()
_DECODERS: dict[tuple[_Format, Any], Any] = {}
"""By format and type. None is here before all that its type is made of has been described."""


def from_json(data: bytes | str, kind: type[_Value]) -> _Value:
    """What JSON says. Raises msgspec.DecodeError, and ValidationError, which is one, for what is not of this type."""
    value: _Value = _decoder(msgspec.json.Decoder, kind).decode(data)
    return value


def from_msgpack(data: bytes, kind: type[_Value]) -> _Value:
    """What MessagePack says. Raises as `from_json` does."""
    value: _Value = _decoder(msgspec.msgpack.Decoder, kind).decode(data)
    return value


def from_toml(data: bytes | str, kind: type[_Value]) -> _Value:
    """What TOML says. Raises as `from_json` does, and UnicodeDecodeError."""
    return converted(msgspec.toml.decode(data), kind)


def converted(value: object, kind: type[_Value]) -> _Value:
    """The value of this type that plain objects stand for. Raises msgspec.ValidationError for those that do not."""
    _decoder(msgspec.json.Decoder, kind)
    return msgspec.convert(value, kind)


def _decoder(form: _Format, kind: Any) -> Any:
    if (found := _DECODERS.get((form, kind))) is not None:
        return found
    with _DESCRIBING:
        return _DECODERS.setdefault((form, kind), form(kind))
