"""The files that scripts narrow and sort lists by: what each value of a facet has, the orders, and the rows."""

from collections.abc import Iterator, Mapping, Sequence
from operator import sub
from typing import Any

import msgspec

from generator.model.addresses import asset, in_language
from generator.model.hub import Language
from generator.model.site import ListPage
from generator.rendering.facets import Groups

ROWS_IN_A_FILE = 500
"""Whoever filters the index gets those files that the first matches are in."""


def facts_of(facets: Any, groups: Groups, orders: Mapping[str, tuple[int, ...]], models: int) -> Mapping[str, Any]:
    """What a script narrows and sorts all models by.

    It holds the facets, for each kind and value the places of the models that have it, each as its distance from the
    one before, and all places in each order.

    Args:
        facets: see `described`.
        models: how many there are.
    """
    of = {f"{kind}={value}": _distances(found) for (kind, value), found in sorted(groups.items())}
    return {"facets": facets, "of": of, "orders": orders, "models": models}


def row_files(rows: Sequence[str], language: Language) -> Iterator[ListPage]:
    """The rows, a fixed number in each file."""
    for first in range(0, len(rows), ROWS_IN_A_FILE):
        yield data_file("rows", language, tuple(rows[first : first + ROWS_IN_A_FILE]), {})


def facts_file(facts: Mapping[str, Any], rows: Sequence[ListPage], language: Language) -> ListPage:
    """The file of these facts, which names those of the rows where there are any."""
    names = tuple(file.path.rpartition("/")[2] for file in rows)
    return data_file("facets", language, (), {**facts, "size": ROWS_IN_A_FILE, "files": names})


def data_of(page: ListPage) -> bytes:
    """The bytes of a list for scripts."""
    return msgspec.json.encode({**page.context, "rows": page.rows} if page.rows else page.context)


def data_file(stem: str, language: Language, rows: tuple[str, ...], context: Mapping[str, Any]) -> ListPage:
    """A list for scripts, named by its bytes."""
    data = data_of(ListPage("", "", language.code, "", rows, context))
    return ListPage(asset(in_language(stem, language.path), data, ".json"), "", language.code, "", rows, context)


def _distances(places: Sequence[int]) -> tuple[int, ...]:
    return tuple(map(sub, places, (0, *places)))
