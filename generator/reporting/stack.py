"""The part of a traceback, or of a dead kernel's stack, that is the reader's own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.reporting.characters import shorten, visible

_FIRST_LINES, _LAST_LINES = 5, 15

# A traceback's levels are apart by an empty line, a native stack's by a line break.
_BLOCK = re.compile(r"\n[ \t]*\n|\n(?=  File )")
# What IPython puts above a traceback, and again above each exception of a chain.
_HEADING = re.compile(r"\A(?:-+\n)?\S+ +Traceback \(most recent call last\)\n")
_CHAINED = re.compile(r"The above exception was the direct cause|During handling of the above exception")
_THREAD = "(most recent call first):\n"
_HUB = re.compile(r'\s*File "?hub:')


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a stack."""

    text: str
    is_page: bool
    is_hub: bool


def shorten_traceback(traceback: str, page: str, *, hub: bool = False) -> Sequence[str]:
    """The lines of a traceback, or of a native stack, that are about the reader's own code.

    Args:
        page: the page's file name.
        hub: keep the innermost level inside the hub repository's code as well.
    """
    native = _THREAD in traceback
    levels = _levels(traceback, page)
    if native and not any(level.is_page for level in levels):
        levels = _levels(traceback, page, every_thread=True)
    # A native stack begins with the innermost call, a traceback ends with it.
    of_hub = [number for number, level in enumerate(levels) if level.is_hub]
    kept = {number for number, level in enumerate(levels) if level.is_page}
    kept |= _links(levels, kept)
    if hub and of_hub:
        kept.add(of_hub[0 if native else -1])
    lines = [visible(line) for number in sorted(kept) for line in levels[number].text.splitlines() if line.strip()]
    return shorten(lines, _LAST_LINES, _FIRST_LINES) if native else shorten(lines, _FIRST_LINES, _LAST_LINES)


def _links(levels: Sequence[_Level], kept: set[int]) -> set[int]:
    """What stands between two exceptions of a chain, where the reader's code is in both: the first one's message."""
    links = [number for number, level in enumerate(levels) if _CHAINED.match(level.text)]
    inside = [number for number in links if kept and min(kept) < number < max(kept)]
    return {number - offset for number in inside for offset in (0, 1)}


def _levels(traceback: str, page: str, *, every_thread: bool = False) -> list[_Level]:
    # faulthandler writes the main thread last; the others are ipykernel's, unless a snippet started its own.
    text = traceback if every_thread else traceback.rpartition(_THREAD)[2]
    is_page = re.compile(rf'\s*(?:File )?"?(?:[^\s"]*/)?{re.escape(page)}[",: ]')
    blocks = [_HEADING.sub("", block) for block in _BLOCK.split(text)]
    return [_Level(block, bool(is_page.match(block)), bool(_HUB.match(block))) for block in blocks]
