"""JSON as the site has it: whole, or put together from entries that were written before."""

from collections.abc import Iterable, Mapping

import msgspec

from generator.model.site import RenderedFile

_DEEPER = "\n  "


def json_text(data: object) -> str:
    """A value as everything of the site is written, without a final newline."""
    return json_bytes(data).decode()


def json_bytes(data: object) -> bytes:
    """The same in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(data), indent=1)


def json_file(path: str, data: object) -> RenderedFile:
    """A value as a file."""
    return RenderedFile(path, json_bytes(data) + b"\n")


def json_list_file(path: str, name: str, entries: Iterable[str], more: Mapping[str, object]) -> RenderedFile:
    """The file of a map with a list under this name and then `more`: the bytes of `json_file`, without reading a thing.

    Args:
        entries: each as `json_text` wrote it.
    """
    listed = ("," + _DEEPER).join(entry.replace("\n", _DEEPER) for entry in entries)
    parts = [f'"{name}": [{_DEEPER}{listed}\n ]' if listed else f'"{name}": []']
    parts += [f"{json_text(key)}: {json_text(value)}".replace("\n", "\n ") for key, value in more.items()]
    return RenderedFile(path, ("{\n " + ",\n ".join(parts) + "\n}\n").encode())
