"""Statements that are moved up: each language's own lines, with the comments above them."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.checking.statements import name_called
from generator.checking.syntax import read_code
from generator.model.entry import commented_out
from generator.model.mending import CodeEdit, Move


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lines of a statement, numbered from 0: with the comments right above it, and without the end.

    Right below a call of `load` are those that it may be replaced by, in comments, which go where it goes.
    """

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
        first = number
        while (snippet, first - 1) in move.statements:
            first -= 1
        is_at_end = all((snippet, other) in move.statements for other in range(number, len(own)))
        end = len(lines) - 1 if number + 1 == len(own) else own[number + 1].start
        start = own[number].start
        while is_at_end and first == number and start and not lines[start - 1].strip():
            start -= 1  # the blank lines above would be left at the end
        edits.append(CodeEdit(snippet, _at(lines, start), _at(lines, end), ""))
        # It stands apart from what comes below as it did, the last one as what it is a part of did from what is above.
        below = own[number + 1].start if number + 1 < len(own) else own[first].start
        is_apart = below > 0 and not lines[below - 1].strip()
        taken.append("\n".join(lines[own[number].start : end]).rstrip("\n") + "\n" * (1 + is_apart))
    to, number = move.to
    target = stretches[to]
    if target is None or number >= len(target):
        return None
    lines, line = codes[to].split("\n"), target[number].start
    if number and all(_is_import(codes[snippet], other) for snippet, other in (*move.statements, (to, number - 1))):
        taken, line = [f"{text.rstrip()}\n" for text in taken], target[number - 1].end  # next to the imports there
    return [CodeEdit(to, _at(lines, line), _at(lines, line), "".join(taken)), *edits]


def _is_import(code: str, number: int) -> bool:
    tree = read_code(code).tree
    return tree is not None and isinstance(tree.body[number], ast.Import | ast.ImportFrom)


def _stretches(code: str) -> Sequence[_Stretch] | None:
    """Where each statement of the top level stands; None where two share a line or none can be told."""
    tree, lines = read_code(code).tree, code.split("\n")
    found: list[_Stretch] = []
    instead = {line for one in commented_out(code) for line in range(one.first, one.end)}
    for node in tree.body if tree else ():
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) - 1
        if found and first < found[-1].end:
            return None
        while first > (found[-1].end if found else 0) and lines[first - 1].lstrip().startswith("#"):
            first -= 1
        end = node.end_lineno or node.lineno
        while end in instead and _is_load(node):
            end += 1
        found.append(_Stretch(first, end))
    return found or None


def _is_load(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
    return isinstance(call, ast.Call) and name_called(call) == "load"


def _at(lines: Sequence[str], line: int) -> int:
    return sum(len(each) + 1 for each in lines[:line])
