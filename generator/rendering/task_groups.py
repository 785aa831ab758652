"""The whole index under headings: its models by their tasks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.model.addresses import list_place
from generator.rendering.facets import Groups, Value

HEADING = 700
"""Bytes that a heading may take of a page, besides its name."""


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The models of a task, or those without one."""

    value: str
    """Of the facet; empty for none."""
    name: str
    places: Sequence[int]
    """Of its models in the list of all models."""


def task_groups(tasks: Sequence[Value], groups: Groups, models: int, other: str) -> Sequence[TaskGroup]:
    """The tasks in the order of their facet, then what has none; nothing where all models have the same.

    Args:
        models: how many there are.
        other: what the last group is called.
    """
    found = [TaskGroup(each["value"], each["name"], groups["task", each["value"]]) for each in tasks if each["count"]]
    known = {place for group in found for place in group.places}
    rest = [place for place in range(models) if place not in known]
    if rest:
        found.append(TaskGroup("", other, rest))
    return found if len(found) > 1 else ()


def headings(of: Sequence[TaskGroup], first: int, end: int) -> Iterator[Mapping[str, Any]]:
    """What stands on one page of the index: each group with the rows that it has there, counted on the page.

    Args:
        first: the page's first row of all, from 0.
        end: the one behind its last.
    """
    begin = 0
    for group in of:
        last = begin + len(group.places)
        if begin < end and last > first:
            yield {
                "value": group.value,
                "name": group.name,
                "count": len(group.places),
                "place": list_place("task", group.value) if group.value else "",
                "rows": (max(begin, first) - first, min(last, end) - first),
                "goes_on": begin < first,
            }
        begin = last
