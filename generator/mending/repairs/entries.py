"""Entries that a hub repository no longer exports."""

import ast
from collections.abc import Iterator

from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.entry import renamed_entries
from generator.model.mending import Candidate, CodeEdit
from generator.scripts.entries import entry_uses


def renamed_entry(failure: Broken) -> Iterator[Candidate]:
    """An entry that hubconf.py no longer exports: the one that it does in its place, by the parts of its name.

    Variants that the same snippet offers in comments are renamed with it where they are gone too. Never proposed is
    another model, nor a class or helper that hubconf.py happens to export.
    """
    owner = failure.clues.owner
    if owner is None or not owner.names:
        return
    for call in failure.calls():
        for node in (*call.args[1:2], *(one.value for one in call.keywords if one.arg == "entry")):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in owner.names:
                source, nears = failure.source(node), renamed_entries(node.value, owner.names)
                for rank, near in enumerate(nears if source.count(node.value) == 1 else ()):
                    edit = failure.put(node, source.replace(node.value, near))
                    others = tuple(_variants(failure, owner.names, near))
                    told = f" and rename {len(others)} that the comments offer" if others else ""
                    yield Candidate((edit, *others), f"load `{near}`{told}", rank=rank)


def _variants(failure: Broken, names: tuple[str, ...], chosen: str) -> Iterator[CodeEdit]:
    """Edits of the variants in comments that are not exported either; no two of them become the same."""
    code = failure.code
    starts = [0]
    for line in code.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    uses = [use for use in entry_uses(code) if not use.is_active]
    taken = {chosen, *(use.entry for use in uses)}
    for use in uses:
        if use.entry in names:
            continue
        near = next((near for near in renamed_entries(use.entry, names) if near not in taken), "")
        text = code[starts[use.first] : starts[use.end]]
        quoted = [f"{quote}{use.entry}{quote}" for quote in "\"'"]
        at = max(text.find(one) for one in quoted) + 1
        if near and at and sum(text.count(one) for one in quoted) == 1:
            taken.add(near)
            start = starts[use.first] + at
            yield CodeEdit(failure.place[0], start, start + len(use.entry), near)


REPAIRS: tuple[Repair, ...] = (Repair(renamed_entry),)
