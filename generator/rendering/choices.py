"""A sample with the choice of entries that it offers."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.model.entry import EntryUse


@dataclass(frozen=True, slots=True)
class Choice:
    """A sample as a card shows it: one entry that is loaded, and others that would do in its place."""

    code: str
    """The sample without the lines that only offer another entry."""
    entries: tuple[str, ...]
    """In the sample's order, the loaded one among them; none where there is nothing to choose."""
    active: str


def choice_of(code: str, uses: Sequence[EntryUse]) -> Choice:
    """The choice that a sample offers. An alternative that differs in more than its entry stays in the code."""
    active = [use for use in uses if use.is_active]
    lines = code.removesuffix("\n").split("\n")
    if len(active) != 1:
        return Choice(code, (), "")
    (loaded,) = active
    statement = _words(loaded)
    others = [use for use in uses if not use.is_active and _words(use).replace(use.entry, loaded.entry, 1) == statement]
    if not others:
        return Choice(code, (), loaded.entry)
    dropped = {index for use in others for index in range(use.first, use.end)}
    kept = "".join(f"{line}\n" for index, line in enumerate(lines) if index not in dropped)
    entries = dict.fromkeys(use.entry for use in uses if use is loaded or use in others)
    return Choice(kept, tuple(entries), loaded.entry)


def _words(use: EntryUse) -> str:
    """A statement without its line breaks."""
    return "".join(map(str.strip, use.code.split("\n")))
