"""What lists are narrowed by: tags, tasks, data sets, licences and states, with the models that have them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import sub
from typing import Any

import msgspec

from generator.model.addresses import asset, list_place, list_value
from generator.model.hub import Hub, Language
from generator.model.record import PageRecord
from generator.model.site import ListPage
from generator.rendering.environment import Templates
from generator.rendering.verification import STATES

KINDS = ("tag", "task", "dataset", "license", "state")
MOST_OFFERED = 100
"""How many of a kind are offered beside a list: those with the most models."""

ROWS_IN_A_FILE = 500
"""Whoever filters the index gets those files that the first matches are in."""

Groups = Mapping[tuple[str, str], Sequence[int]]
"""Kind and value to the models that have it, as places in the list of all models."""

Filter = Mapping[str, Any]
"""A link to the models that have something in common: its kind, value, name, count and place."""

Filters = Mapping[str, Sequence[Filter]]
"""By kind, each in the order of the hub's settings."""


def groups_of(ordered: Sequence[PageRecord], language: str) -> Groups:
    """What the models have in common, as readers of this language meet it."""
    kinds: Mapping[str, dict[str, list[int]]] = {kind: defaultdict(list) for kind in KINDS}
    for index, record in enumerate(ordered):
        values = {
            "tag": record.tags,
            "task": (record.task,),
            "dataset": dict.fromkeys(map(list_value, record.datasets)),
            "license": (list_value(record.license),) if record.license else (),
            "state": (record.told[language].state,),
        }
        for kind, found in values.items():
            for value in filter(None, found):
                kinds[kind][value].append(index)
    return {(kind, value): found for kind, of in kinds.items() for value, found in of.items()}


def filters_of(
    ordered: Sequence[PageRecord], groups: Groups, hub: Hub, language: Language, templates: Templates, states: set[str]
) -> Filters:
    """Every list that the hub has. Those of other languages have the same places.

    Args:
        ordered: all models, as `groups` counts them.
        states: those that models have in any language.
    """
    words = templates.strings[language.code]
    tasks = sorted(value for kind, value in groups if kind == "task")
    names: Mapping[str, Mapping[str, str]] = {
        "tag": {tag: hub.tags[tag][language.code] for tag in hub.tags if ("tag", tag) in groups},
        "task": {task: hub.tags[task][language.code] if task in hub.tags else task for task in tasks},
        "dataset": _named(name for record in ordered for name in record.datasets),
        "license": _named(record.license for record in ordered if record.license),
        "state": {state: words.get(f"state_{state}", state) for state in STATES if state in states},
    }
    return {
        kind: [_filter(kind, value, name, len(groups.get((kind, value), ()))) for value, name in named.items()]
        for kind, named in names.items()
    }


def _named(names: Iterable[str]) -> Mapping[str, str]:
    """By the value that lists know them by, in the order of the alphabet: each as it is written first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(list_value(name), name)
    return dict(sorted(found.items(), key=lambda each: (each[1].casefold(), each[0])))


def _filter(kind: str, value: str, name: str, count: int) -> Filter:
    return {"kind": kind, "value": value, "name": name, "count": count, "place": list_place(kind, value)}


def offered(filters: Filters, groups: Groups, models: int) -> Filters:
    """Those that are shown beside every list.

    A tag that exactly the models of a task have says the same as the task, and data sets and licences say nothing
    where all models have the same: their lists are there all the same, and nobody is asked to choose among them.

    Args:
        models: how many there are.
    """
    tasks = {value: places for (kind, value), places in groups.items() if kind == "task"}
    own = [each for each in filters["tag"] if groups.get(("tag", each["value"])) != tasks.get(each["value"], ())]
    shown = {**filters, "tag": own}
    for kind in ("dataset", "license"):
        if len(shown[kind]) == 1 and shown[kind][0]["count"] == models:
            shown[kind] = ()
    return {kind: tuple(_most_used(group)) for kind, group in shown.items()}


def with_chosen(shown: Filters, chosen: Filter) -> Filters:
    """Those that are shown beside the list of one of them, which is there though few models have it."""
    group = shown[chosen["kind"]]
    return shown if chosen in group else {**shown, chosen["kind"]: (*group, chosen)}


def _most_used(group: Sequence[Filter]) -> Sequence[Filter]:
    if len(group) <= MOST_OFFERED:
        return group
    kept = {each["value"] for each in sorted(group, key=lambda each: -each["count"])[:MOST_OFFERED]}
    return [each for each in group if each["value"] in kept]


def filter_files(
    rows: Sequence[str], groups: Groups, orders: Mapping[str, tuple[int, ...]], language: Language
) -> Iterator[ListPage]:
    """What a script needs to filter and sort an index of several pages, the file that names the others last.

    It holds, for each kind and value, the places of the models that have it, each as its distance from the one before,
    and all places in each order; the others hold the rows, a fixed number each.
    """
    names = []
    for first in range(0, len(rows), ROWS_IN_A_FILE):
        file = data_file("rows", language, tuple(rows[first : first + ROWS_IN_A_FILE]), {})
        names.append(file.path.rpartition("/")[2])
        yield file
    of = {f"{kind}={value}": _distances(found) for (kind, value), found in sorted(groups.items())}
    yield data_file(
        "filters", language, (), {"of": of, "orders": orders, "size": ROWS_IN_A_FILE, "files": tuple(names)}
    )


def data_of(page: ListPage) -> bytes:
    """The bytes of a list for scripts."""
    return msgspec.json.encode({**page.context, "rows": page.rows} if page.rows else page.context)


def data_file(stem: str, language: Language, rows: tuple[str, ...], context: Mapping[str, Any]) -> ListPage:
    """A list for scripts, named by its bytes."""
    data = data_of(ListPage("", "", language.code, "", rows, context))
    return ListPage(asset(f"{stem}-{language.path}", data, ".json"), "", language.code, "", rows, context)


def _distances(places: Sequence[int]) -> tuple[int, ...]:
    return tuple(map(sub, places, (0, *places)))
