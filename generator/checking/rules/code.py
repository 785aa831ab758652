"""Rules about code: whether a reader could run it from top to bottom. It is read as syntax, never run."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from generator.checking.lookalikes import instead_of
from generator.checking.nearest import MOST, nearest
from generator.checking.parts import Finding
from generator.checking.programs import (
    Program,
    UndefinedName,
    codes,
    finding_at,
    finding_in,
    imports_of,
    indent_of,
    programs,
    undefined_names,
)
from generator.checking.registry import Rule
from generator.checking.rules.python2 import BUILTINS
from generator.checking.syntax import Code, is_python, oldest_python
from generator.checking.view import PageView
from generator.frameworks import frameworks
from generator.frameworks.framework import Framework
from generator.model.diagnostic import Edit
from generator.model.page import Snippet

# How such names are bound on every other page, whatever its framework.
_USUAL_IMPORTS = {
    "np": "import numpy as np",
    "plt": "import matplotlib.pyplot as plt",
    "Image": "from PIL import Image",
    **{name: f"import {name}" for name in ("cv2", "numpy", "requests", "os", "sys", "json", "time", "math")},
}


def usual_imports(framework: Framework) -> Mapping[str, str]:
    """How names are bound on a framework's pages."""
    return {**_USUAL_IMPORTS, **framework.imports}


# What only running them does keeps these from being removed.
_EFFECTS = frozenset(
    {"__future__", "readline", "rlcompleter", "this", "antigravity", "colorama", "pycuda", "mpl_toolkits"}
)
_HARMLESS = (
    frozenset({"numpy", "cv2", "requests", "tqdm", "PIL"})
    | {one.package for one in frameworks()}
    | (sys.stdlib_module_names - _EFFECTS)
)

_USE = re.compile(r"([A-Za-z_]\w*(?:\.\w+){0,5})[.(]")


def syntax_error(view: PageView) -> Iterator[Finding]:
    """A snippet must be valid in the Python of the kernel: a reader copies it and runs it.

    Bad:  print(infer()
    Good: print(infer())
    """
    for snippet, code in codes(view):
        problem = code.problem
        if problem is None or problem.message.startswith("Missing parentheses in call to"):
            continue  # the latter is python-2-remnant
        if view.framework.python > oldest_python() and is_python(snippet.code, view.framework.python):
            continue
        if code.lines[problem.line - 1].lstrip().startswith((">>> ", "... ", "In [")):
            message = "a prompt is no Python: remove the prompts and the output, so that the snippet can be copied"
        else:
            plain = instead_of(problem.message)
            remedy = f"write {plain} in its place" if plain else "mend it"
            message = f"this is not valid Python ({problem.message}): {remedy}"
        yield finding_in(view, snippet, problem.line, problem.column, message)


def undefined_name(view: PageView) -> Iterator[Finding]:
    """Every name must be imported or defined above, in the sample or the section: a reader runs them in order.

    Bad:  logits = model(megengine.tensor(data))
    Good:
        import megengine

        logits = model(megengine.tensor(data))
    """
    found: dict[Finding, None] = {}
    for script in programs(view):
        known = sorted(set().union(*(code.binds for code in script.codes)))
        for number, undefined in enumerate(undefined_names(script.codes)):
            snippet = script.snippets[undefined.index]
            if undefined.node.id not in BUILTINS and not _is_expected(snippet):
                remedy = _remedy(view.framework, known if number < MOST else (), undefined)
                found[finding_at(view, snippet, undefined.node, remedy)] = None
    yield from found


def unused_import(view: PageView) -> Iterator[Finding]:
    """An import that nothing uses makes a reader install and wonder: remove it.

    Bad:
        import cv2
        import numpy as np

        image = cv2.imread("cat.jpg")

    Good:
        import cv2

        image = cv2.imread("cat.jpg")
    """
    readers = programs(view)
    unused = [
        {(snippet.line, alias): (snippet, code, node) for snippet, code, node, alias in _unused(script)}
        for script in readers
    ]
    for key in dict.fromkeys(key for found in unused for key in found):
        line, alias = key
        # The sample is every language's.
        if view.page.sample and line == view.page.sample.line and not all(key in found for found in unused):
            continue
        snippet, code, node = next(found[key] for found in unused if key in found)
        message = f"{alias.asname or alias.name} is imported but never used: remove the import"
        column = code.column(alias.lineno, alias.col_offset)
        yield finding_in(view, snippet, alias.lineno, column, message, _removal(view, snippet, code, node))


def bare_except(view: PageView) -> Iterator[Finding]:
    """`except:` also catches typing errors and a reader's Ctrl-C, so a failure looks like success: name what may fail.

    Bad:
        try:
            urllib.request.urlretrieve(url, filename)
        except:
            pass

    Good:
        try:
            urllib.request.urlretrieve(url, filename)
        except OSError as error:
            print("download failed:", error)
    """
    for snippet, code in codes(view):
        for handler in code.of(ast.ExceptHandler):
            if handler.type is None and not any(_raises_again(node) for node in handler.body):
                message = (
                    "a bare except also hides typing errors and Ctrl-C: name what may fail, such as except OSError"
                )
                column = code.column(handler.lineno, handler.col_offset)
                yield finding_in(view, snippet, handler.lineno, column, message)


def import_urllib(view: PageView) -> Iterator[Finding]:
    """`import urllib` does not import urllib.request; it only works where another package happens to have done so.

    Bad:
        import urllib
        urllib.request.urlretrieve(url, "cat.jpg")

    Good:
        import urllib.request
        urllib.request.urlretrieve(url, "cat.jpg")
    """
    found: dict[Finding, None] = {}
    for script in programs(view):
        missing = _missing_submodules(script.codes)
        place = _first_import(script) if missing else None
        if place is not None:
            snippet, code, alias = place
            text = ", ".join(f"urllib.{name}" for name in missing)
            column = code.column(alias.lineno, alias.col_offset)
            indent = indent_of(view, snippet, alias.lineno)
            number = snippet.fence_line + alias.lineno
            fix = None if indent is None else view.edit(number, column + indent, len("urllib"), text)
            message = f"import urllib alone does not import urllib.{missing[0]}, which is used: write import {text}"
            found[finding_in(view, snippet, alias.lineno, column, message, fix)] = None
    yield from found


def _is_expected(snippet: Snippet) -> bool:
    """Whether the author says above it that it is not run, or that this is how it fails."""
    failure = snippet.directives.xfail
    return snippet.directives.skip is not None or (failure is not None and failure.error == "NameError")


def _remedy(framework: Framework, known: Sequence[str], undefined: UndefinedName) -> str:
    name, usual = undefined.node.id, usual_imports(framework)
    if undefined.is_bound_later:
        return f"{name} is used here and only bound further below: move one of them"
    if name in usual:
        return f"{name} is not defined: add {usual[name]}"
    if near := nearest(name, known, 0.75):
        return f"{name} is not defined: did you mean {near}?"
    if name in sys.stdlib_module_names:
        return f"{name} is not defined: add import {name}"
    return f"{name} is not defined: define or import it above, as a reader runs the sample and this section alone"


def _unused(script: Program) -> Iterator[tuple[Snippet, Code, ast.Import | ast.ImportFrom, ast.alias]]:
    if any(code.tree is None or code.makes_names or code.commands for code in script.codes):
        return  # what cannot be seen may use it
    used = {name.id for code in script.codes for one in code.statements for name in (*one.loads, *one.deferred)}
    for snippet, code in script.parts:
        for statement in code.statements:
            node = statement.node
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue  # inside of a try or if the import is a question
            for alias in node.names:
                if (alias.asname or alias.name) not in used and not _may_matter(script, code, node, alias):
                    yield snippet, code, node, alias


def _may_matter(script: Program, code: Code, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
    name = alias.asname or alias.name
    module = f"{node.module or ''}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
    if module.split(".")[0] in _EFFECTS or name.startswith("_") or name == "*":
        return True
    if isinstance(node, ast.Import) and "." in name:
        return True  # `import a.b` makes b known to a
    if "noqa" in code.lines[node.lineno - 1]:
        return True
    # A comment or text may hold code that uses it, and a chain of attributes the module that it loads.
    own = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    uses = _uses_of(script.codes)
    return any(
        other is not code or number not in own for told in {name, module} for other, number in uses.get(told, ())
    )


@lru_cache(maxsize=16)
def _uses_of(codes: tuple[Code, ...]) -> Mapping[str, Sequence[tuple[Code, int]]]:
    """What `_uses` finds in each piece of code of a script."""
    found: dict[str, list[tuple[Code, int]]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        for word, numbers in _uses(code).items():
            found[word] += ((code, number) for number in numbers)
    return found


@lru_cache(maxsize=128)
def _uses(code: Code) -> Mapping[str, list[int]]:
    """What stands before a dot or parenthesis anywhere in the code, comments and texts too: of `a.b.c(` a, a.b, a.b.c.

    With the lines.
    """
    found: dict[str, list[int]] = {}
    for number, line in enumerate(code.lines, start=1):
        for match in _USE.finditer(line):
            chain = ""
            for word in match[1].split("."):
                chain += f".{word}" if chain else word
                found.setdefault(chain, []).append(number)
    return found


def _removal(view: PageView, snippet: Snippet, code: Code, node: ast.Import | ast.ImportFrom) -> Edit | None:
    """Taking out the line, where it holds this import alone and nobody can miss it."""
    line = code.lines[node.lineno - 1]
    module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    is_alone = len(node.names) == 1 and line.rstrip() == ast.unparse(node) and len(code.statements) > 1
    is_known = module.split(".")[0] in _HARMLESS and not (isinstance(node, ast.ImportFrom) and node.level)
    if not is_alone or not is_known:
        return None
    source = view.lines[snippet.fence_line + node.lineno - 1]
    return view.edit(snippet.fence_line + node.lineno, 1, len(source) + 1, "")


def _raises_again(node: ast.stmt) -> bool:
    return any(isinstance(inner, ast.Raise) for inner in ast.walk(node))


@lru_cache(maxsize=64)
def _missing_submodules(script: tuple[Code, ...]) -> list[str]:
    """Modules of urllib that a script uses and does not import, the one to say first."""
    if imports_of(script).get("urllib") != "urllib":
        return []
    imported: set[str] = set()
    for code in script:
        for node in code.of(ast.Import):
            imported.update(
                alias.name.removeprefix("urllib.") for alias in node.names if alias.name.startswith("urllib.")
            )
        for from_node in code.of(ast.ImportFrom):
            if from_node.module == "urllib":
                imported.update(alias.name for alias in from_node.names)
            elif (from_node.module or "").startswith("urllib."):
                imported.add(str(from_node.module).removeprefix("urllib."))
    used = {
        node.attr
        for code in script
        for node in code.of(ast.Attribute)
        if isinstance(node.value, ast.Name) and node.value.id == "urllib"
    }
    missing = (used & {"request", "parse", "error", "response", "robotparser"}) - imported
    if "request" in missing | imported:
        missing -= {"parse", "error", "response"}  # it imports them
    return sorted(missing, key=lambda name: (name != "request", name))


def _first_import(script: Program) -> tuple[Snippet, Code, ast.alias] | None:
    for snippet, code in script.parts:
        for node in sorted(code.of(ast.Import), key=lambda node: node.lineno):
            for alias in node.names:
                if alias.name == "urllib" and alias.asname is None:
                    return snippet, code, alias
    return None


RULES: tuple[Rule, ...] = (
    Rule(syntax_error),
    Rule(undefined_name),
    Rule(unused_import, fixable=True),
    Rule(bare_except),
    Rule(import_urllib, fixable=True),
)
