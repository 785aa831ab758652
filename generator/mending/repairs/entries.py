"""Entries that a hub repository no longer exports."""

import ast
from collections.abc import Iterator

from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.entry import nearest_entry
from generator.model.mending import Candidate


def renamed_entry(failure: Broken) -> Iterator[Candidate]:
    """An entry that hubconf.py no longer exports: the nearest one that it does, by the parts of its name."""
    owner = failure.clues.owner
    if owner is None or not owner.names:
        return
    for call in failure.calls():
        for node in (*call.args[1:2], *(one.value for one in call.keywords if one.arg == "entry")):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in owner.names:
                near = nearest_entry(node.value, owner.names)
                if near:
                    quote = failure.source(node)[0]
                    yield Candidate((failure.put(node, f"{quote}{near}{quote}"),), f"load `{near}`")


REPAIRS: tuple[Repair, ...] = (Repair(renamed_entry),)
