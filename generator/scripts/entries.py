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
    lines = code.removesuffix("\n").split("\n")
    return tuple(sorted([*_active(code), *_commented_out(lines)], key=lambda use: use.first))


def _active(code: str) -> Iterator[EntryUse]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    for statement in tree.body:
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
    for end in range(first, min(first + _MOST_LINES, len(lines))):
        match = COMMENT.fullmatch(lines[end])
        if match is None:
            return None
        code.append(match["code"])
        try:
            tree = ast.parse("\n".join(code))
        except (SyntaxError, ValueError):
            continue
        load = _load_call(tree.body[0]) if len(tree.body) == 1 else None
        return EntryUse(*load, first, end + 1, False) if load else None
    return None


def _load_call(statement: ast.stmt) -> tuple[str, str] | None:
    """Repository and entry of a statement that loads a model: `model = hub.load("owner/repo", "entry", …)`."""
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.Call):
        return None
    *owner, name = ast.unparse(value.func).split(".")
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
