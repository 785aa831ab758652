"""The orders that a list of models can be put in, besides that of their names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from generator.model.record import ToldIn
from generator.rendering.entries import Offered

ORDERS = ("date", "state", "parameters", "downloaded", "memory")
"""date: what was run last comes first. state: what runs. The others: the smallest; what is not known comes last."""


def sorts_of(own: Offered) -> Mapping[str, int]:
    """By the order's name, what a model is put in it by, least first; without what is not known of it.

    Args:
        own: the entry that its page loads: figures are of its own run alone.
    """
    last, measured = own.verification.run, own.measured
    values = {
        "date": -int(datetime.fromisoformat(last.started).timestamp()) if last else None,
        "state": -own.verification.urgency,
        "parameters": measured["parameters"],
        "downloaded": measured["downloaded"],
        "memory": measured["peakMemory"],
    }
    return {name: value for name, value in values.items() if value is not None}


def orders_of(told: Sequence[ToldIn]) -> Mapping[str, tuple[int, ...]]:
    """Each order that tells any models apart, as their places in this list; equals stay as they are in it."""
    found = {}
    for name in ORDERS:
        values = [each.sorts.get(name) for each in told]
        if len({value for value in values if value is not None}) > 1:
            found[name] = tuple(sorted(range(len(told)), key=lambda place: (values[place] is None, values[place] or 0)))
    return found
