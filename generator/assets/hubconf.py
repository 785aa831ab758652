"""What a hub repository exports: its hubconf.py, read as syntax out of the archive and never run."""

import ast
import re
import warnings
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from generator.frameworks import frameworks

MAX_BYTES = 1 << 20
"""Of hubconf.py; a real one has a few KB."""
MAX_MEMBERS = 100_000
"""Of the archive; a repository has a few thousand files."""

_HUBCONF = re.compile(r"(?:[^/]+/)?hubconf\.py")
# By these a module makes names that cannot be seen in it.
_NAME_MAKERS = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr"})


def repository_of_archive_url(url: str) -> str | None:
    """The hub repository, in lower case (`megengine/models`), whose archive a framework gets from this URL."""
    for pattern in _archives():
        if match := pattern.fullmatch(url):
            return str(match["repository"]).lower()
    return None


@cache
def _archives() -> tuple[re.Pattern[str], ...]:
    return tuple(one.archives.pattern for one in frameworks())


def exported_names(archive: Path) -> frozenset[str] | None:
    """The names that a repository archive's hubconf.py defines or imports from elsewhere at its top level.

    None where they cannot be known: no archive, no hubconf.py in it, one that is not Python or too large, a star
    import or names made as it runs.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = file.infolist()
            found = [member for member in members if _HUBCONF.fullmatch(member.filename)]
            if len(found) != 1 or len(members) > MAX_MEMBERS:
                return None
            with file.open(found[0]) as stream:
                source = stream.read(MAX_BYTES + 1)  # what the archive says of the size may be wrong
    except Exception:  # a broken archive may raise nearly anything: BadZipFile, zlib.error, struct.error, …
        return None
    return _names(source) if len(source) <= MAX_BYTES else None


def _names(source: bytes) -> frozenset[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: set[str] = set()
    for statement in _top_level(tree):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in statement.names)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names.update(node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
    if names & {"*", "__getattr__"} or any(_makes_names(node) for node in ast.walk(tree)):
        return None
    return frozenset(names)


def _top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """The module's statements and what stands in an if, try, with or loop among them."""
    waiting = list(tree.body)
    while waiting:
        statement = waiting.pop()
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for name in ("body", "orelse", "finalbody"):
                waiting += getattr(statement, name, [])
            for handler in getattr(statement, "handlers", []):
                waiting += handler.body


def _makes_names(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAME_MAKERS
