"""What a sample loads from a hub, and the commented-out alternatives that it offers, found by parsing both."""

import ast
import re
from collections.abc import Iterator, Sequence

from generator.model.entry import EntryUse

COMMENT = re.compile(r"(?P<indent>[ \t]*)# ?(?P<code>.*)")
"""A line that is a comment, and the code that it would be."""

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+(:[\w./-]+)?")
_MOST_LINES = 20
"""A call over more lines than this is prose that happens to parse."""


def entry_uses(code: str) -> tuple[EntryUse, ...]:
    """Every entry that a sample loads or offers, in order. What cannot be parsed as Python is prose, left alone."""
    lines = code.splitlines()
    return tuple(sorted([*_active(code), *_commented_out(lines)], key=lambda use: use.first))


def _active(code: str) -> Iterator[EntryUse]:
    for statement in _parsed(code):
        load = _load_call(statement)
        if load is not None:
            repository, entry = load
            yield EntryUse(repository, entry, statement.lineno - 1, statement.end_lineno or statement.lineno, True)


def _commented_out(lines: Sequence[str]) -> Iterator[EntryUse]:
    index = 0
    while index < len(lines):
        found = _variant_at(lines, index) if "load" in lines[index] and COMMENT.fullmatch(lines[index]) else None
        if found is None:
            index += 1
        else:
            yield found
            index = found.end


def _variant_at(lines: Sequence[str], first: int) -> EntryUse | None:
    """The shortest run of comment lines from here that is a call of `hub.load`."""
    code: list[str] = []
    opened = 0
    for end in range(first, min(first + _MOST_LINES, len(lines))):
        match = COMMENT.fullmatch(lines[end])
        if match is None:
            return None
        code.append(match["code"])
        opened += match["code"].count("(") - match["code"].count(")")
        statements = [] if opened else _parsed("\n".join(code))  # a call ends where its parentheses do
        if statements:
            load = _load_call(statements[0]) if len(statements) == 1 else None
            return EntryUse(*load, first, end + 1, False) if load else None
    return None


def _parsed(code: str) -> Sequence[ast.stmt]:
    """The statements of a piece of code; none where it cannot be read as Python, be it for how deeply it is nested."""
    try:
        return ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _load_call(statement: ast.stmt) -> tuple[str, str] | None:
    """Repository and entry of a statement that loads a model: `model = hub.load("owner/repo", "entry", …)`."""
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.Call):
        return None
    try:
        *owner, name = ast.unparse(value.func).split(".")
    except RecursionError:  # a chain of a thousand calls
        return None
    if owner and "hub" not in owner[-1]:
        return None  # numpy.load
    named = {keyword.arg: keyword.value for keyword in value.keywords}
    first = value.args[0] if value.args else named.get("repo_info")
    second = value.args[1] if len(value.args) > 1 else named.get("entry")
    if name != "load" or not isinstance(first, ast.Constant) or not isinstance(second, ast.Constant):
        return None
    if not isinstance(first.value, str) or not isinstance(second.value, str):
        return None
    return (first.value, second.value) if _REPOSITORY.fullmatch(first.value) else None
