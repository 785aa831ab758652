"""A snippet's code as syntax: read once however many pages and languages repeat it, never run.

It is judged by the grammar of the kernel's Python as far as a newer one can do that: it knows when its own statements
came, and what it has allowed in f-strings since is looked for here. Two things cannot be seen in this way: the star of
Python 3.11 in a subscript or an annotation, `a[*b]`, is let through, and code that the kernel's Python takes while the
one that runs hubpages does not take it any more is refused.
"""

import ast
import io
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, TypeVar

from generator.frameworks import frameworks

Node = TypeVar("Node", bound=ast.AST)

_COMMAND = re.compile(r"(?P<indent>[ \t]*)(?:(?P<target>[A-Za-z_]\w*)[ \t]*=[ \t]*)?(?P<text>(?:!|%%?\w).*)")
_TIMED = re.compile(r"%(?:time|timeit|prun)[ \t]+(?:-\S+[ \t]+(?:\d+[ \t]+)?)*(?P<statement>[^-\s].*)")
# Magics that bind no name.
_NAMELESS = frozenset(
    {"time", "timeit", "prun", "capture", "matplotlib", "pip", "conda", "config", "load_ext", "autoreload", "env", "cd"}
)
_CELL_OF_ANOTHER_LANGUAGE = re.compile(r"\s*%%(?!(?:time|timeit|capture|prun)\b)")
# Code that makes names which cannot be seen in it.
_NAME_MAKERS = frozenset({"exec", "eval", "globals", "locals", "vars", "__import__"})
_FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda})
_SCOPES = _FUNCTIONS | {ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.ClassDef}
_OUTSIDE = frozenset({"decorator_list", "bases", "keywords", "returns"})
_KEPT = (ast.Attribute, ast.BinOp, ast.Call, ast.ExceptHandler, ast.Import, ast.ImportFrom)
_NOT_CHILDREN = frozenset(
    {"ctx", "op", "ops", "type_comment", "kind", "level", "id", "attr", "arg", "module", "asname"}
)
_FIELDS = {
    kind: tuple(name for name in kind._fields if name not in _NOT_CHILDREN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""Where nodes of a kind may have children."""
_LEAVES = frozenset({ast.Constant, ast.Pass, ast.alias, type(None), str, int, bytes})
_TYPE_PARAMETERS = frozenset(
    getattr(ast, name) for name in ("TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, name)
)
_BINDING = _TYPE_PARAMETERS | {
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.arg, ast.NamedExpr, ast.Global),
    *(ast.MatchAs, ast.MatchStar, ast.MatchMapping),
}


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Why a snippet cannot be read as Python."""

    line: int
    """Line of the snippet, from 1."""
    column: int
    """Character, from 1."""
    message: str


@dataclass(frozen=True, slots=True)
class Command:
    """A line of a snippet that IPython understands and Python does not."""

    line: int
    column: int
    text: str

    @property
    def magic(self) -> str:
        """The word after %; empty for a shell command."""
        return re.split(r"\W", self.text.lstrip("%"), maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a snippet's top level and the names in it."""

    node: ast.stmt
    loads: tuple[ast.Name, ...]
    """Looked up in the module as the statement runs."""
    deferred: tuple[ast.Name, ...]
    """Looked up in the module when one of its functions is called."""
    binds: frozenset[str]
    """What the module knows by it."""
    calls: tuple[ast.Call, ...]
    has_scopes: bool
    """Whether a comprehension or function in it has names of its own."""


@dataclass(slots=True)
class _Scope:
    parent: "_Scope | None"
    is_function: bool = False
    bound: set[str] = field(default_factory=set)


class Code:
    """A snippet's code. Equal code is one object, see `read_code`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.commands: tuple[Command, ...] = ()
        self.tree, self.problem = _parse(text, oldest_python())
        if self.problem is not None:
            masked, commands = _without_commands(self.lines)
            if commands:
                self.tree, self.problem = _parse(masked, oldest_python())
                # In code that is wrong in another way, a line that begins with % may be the rest of an expression.
                self.commands = tuple(one for one in commands if self.tree is not None or one.text[0] == "!")
        self.nodes: dict[type[ast.AST], list[ast.AST]] = {kind: [] for kind in _KEPT}
        self.imports: dict[str, str] = {}
        """What an imported name stands for: `F` for `megengine.functional`."""
        self.makes_names = any(one.text[0] == "%" and one.magic not in _NAMELESS for one in self.commands)
        """Whether it may know names that cannot be seen: of a star import, of what is executed or run by IPython."""
        self.statements = tuple(self._read(statement) for statement in self.tree.body) if self.tree else ()
        self.binds = frozenset().union(*(statement.binds for statement in self.statements))

    def of(self, kind: type[Node]) -> list[Node]:
        """Every node of one of the kinds that are kept, in no particular order."""
        return self.nodes[kind]  # type: ignore[return-value]

    def column(self, line: int, offset: int) -> int:
        """The character, from 1, at an offset as `ast` has it: in bytes of UTF-8."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return len(text.encode()[:offset].decode(errors="ignore")) + 1

    def _read(self, statement: ast.stmt) -> Statement:
        module = _Scope(None)
        names: list[tuple[ast.Name, _Scope]] = []
        first_call = len(self.nodes[ast.Call])
        has_scopes = False
        # Not a recursion: a sum of a thousand strings is a thousand levels deep.
        stack: list[tuple[ast.AST, _Scope]] = [(statement, module)]
        while stack:
            node, scope = stack.pop()
            kind = type(node)
            if isinstance(node, ast.Name):
                if type(node.ctx) is ast.Store:
                    scope.bound.add(node.id)
                else:
                    names.append((node, scope))
                continue
            if kind in self.nodes:
                self._keep(node, scope)
            elif kind in _BINDING:
                _bind(node, scope, module)
            inner = scope
            if kind in _SCOPES:
                inner, has_scopes = _Scope(scope, kind in _FUNCTIONS), True
            for name in _FIELDS[kind]:
                value: Any = getattr(node, name, None)
                # What decorates, defaults and annotates is looked up outside.
                where = scope if name in _OUTSIDE else inner
                if type(value) is list:
                    stack += [(child, where) for child in value if type(child) not in _LEAVES]
                elif type(value) not in _LEAVES:
                    stack.append((value, where))
        loads: list[ast.Name] = []
        deferred: list[ast.Name] = []
        for used, inside in names:
            level = _level(used.id, inside)
            if level is not None:
                (deferred if level else loads).append(used)
        calls = tuple(self.of(ast.Call)[first_call:])
        return Statement(statement, tuple(loads), tuple(deferred), frozenset(module.bound), calls, has_scopes)

    def _keep(self, node: ast.AST, scope: _Scope) -> None:
        self.nodes[type(node)].append(node)
        if isinstance(node, ast.Call):
            self.makes_names |= isinstance(node.func, ast.Name) and node.func.id in _NAME_MAKERS
        elif isinstance(node, ast.ExceptHandler) and node.name:
            scope.bound.add(node.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                scope.bound.add(alias.asname or root)
                self.imports[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self.makes_names |= alias.name == "*"
                scope.bound.add(alias.asname or alias.name)
                self.imports[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it that may bind or use a name, in no particular order; `ast.walk` takes twice as long."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        for name in _FIELDS[type(node)]:
            value: Any = getattr(node, name, None)
            if type(value) is list:
                stack += [child for child in value if isinstance(child, ast.AST)]
            elif isinstance(value, ast.AST):
                stack.append(value)


@lru_cache(maxsize=1024)
def read_code(text: str) -> Code:
    """A snippet's code."""
    return Code(text)


def _level(name: str, scope: _Scope) -> int | None:
    """None for a name of an inner scope; else whether a function stands between it and the module."""
    deferred = 0
    while scope.parent is not None:
        if name in scope.bound:
            return None
        deferred |= scope.is_function
        scope = scope.parent
    return deferred


def _bind(node: ast.AST, scope: _Scope, module: _Scope) -> None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        scope.bound.add(node.name)
    elif isinstance(node, ast.arg):
        scope.bound.add(node.arg)
    elif isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
        # It binds outside of a comprehension; binding it everywhere on the way is enough to find it.
        outer: _Scope | None = scope
        while outer is not None:
            outer.bound.add(node.target.id)
            outer = None if outer.is_function else outer.parent
    elif isinstance(node, ast.Global):
        module.bound.update(node.names)
    elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
        scope.bound.add(node.name)
    elif isinstance(node, ast.MatchMapping) and node.rest:
        scope.bound.add(node.rest)
    elif type(node) in _TYPE_PARAMETERS:
        scope.bound.add(node.name)  # type: ignore[attr-defined]


@cache
def oldest_python() -> tuple[int, int]:
    """The oldest that any framework's kernels have: by its grammar code is read."""
    return min(one.python for one in frameworks())


def is_python(text: str, version: tuple[int, int]) -> bool:
    """Whether a Python of this version, before 3.12, reads it."""
    return _parse(text, version)[1] is None


def _parse(text: str, version: tuple[int, int]) -> tuple[ast.Module | None, SyntaxProblem | None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of "\d": the snippet's, and this only reads it
            tree = ast.parse(text, feature_version=version)
        newer = _newer_string(text) if sys.version_info >= (3, 12) else None
        return (None, newer) if newer else (tree, None)
    except SyntaxError as error:
        lines = text.split("\n")
        line = min(max(error.lineno or 1, 1), len(lines))
        column = min(max(error.offset or 1, 1), len(lines[line - 1]) + 1)
        return None, SyntaxProblem(line, column, error.msg)
    except (ValueError, RecursionError, MemoryError):
        return None, SyntaxProblem(1, 1, "this is nested too deeply to be read")


def _newer_string(text: str) -> SyntaxProblem | None:
    """The first place in an f-string that Python 3.12 reads and the kernel's does not.

    That one takes it for a string and looks into it afterwards: it ends at the next of its quotes, and what is put in
    holds no backslash or comment.
    """
    quotes: list[str] = []  # of the f-strings around a token
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_END":
            quotes.pop()
            continue
        # A piece of the innermost string's own text is a matter of the strings around that one.
        around = quotes[:-1] if kind == "FSTRING_MIDDLE" else quotes
        is_ended = any(quote in token.string for quote in around)
        is_broken = kind in ("NL", "NEWLINE") and any(len(quote) == 1 for quote in around)
        is_refused = bool(around) and (kind == "COMMENT" or "\\" in token.string)
        if is_ended or is_broken or is_refused or kind == "TSTRING_START":
            what = "a backslash or comment in what an f-string puts in" if is_refused else "this form of string"
            message = f"{what} is only supported in newer versions of Python"
            return SyntaxProblem(token.start[0], token.start[1] + 1, message)
        if kind == "FSTRING_START":
            quotes.append(token.string.lstrip("rRfFbB"))
    return None


def _without_commands(lines: Sequence[str]) -> tuple[str, list[Command]]:
    """The code with what only IPython understands replaced by something harmless, and what that was."""
    text = "\n".join(lines)
    if cell := _CELL_OF_ANOTHER_LANGUAGE.match(text):
        row = text.count("\n", 0, cell.end())
        return "", [Command(row + 1, lines[row].index("%%") + 1, lines[row].strip())]
    kept: list[str] = []
    commands: list[Command] = []
    is_continued = False
    for number, line in enumerate(lines, start=1):
        match = None if is_continued else _COMMAND.fullmatch(line)
        if match is not None:
            commands.append(Command(number, match.start("text") + 1, match["text"].rstrip()))
            timed = _TIMED.fullmatch(match["text"])
            statement = f"{match['target']} = None" if match["target"] else timed["statement"] if timed else "pass"
            kept.append(match["indent"] + statement)
        else:
            kept.append("" if is_continued else line)
        is_continued = (is_continued or match is not None) and line.endswith("\\")
    return "\n".join(kept), commands
