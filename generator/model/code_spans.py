"""Pieces of code within a text of Markdown: each stands between two runs of equally many backticks."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_TICKS = re.compile("`+")


class CodeSpan(NamedTuple):
    """Where a piece of code stands: indices in its text."""

    start: int
    """Of its first backtick."""
    inside: int
    """Of the first character of the code."""
    inside_end: int
    """Of the backticks that close it."""
    end: int
    """Of what comes behind these."""


def code_ends(text: str) -> Mapping[int, int]:
    """Where each run of backticks begins, to where the next run of as many ends; without those that none answers.

    Found once for all of them: whoever looks for an end at each run reads a text of ever longer runs as often as there
    are runs.
    """
    ends: dict[int, int] = {}
    below: dict[int, int] = {}
    for start, end in reversed([match.span() for match in _TICKS.finditer(text)]):
        if end - start in below:
            ends[start] = below[end - start]
        below[end - start] = end
    return ends


def code_spans(text: str) -> Iterator[CodeSpan]:
    """The pieces of code, in order. A run of backticks that no later one answers is text."""
    ends = code_ends(text)
    position = 0
    for match in _TICKS.finditer(text):
        start, inside = match.span()
        if start >= position and start in ends:
            position = ends[start]
            yield CodeSpan(start, inside, position - (inside - start), position)
