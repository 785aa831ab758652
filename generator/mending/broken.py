"""A script's failure as repairs look at it: the code, the place, and what the names there stood for."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from generator.checking.statements import own_nodes, statement_at
from generator.checking.syntax import Code, Statement, read_code
from generator.frameworks import framework
from generator.frameworks.framework import Framework
from generator.mending.expressions import READS_ARGUMENTS
from generator.model.clues import Clues, Value
from generator.model.mending import CodeEdit
from generator.model.page import Page
from generator.model.run import Frame, Script, ScriptRun, SnippetError

_IPYTHON = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
"""What IPython puts into every namespace."""
_NO_CLUES = Clues()
_ERRORS_OF_NAMES = frozenset({"NameError", "AttributeError", "ImportError", "ModuleNotFoundError"})
_NAME_MISSING = re.compile(r"(?:^name|has no attribute|No module named|cannot import name) '(?P<name>[\w.]+)'")


@dataclass(frozen=True)
class Broken:
    """A script, the run that failed, and the page that both are of."""

    page: Page
    script: Script
    run: ScriptRun
    failed: int
    """Index of the snippet that raised."""
    error: SnippetError

    @property
    def clues(self) -> Clues:
        """What the kernel said of the object that the failure was about; nothing where it could not."""
        return self.error.clues or _NO_CLUES

    @property
    def missing(self) -> frozenset[str]:
        """The names that the kernel says are not there, or the keyword that nothing takes."""
        match = _NAME_MISSING.search(self.error.message) if self.error.name in _ERRORS_OF_NAMES else None
        if match:
            return frozenset(match["name"].split("."))
        return frozenset({self.clues.keyword} - {""})

    @property
    def reads_arguments(self) -> bool:
        """Whether it came of reading the arguments of a command, which code in a notebook has not."""
        called = {frame.function for frame in self.inner_frames if frame.file.endswith("argparse.py")}
        return self.error.name == "SystemExit" and not READS_ARGUMENTS.isdisjoint(called)

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """Each snippet's code as syntax."""
        return tuple(read_code(snippet.code) for snippet in self.script.snippets)

    @cached_property
    def place(self) -> tuple[int, int]:
        """Snippet and line, from 1 in its code, that was being run: the innermost one that is the page's."""
        # The run's own lines: a script that was run before may since have moved on its page.
        return self.script.place_of(self.error, [ran.lines for ran in self.run.snippets]) or (self.failed, 1)

    @property
    def code(self) -> str:
        """The code of the snippet in which it happened."""
        return self.script.snippets[self.place[0]].code

    @property
    def own_frames(self) -> Sequence[Frame]:
        """The levels of the traceback that are the page's, outermost first."""
        page = Path(self.script.path).name
        return [frame for frame in self.error.frames if frame.file == page]

    @property
    def inner_frames(self) -> Sequence[Frame]:
        """The levels below the innermost of these, outermost first: what the page called."""
        own, frames = self.own_frames, list(self.error.frames)
        below = list(takewhile(lambda frame: not own or frame is not own[-1], reversed(frames)))
        return below[::-1]

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """What the names stood for that the failing code could see."""
        innermost = self.own_frames[-1:]
        return {value.name: value for frame in innermost for value in frame.values if value.name not in _IPYTHON}

    @property
    def modules(self) -> Mapping[str, str]:
        """Every module that had a name there, to that name: `megengine` to `mge`."""
        return {value.module: value.name for value in reversed(list(self.values.values())) if value.module}

    @property
    def framework(self) -> Framework:
        """What the page's code is written for."""
        return framework(self.script.framework)

    @property
    def tensor_function(self) -> tuple[str, tuple[CodeEdit, ...]]:
        """What the page calls the framework's function for it, and what it takes to have that name."""
        owner, _, function = self.framework.tensor.rpartition(".")
        if name := self.modules.get(owner):
            return f"{name}.{function}", ()
        for code in self.codes:
            for name, target in code.imports.items():
                if target == self.framework.tensor and name in self.values:
                    return name, ()
        ways = {name: way for name, way in self.framework.imports.items() if way.split()[:2] == ["import", owner]}
        name = next((name for name in ways if name not in self.values), owner)
        return f"{name}.{function}", (self.import_first(ways.get(name, f"import {owner}")),)

    @property
    def statement(self) -> ast.stmt | None:
        """The innermost statement that was being run; None where the code cannot be read."""
        index, line = self.place
        return statement_at(self.codes[index], line)

    def calls(self) -> Iterator[ast.Call]:
        """The calls of that statement, without those of statements within it."""
        return (node for node in own_nodes(self.statement) if isinstance(node, ast.Call))

    def span(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword, snippet: int | None = None) -> tuple[int, int]:
        """Where a node starts and ends in its snippet's code, in characters."""
        code = self.script.snippets[self.place[0] if snippet is None else snippet].code
        return offset(code, node.lineno, node.col_offset), offset(code, node.end_lineno or 0, node.end_col_offset or 0)

    def source(self, node: ast.expr, snippet: int | None = None) -> str:
        """A node as its author wrote it."""
        start, end = self.span(node, snippet)
        return self.script.snippets[self.place[0] if snippet is None else snippet].code[start:end]

    def put(self, node: ast.expr | ast.stmt | ast.alias, text: str, snippet: int | None = None) -> CodeEdit:
        """This text in the place of a node."""
        return CodeEdit(self.place[0] if snippet is None else snippet, *self.span(node, snippet), text)

    def wrap(self, node: ast.expr, before: str, after: str = ")") -> tuple[CodeEdit, CodeEdit]:
        """A node as it is, between two texts."""
        start, end = self.span(node)
        index = self.place[0]
        return CodeEdit(index, start, start, before), CodeEdit(index, end, end, after)

    def import_first(self, statement: str) -> CodeEdit:
        """An import above the statement of the top level that needs it, below the imports that are there."""
        index, line = self.place
        code = self.codes[index]
        at = offset(code.text, _line_for_import(code, line), 0)
        return CodeEdit(index, at, at, f"{statement}\n")


def broken(page: Page, script: Script, run: ScriptRun) -> Broken | None:
    """A failed run as repairs look at it; None where no snippet of it raised."""
    for index, snippet in enumerate(run.snippets):
        if snippet.status == "failed" and snippet.error is not None:
            return Broken(page, script, run, index, snippet.error)
    return None


def needed(codes: Sequence[Code], wanted: tuple[int, int], user: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """A statement with those that it needs between another one and itself; nothing where it needs that other one.

    Args:
        codes: the snippets' code.
        wanted: the statement: the index of its snippet, and its number among those of the top level.
        user: the other one, which stands above and is to come after all of them.
    """
    statements = {
        (index, number): one for index, code in enumerate(codes) for number, one in enumerate(code.statements)
    }
    known = frozenset().union(*(one.binds for place, one in statements.items() if place < user))
    found = {wanted}
    names = _looked_up(statements[wanted]) - known
    for place in sorted((place for place in statements if user <= place < wanted), reverse=True):
        if names & statements[place].binds:
            found.add(place)
            names |= _looked_up(statements[place]) - known
    return () if user in found else tuple(sorted(found))


def _looked_up(statement: Statement) -> Set[str]:
    return {name.id for name in (*statement.loads, *statement.deferred)}


def offset(code: str, line: int, column: int) -> int:
    """Where a line, from 1, and a column in bytes of UTF-8 are in a text, in characters."""
    lines = code.split("\n")
    before = sum(len(each) + 1 for each in lines[: line - 1])
    return before + len(lines[line - 1].encode()[:column].decode(errors="ignore"))


def _line_for_import(code: Code, line: int) -> int:
    """The line above which an import is put that the statement of the top level at a line needs, both from 1."""
    commands = {command.line for command in code.commands}
    above = [node for node in code.tree.body if node.lineno <= line] if code.tree else []
    own = [node for node in above if node.lineno not in commands or node is above[-1]]
    if not own:
        return 1
    imports = [node for node in own[:-1] if isinstance(node, ast.Import | ast.ImportFrom)]
    if imports and (imports[-1].end_lineno or 0) < _first_line(own[-1]):
        return (imports[-1].end_lineno or 0) + 1
    first = _first_line(own[0])
    # What a comment says is said of the statement below it.
    while first > 1 and code.lines[first - 2].lstrip().startswith("#"):
        first -= 1
    return first


def _first_line(statement: ast.stmt) -> int:
    """Also of what decorates it."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return min([statement.lineno, *(node.lineno for node in statement.decorator_list)])
    return statement.lineno
