"""search.toml: what a search takes for the same, as a file for the script that searches."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from generator.decoding import from_toml
from generator.model.addresses import asset
from generator.model.site import RenderedFile
from generator.rendering.template_folders import TemplatesError

_NAME = "search.toml"


class _Han(msgspec.Struct, forbid_unknown_fields=True):
    traditional: str = ""
    simplified: str = ""


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    """One such file."""

    same: list[list[str]] = []
    """Each the names of one thing."""
    terms: list[str] = []
    """More words that a slip may be of."""
    han: _Han = msgspec.field(default_factory=_Han)
    """Characters that are written in two ways: the second text has each in the place where the first has it."""


def search_table(folders: Sequence[Path]) -> RenderedFile:
    """All these files as one JSON file, named by its bytes: {"same": […], "terms": […], "han": [text, text]}.

    Raises TemplatesError for one that cannot be read.
    """
    tables = [_read(folder / _NAME) for folder in folders if (folder / _NAME).is_file()]
    same = [_lowered(row) for table in tables for row in table.same]
    terms = dict.fromkeys(_lowered([term for table in tables for term in table.terms]))
    han = ["".join(table.han.traditional for table in tables), "".join(table.han.simplified for table in tables)]
    data = msgspec.json.encode({"same": same, "terms": list(terms), "han": han})
    return RenderedFile(asset("search-words", data, ".json"), data)


def _read(path: Path) -> _Table:
    try:
        table = from_toml(path.read_bytes(), _Table)
    except OSError as error:
        raise TemplatesError(f"{path}: cannot be read ({error.strerror})") from error
    except msgspec.ValidationError as error:
        raise TemplatesError(f"{path}: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TemplatesError(f"{path}: not TOML: {error}") from error
    if len(table.han.traditional) != len(table.han.simplified):
        raise TemplatesError(f"{path}: han.traditional and han.simplified differ in length: each has its place in both")
    return table


def _lowered(words: Sequence[str]) -> list[str]:
    """Words as a query is looked at: none of them empty, for that would be in every query."""
    return [word.strip().lower() for word in words if word.strip()]
