"""Rules about code that was written for Python 2."""

import ast
import re
from collections.abc import Iterator

from generator.checking.parts import Finding
from generator.checking.programs import Program, codes, dotted, finding_at, finding_in, programs, undefined_names
from generator.checking.registry import Rule
from generator.checking.syntax import Code
from generator.checking.view import PageView
from generator.model.page import Snippet

BUILTINS = {
    "xrange": "range",
    "unicode": "str",
    "raw_input": "input",
    "unichr": "chr",
    "long": "int",
    "basestring": "str",
    "execfile": "exec",
    "reload": "importlib.reload",
    "reduce": "functools.reduce",
}
"""Built-in names that Python 3 does not know, and what to use instead."""

MOVED = {
    "urllib.URLopener": "urllib.request.urlretrieve",
    "urllib.FancyURLopener": "urllib.request.urlretrieve",
    **{f"urllib.{name}": f"urllib.request.{name}" for name in ("urlopen", "urlretrieve", "urlcleanup", "getproxies")},
    **{
        f"urllib.{name}": f"urllib.parse.{name}"
        for name in ("quote", "quote_plus", "unquote", "unquote_plus", "urlencode")
    },
}
"""Functions of modules of Python 2, and where Python 3 has what to use instead."""
MODULES = {
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "httplib": "http.client",
    "cPickle": "pickle",
    "StringIO": "io",
    "cStringIO": "io",
    "ConfigParser": "configparser",
    "Queue": "queue",
    "__builtin__": "builtins",
}
"""Modules of Python 2, and what Python 3 calls them."""
METHODS = {"iteritems": "items", "itervalues": "values", "iterkeys": "keys"}
"""Of dictionaries."""
_MOVED_NAMES = frozenset(name.partition(".")[2] for name in MOVED)
_FUTURE = frozenset({"print_function", "division", "absolute_import", "unicode_literals", "with_statement"})
_STATEMENT = re.compile(r"[ \t]*(?P<word>print|exec)[ \t]+(?=[\"'\w%(-])")


def python_2_remnant(view: PageView) -> Iterator[Finding]:
    """Code for Python 2 fails on every Python that MegEngine still supports, or only works by the fallback beside it.

    Bad:
        try: urllib.URLopener().retrieve(url, filename)
        except: urllib.request.urlretrieve(url, filename)

    Good: urllib.request.urlretrieve(url, filename)
    """
    for snippet, code in codes(view):
        yield from _statements(view, snippet, code)
        yield from _imports(view, snippet, code)
        yield from _calls(view, snippet, code)
    found: dict[Finding, None] = {}
    for script in programs(view):
        found.update(dict.fromkeys(_moved(view, script)))
        for undefined in undefined_names(script.codes):
            name = undefined.node.id
            if name in BUILTINS and not undefined.is_bound_later:
                message = f"{name} is Python 2: use {BUILTINS[name]}"
                found[finding_at(view, script.snippets[undefined.index], undefined.node, message)] = None
    yield from found


def _statements(view: PageView, snippet: Snippet, code: Code) -> Iterator[Finding]:
    """`print x` keeps the whole snippet from being read."""
    if code.problem is not None and code.problem.message.startswith("Missing parentheses in call to"):
        for number, line in enumerate(code.lines, start=1):
            match = _STATEMENT.match(line)
            if match or number == code.problem.line:
                column = match.start("word") + 1 if match else code.problem.column
                word = match["word"] if match else "print"
                message = f"{word} without parentheses is Python 2: write {word}(…)"
                yield finding_in(view, snippet, number, column, message)


def _imports(view: PageView, snippet: Snippet, code: Code) -> Iterator[Finding]:
    for node in code.of(ast.Import):
        for alias in node.names:
            if alias.name in MODULES:
                message = f"{alias.name} is a module of Python 2: import {MODULES[alias.name]}"
                yield finding_at(view, snippet, alias, message)
    for from_node in code.of(ast.ImportFrom):
        module = from_node.module or ""
        if module in MODULES and not from_node.level:
            message = f"{module} is a module of Python 2: import from {MODULES[module]}"
            yield finding_at(view, snippet, from_node, message)
        for alias in from_node.names:
            if new := MOVED.get(f"{module}.{alias.name}"):
                yield finding_at(view, snippet, alias, f"{module}.{alias.name} is Python 2: use {new}")
            elif module == "__future__" and alias.name in _FUTURE:
                message = f"from __future__ import {alias.name} is for Python 2: remove it, Python 3 does so by itself"
                yield finding_at(view, snippet, alias, message)


def _calls(view: PageView, snippet: Snippet, code: Code) -> Iterator[Finding]:
    for call in code.of(ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if (name not in METHODS and name != "has_key") or dotted(call.func, {}).startswith("six."):
            continue
        if name in METHODS and not call.args and not call.keywords:
            yield finding_at(view, snippet, call, f"{name}() is Python 2: use {METHODS[name]}()")
        elif len(call.args) == 1:
            yield finding_at(view, snippet, call, "has_key() is Python 2: write key in dictionary")
    for shift in code.of(ast.BinOp):
        if isinstance(shift.op, ast.RShift) and isinstance(shift.left, ast.Name) and shift.left.id == "print":
            yield finding_at(view, snippet, shift, "print >> is Python 2: write print(…, file=…)")


def _moved(view: PageView, script: Program) -> Iterator[Finding]:
    imports = script.imports
    for snippet, code in script.parts:
        for node in code.of(ast.Attribute):
            name = dotted(node, imports) if node.attr in _MOVED_NAMES else ""
            if name in MOVED:
                yield finding_at(view, snippet, node, f"{name} is Python 2: use {MOVED[name]}")


RULES: tuple[Rule, ...] = (Rule(python_2_remnant),)
