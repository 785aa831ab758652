"""Statements that are moved up: each language's own lines, with the comments above them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.checking.syntax import read_code
from generator.model.mending import CodeEdit, Move


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lines of a statement, numbered from 0: with the comments right above it, and without the end."""

    start: int
    end: int


def edits_for(move: Move, codes: Mapping[int, str]) -> Sequence[CodeEdit] | None:
    """The edits that move statements in the code of one language; None where they share lines with others.

    Args:
        move: what is to be moved.
        codes: the code of each snippet that the move is of, by its index.
    """
    stretches = {index: _stretches(code) for index, code in codes.items()}
    edits: list[CodeEdit] = []
    taken: list[str] = []
    for snippet, number in move.statements:
        own = stretches[snippet]
        if own is None or number >= len(own):
            return None
        lines = codes[snippet].split("\n")
        end = own[number + 1].start if number + 1 < len(own) else len(lines) - 1
        start = own[number].start
        if number + 1 == len(own):  # the blank lines above would be left at the end
            while start and not lines[start - 1].strip() and (snippet, number - 1) not in move.statements:
                start -= 1
        edits.append(CodeEdit(snippet, _at(lines, start), _at(lines, end), ""))
        taken.append(
            "\n".join(lines[own[number].start : end]).rstrip("\n") + "\n" * (1 + _is_apart(lines, own, number))
        )
    to, number = move.to
    target = stretches[to]
    if target is None or number >= len(target):
        return None
    at = _at(codes[to].split("\n"), target[number].start)
    return [CodeEdit(to, at, at, "".join(taken)), *edits]


def _is_apart(lines: Sequence[str], own: Sequence[_Stretch], number: int) -> bool:
    """Whether a blank line stands between a statement and the next; for the last one, the one before."""
    if number + 1 < len(own):
        return not lines[own[number + 1].start - 1].strip()
    return own[number].start > 0 and not lines[own[number].start - 1].strip()


def _stretches(code: str) -> Sequence[_Stretch] | None:
    """Where each statement of the top level stands; None where two share a line or none can be told."""
    tree, lines = read_code(code).tree, code.split("\n")
    found: list[_Stretch] = []
    for node in tree.body if tree else ():
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) - 1
        if found and first < found[-1].end:
            return None
        while first > (found[-1].end if found else 0) and lines[first - 1].lstrip().startswith("#"):
            first -= 1
        found.append(_Stretch(first, node.end_lineno or node.lineno))
    return found or None


def _at(lines: Sequence[str], line: int) -> int:
    return sum(len(each) + 1 for each in lines[:line])
