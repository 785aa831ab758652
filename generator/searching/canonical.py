"""The same index, the same bytes: Pagefind writes whatever it keeps in a hash table in another order on each run.

That is the languages in pagefind-entry.json, a filter's values in its .pf_filter, and the filters in the .pf_meta. The
latter two are CBOR (RFC 8949) after a magic word, compressed, and named by a digest that another file mentions.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

_ENTRY = "pagefind-entry.json"
_MAGIC = b"pagefind_dcd"
_FILTERS = 3
"""Where a .pf_meta lists its filters: after its version, pages and chunks of words; each a name and a digest."""


def canonical(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files of an index with everything in a fixed order, and with the names that then belong to them.

    Files of another version of Pagefind that are laid out otherwise stay as they are.
    """
    try:
        return _in_order(files)
    except (ValueError, KeyError, TypeError, IndexError, struct.error, zlib.error):
        return files


def _in_order(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    made = dict(files)
    entry = json.loads(made[_ENTRY])
    renamed: dict[str, str] = {}
    for name in [name for name in files if name.endswith(".pf_filter")]:
        of, values = _decode(made.pop(name))
        data = _encode([of, sorted(values)])
        digest = name.removeprefix("filter/").removesuffix(".pf_filter")
        renamed[digest] = _renamed(digest, data)
        made[f"filter/{renamed[digest]}.pf_filter"] = data
    for language in entry["languages"].values():
        meta = _decode(made.pop(f"pagefind.{language['hash']}.pf_meta"))
        meta[_FILTERS] = sorted([of, renamed[digest]] for of, digest in meta[_FILTERS])
        data = _encode(meta)
        language["hash"] = _renamed(language["hash"], data)
        made[f"pagefind.{language['hash']}.pf_meta"] = data
    made[_ENTRY] = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    return made


def _renamed(digest: str, data: bytes) -> str:
    """A digest as Pagefind writes it, the language before it: en_1f2e3d4."""
    return f"{digest.rpartition('_')[0]}_{hashlib.sha256(data).hexdigest()[:12]}"


def _decode(data: bytes) -> Any:
    plain = zlib.decompress(data, wbits=31)
    if not plain.startswith(_MAGIC):
        raise ValueError("not one of Pagefind's files")
    value, end = _decode_at(plain, len(_MAGIC))
    if end != len(plain):
        raise ValueError("something after the end")
    return value


def _decode_at(data: bytes, at: int) -> tuple[Any, int]:
    kind, number = data[at] >> 5, data[at] & 31
    at += 1
    if 24 <= number <= 27:
        size = 1 << (number - 24)
        number, at = int.from_bytes(data[at : at + size]), at + size
    elif number > 27:
        raise ValueError("a length that is not given")
    if kind == 0:
        return number, at
    if kind == 3:
        return data[at : at + number].decode(), at + number
    if kind == 4:
        items = []
        for _ in range(number):
            item, at = _decode_at(data, at)
            items.append(item)
        return items, at
    raise ValueError(f"a value of kind {kind}")


def _encode(value: Any) -> bytes:
    compressor = zlib.compressobj(9, wbits=31)  # its head holds no time
    return compressor.compress(_MAGIC + _encoded(value)) + compressor.flush()


def _encoded(value: Any) -> bytes:
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(4, len(value)) + b"".join(map(_encoded, value))


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for power, form in enumerate((">B", ">H", ">I", ">Q")):
        if number < 1 << (8 << power):
            return bytes([kind << 5 | 24 + power]) + struct.pack(form, number)
    raise ValueError("too large a number")
