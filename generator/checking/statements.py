"""The statement at a line, what is its own and not of statements within it, and what a call calls."""

import ast
from collections.abc import Iterator

from generator.checking.syntax import Code


def statement_at(code: Code, line: int) -> ast.stmt | None:
    """The innermost statement at a line of a snippet, from 1; None where there is none."""
    found = None
    for node in ast.walk(code.tree) if code.tree else ():
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            found = node
    return found


def own_nodes(statement: ast.stmt | None) -> Iterator[ast.AST]:
    """A statement's nodes in the order of their places, without those of statements within it."""
    waiting: list[ast.AST] = [statement] if statement else []
    while waiting:
        node = waiting.pop()
        yield node
        inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt | ast.ExceptHandler)]
        waiting += reversed(inner)


def name_called(call: ast.Call) -> str:
    """The last part of the name of what is called: `load` of `hub.load(…)`; empty where it has no name."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))
