"""What a sample loads from a hub repository, what it offers in its place, and code that is commented out."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_MARK = re.compile(r"[ \t]*#[# \t]*")
_BEGINNING = re.compile(r"[ \t]*#.*\b(?:load|help)\(")
_BRACKETS = re.compile(r"[()\[\]{}]")
_MOST_LINES = 20
"""A call over more lines than this is prose that happens to parse."""


@dataclass(frozen=True, slots=True)
class EntryUse:
    """A call of `hub.load` in a sample, active or commented out."""

    repository: str
    """As written: megengine/models, or megengine/models:branch."""
    entry: str
    code: str
    """The statement as it would be run, over as many lines as it has in the sample."""
    first: int
    """Index of its first line in the sample's code."""
    end: int
    """Index of the line after its last."""
    is_active: bool


@dataclass(frozen=True, slots=True)
class CommentedOut:
    """Lines of a snippet that would call something if they were no comment."""

    first: int
    """Index of the first line in the snippet's code."""
    marks: tuple[int, ...]
    """For each line, how many characters stand before its code."""
    code: str
    """The lines without these."""

    @property
    def end(self) -> int:
        """Index of the line after the last."""
        return self.first + len(self.marks)


@lru_cache(maxsize=128)
def commented_out(code: str) -> tuple[CommentedOut, ...]:
    """Calls of `load` and `help` in comments, in order. What cannot be read as Python is prose, and left alone."""
    return tuple(_commented_out(code.split("\n")))


def parsed(code: str) -> ast.Module | None:
    """Code as syntax; None for what is no Python, or nested more deeply than this Python reads."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _commented_out(lines: Sequence[str]) -> Iterator[CommentedOut]:
    end = 0
    for index, line in enumerate(lines):
        if index >= end and _BEGINNING.match(line):
            found = _statement_at(lines, index)
            if found is not None:
                end = found.end
                yield found


def _statement_at(lines: Sequence[str], first: int) -> CommentedOut | None:
    """The comment lines from here to the end of the call, where they are Python once they are no comment."""
    marks: list[int] = []
    code: list[str] = []
    opened = 0
    for line in lines[first : first + _MOST_LINES]:
        mark = _MARK.match(line)
        if mark is None:
            return None
        # What goes on further to the right does so without the mark too.
        marks.append(min(mark.end(), marks[0]) if marks else mark.end())
        code.append(line[marks[-1] :])
        opened += sum((mark in "([{") - (mark in ")]}") for mark in _BRACKETS.findall(code[-1]))
        if opened <= 0:  # a call ends where its brackets do
            text = "\n".join(code)
            return CommentedOut(first, tuple(marks), text) if parsed(text) else None
    return None
