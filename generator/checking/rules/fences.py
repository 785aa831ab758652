"""Rules about fences: that what looks like Python is run."""

import ast
import difflib
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from markdown_it.token import Token
from pygments.lexers import get_all_lexers

from generator.checking.parts import Finding
from generator.checking.programs import codes
from generator.checking.registry import Rule
from generator.checking.syntax import Code, read_code
from generator.checking.view import PageView

RUN = frozenset({"python", "python3", "py"})
"""How fences are marked that are run."""

_DECORATED = re.compile(r"[{(\[]*[.:=]*(?P<name>py(?:thon)?[\d.]*)(?![\w-])")
_OTHERS = frozenset({"ipython", "ipython3", "python2", "py2", "pycon", "pytb", "cython", "jython", "pyi", "pypi"})


def unrun_fence(view: PageView) -> Iterator[Finding]:
    """Python stands in a fence marked as python, which is run; what is not to be run says so, in a comment or as text.

    A fence without a mark counts as Python where it uses the names of the page's snippets.

    Bad:  ```pyton, ```python3.10, ```{.python}, ```python,ignore
    Good: ```python, or ```text for what is only shown
    """
    for section in view.sections:
        for token in section.tokens:
            if token.type != "fence":
                continue
            word = (token.info.split() or [""])[0]
            if word and _is_nearly_python(word):
                message = f"{word} is not run: write python, with `verify: skip` in a comment above where it cannot run"
                yield Finding(section.line_of(token), message)
            elif not token.info.strip() and _is_code(token, view):
                message = "this looks like Python and is not run: mark the fence as python, or as text if it is none"
                yield Finding(section.line_of(token), message)


@lru_cache(1024)
def _is_nearly_python(word: str) -> bool:
    """Whether a mark was meant to say Python: with something around it, a version, or a slip."""
    name = word.casefold()
    if name in RUN or name in _OTHERS:
        return False
    decorated = _DECORATED.match(name)
    if decorated:
        return not decorated["name"].startswith(("python2", "py2"))
    return bool(difflib.get_close_matches(name, ["python", "python3"], 1, 0.75)) and name not in _languages()


@cache
def _languages() -> frozenset[str]:
    """The marks of every language that is coloured."""
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases) - {"py3"}


def _is_code(token: Token, view: PageView) -> bool:
    """Whether a fence parses as Python that does something with what the page's snippets made."""
    if "(" not in token.content and "import" not in token.content:
        return False
    code = read_code(token.content)
    if code.tree is None or not code.statements:
        return False
    return any(_is_use(code, statement.node, _known(view)) for statement in code.statements)


@lru_cache(1)
def _known(view: PageView) -> frozenset[str]:
    """Every name that a snippet of the page binds."""
    return frozenset().union(*(code.binds for _, code in codes(view)))


def _is_use(code: Code, statement: ast.stmt, known: frozenset[str]) -> bool:
    """Whether a statement imports something the page knows, or calls something of it or with it.

    A lone `array([1, 2])` may be what was printed.
    """
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any((alias.asname or alias.name.partition(".")[0]) in known for alias in statement.names)
    for call in ast.walk(statement):
        if not isinstance(call, ast.Call):
            continue
        parts = [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(call.func, ast.Attribute) or not isinstance(statement, ast.Expr):
            parts.append(call.func)
        names = (node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name))
        if known.intersection(names):
            return True
    return False


RULES: tuple[Rule, ...] = (Rule(unrun_fence),)
