"""A sample with the choice of entries that it offers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.model.entry import EntryUse

_NAME = re.compile(r"[\w.+-]+", re.ASCII)
"""An entry that stands in code as it is called: one that is put in its place can be found there."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A sample as a card shows it: one entry that is loaded, and others that would do in its place."""

    code: str
    """The sample without the lines that only offer another entry."""
    entries: tuple[str, ...]
    """In the sample's order, the loaded one among them; none where there is nothing to choose."""
    active: str
    dropped: frozenset[int] = frozenset()
    """Indexes of the lines of the sample that are not in `code`."""
    loaded: int = 0
    """Index of the line of the sample where the loaded entry's statement begins."""

    def line_of(self, line: int) -> int:
        """A line of the sample as a line of `code`, both from 1; one of another entry is that of the loaded one."""
        if not line:
            return 0
        index = self.loaded if line - 1 in self.dropped else line - 1
        return index + 1 - sum(dropped < index for dropped in self.dropped)

    def code_with(self, entry: str) -> str:
        """`code` with another of the entries in the place of the loaded one."""
        first = self.line_of(self.loaded + 1) - 1
        lines = self.code.split("\n")
        quoted = re.compile(rf"""(?P<quote>["']){re.escape(self.active)}(?=(?P=quote))""")
        rest = quoted.sub(lambda found: found["quote"] + entry, "\n".join(lines[first:]), count=1)
        return "\n".join([*lines[:first], rest])


def choice_of(code: str, uses: Sequence[EntryUse]) -> Choice:
    """The choice that a sample offers. An alternative that differs in more than its entry stays in the code."""
    active = [use for use in uses if use.is_active]
    lines = code.removesuffix("\n").split("\n")
    if len(active) != 1:
        return Choice(code, (), "")
    (loaded,) = active
    statement = _words(loaded)
    others = [use for use in uses if not use.is_active and _words(use).replace(use.entry, loaded.entry, 1) == statement]
    others = [use for use in others if _NAME.fullmatch(use.entry)]
    is_named = any(f"{quote}{loaded.entry}{quote}" in loaded.code for quote in "\"'")
    if not others or not is_named or not _NAME.fullmatch(loaded.entry):
        return Choice(code, (), loaded.entry)
    dropped = {index for use in others for index in range(use.first, use.end)}
    kept = "".join(f"{line}\n" for index, line in enumerate(lines) if index not in dropped)
    shown = {id(loaded), *map(id, others)}  # to compare each with each would take a second of a long sample
    entries = dict.fromkeys(use.entry for use in uses if id(use) in shown)
    return Choice(kept, tuple(entries), loaded.entry, frozenset(dropped), loaded.first)


def _words(use: EntryUse) -> str:
    """A statement without its line breaks."""
    return "".join(map(str.strip, use.code.split("\n")))
