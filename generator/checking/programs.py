"""What a reader of a page runs from top to bottom: its snippets' code together, the names in it and its places."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from generator.checking.parts import Finding
from generator.checking.syntax import Code, read_code
from generator.checking.view import PageView
from generator.model.diagnostic import Edit
from generator.model.page import Snippet

_NEWER = frozenset({"BaseExceptionGroup", "ExceptionGroup", "PythonFinalizationError"})
"""What the kernel's Python does not know yet."""
# With what a notebook, where snippets are run, knows besides.
_KNOWN = (frozenset(dir(builtins)) - _NEWER) | {
    *("__file__", "__annotations__", "__class__", "__module__", "__qualname__"),
    *("WindowsError", "display", "get_ipython"),
    *("exit", "quit", "In", "Out", "_", "__", "___"),
}


@dataclass(frozen=True, slots=True)
class Program:
    """The sample and one section's snippets: what a reader of one language runs from top to bottom."""

    snippets: tuple[Snippet, ...]
    codes: tuple[Code, ...]

    @property
    def parts(self) -> Iterator[tuple[Snippet, Code]]:
        """Each snippet with its code."""
        return zip(self.snippets, self.codes, strict=True)

    @property
    def imports(self) -> Mapping[str, str]:
        """What an imported name stands for in any of it."""
        return imports_of(self.codes)


@dataclass(frozen=True, slots=True)
class UndefinedName:
    """A name that is looked up before anything binds it."""

    index: int
    """Of the snippet in its script."""
    node: ast.Name
    is_bound_later: bool


def programs(view: PageView) -> tuple[Program, ...]:
    """The page's scripts, one a language."""
    return tuple(
        Program(snippets, tuple(read_code(snippet.code) for snippet in snippets))
        for section in view.page.sections
        for snippets in [view.page.snippets_in(section)]
    )


def codes(view: PageView) -> Iterator[tuple[Snippet, Code]]:
    """Every snippet of the page, the sample once, with its code."""
    return ((snippet, read_code(snippet.code)) for snippet in view.snippets)


@lru_cache(maxsize=128)
def imports_of(script: tuple[Code, ...]) -> Mapping[str, str]:
    """What an imported name stands for in a script."""
    return {name: target for code in script for name, target in code.imports.items()}


@lru_cache(maxsize=128)
def undefined_names(script: tuple[Code, ...]) -> tuple[UndefinedName, ...]:
    """The first use of each name of a script that nothing before it binds, as far as all of it can be seen."""
    known = set(_KNOWN)
    everywhere = frozenset().union(*(code.binds for code in script))
    is_all_seen = not any(code.tree is None or code.makes_names for code in script)
    found: dict[str, UndefinedName] = {}
    for index, code in enumerate(script):
        if code.tree is None or code.makes_names:
            break
        for statement in code.statements:
            known |= statement.binds
            for node in sorted(statement.loads, key=_place):
                if node.id not in known:
                    found.setdefault(node.id, UndefinedName(index, node, node.id in everywhere))
            for node in sorted(statement.deferred, key=_place) if is_all_seen else ():
                if node.id not in known and node.id not in everywhere:
                    found.setdefault(node.id, UndefinedName(index, node, False))
    return tuple(found.values())


def dotted(node: ast.AST, imports: Mapping[str, str]) -> str:
    """What a chain of attributes stands for: `F.vision.nms` for `megengine.functional.vision.nms`; else empty."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imports.get(node.id, node.id), *reversed(parts)])


def finding_at(view: PageView, snippet: Snippet, node: ast.expr | ast.stmt | ast.alias, message: str) -> Finding:
    """A finding where a node of a snippet stands in the page."""
    column = read_code(snippet.code).column(node.lineno, node.col_offset)
    return finding_in(view, snippet, node.lineno, column, message)


def finding_in(
    view: PageView, snippet: Snippet, line: int, column: int, message: str, fix: Edit | None = None
) -> Finding:
    """A finding at a line and column of a snippet."""
    number = snippet.fence_line + line
    at = min(column + (indent_of(view, snippet, line) or 0), len(view.lines[number - 1]) + 1)
    return Finding(number, message, at, fix)


def indent_of(view: PageView, snippet: Snippet, line: int) -> int | None:
    """How far the list or quote in which it stands moves a line of a snippet to the right.

    None where the page does not have the line as it is in the code: a list may have turned tabs into other space.
    """
    lines = read_code(snippet.code).lines
    if line > len(lines):
        return None
    source = view.lines[snippet.fence_line + line - 1]
    return len(source) - len(lines[line - 1]) if source.endswith(lines[line - 1]) else None


def _place(node: ast.Name) -> tuple[int, int]:
    return node.lineno, node.col_offset
