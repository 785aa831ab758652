"""What a sample loads from a hub, and the commented-out alternatives that it offers, found by parsing both."""

import ast
import re
from collections.abc import Iterator

from generator.model.entry import EntryUse, commented_out, parsed

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+(:[\w./-]+)?")


def entry_uses(code: str) -> tuple[EntryUse, ...]:
    """Every entry that a sample loads or offers, in order. What cannot be parsed as Python is prose, left alone."""
    return tuple(sorted(_uses(code), key=lambda use: use.first))


def _uses(code: str) -> Iterator[EntryUse]:
    lines = code.split("\n")
    for statement in _statements(code):
        first, end = statement.lineno - 1, statement.end_lineno or statement.lineno
        if load := _load_call(statement):
            yield EntryUse(*load, "\n".join(lines[first:end]), first, end, True)
    for comment in commented_out(code):
        statements = _statements(comment.code)
        if len(statements) == 1 and (load := _load_call(statements[0])):
            yield EntryUse(*load, comment.code, comment.first, comment.end, False)


def _statements(code: str) -> list[ast.stmt]:
    module = parsed(code)
    return module.body if module else []


def _load_call(statement: ast.stmt) -> tuple[str, str] | None:
    """Repository and entry of a statement that loads a model: `model = hub.load("owner/repo", "entry", …)`."""
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.Call):
        return None
    owner = getattr(value.func, "value", None)
    if owner is not None and "hub" not in getattr(owner, "attr", getattr(owner, "id", "")):
        return None  # numpy.load
    named = {keyword.arg: keyword.value for keyword in value.keywords}
    first = value.args[0] if value.args else named.get("repo_info")
    second = value.args[1] if len(value.args) > 1 else named.get("entry")
    name = getattr(value.func, "attr", getattr(value.func, "id", ""))
    if name != "load" or not isinstance(first, ast.Constant) or not isinstance(second, ast.Constant):
        return None
    if not isinstance(first.value, str) or not isinstance(second.value, str):
        return None
    return (first.value, second.value) if _REPOSITORY.fullmatch(first.value) else None
