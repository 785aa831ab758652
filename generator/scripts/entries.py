"""What a sample loads from a hub, and the commented-out alternatives that it offers, found by parsing both."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache

from generator.frameworks import frameworks
from generator.frameworks.framework import Loader
from generator.model.entry import EntryUse, commented_out, parsed

_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w.-]+(:[\w./-]+)?")
_OF_MODELS = frozenset({"eval", "train", "to", "cuda", "cpu", "float", "half"})
"""Methods that return the model that they are of."""
_PLAIN = (str, int, float, bool, type(None))


@cache
def _loaders() -> tuple[Loader, ...]:
    return tuple(one.loader for one in frameworks())


def entry_uses(code: str) -> tuple[EntryUse, ...]:
    """Every entry that a sample loads or offers, in order. What cannot be parsed as Python is prose, left alone."""
    return tuple(sorted(_uses(code), key=lambda use: use.first))


def repositories_asked(code: str) -> tuple[str, ...]:
    """Every repository, owner/name, that some function of a hub is given as it is written, whatever it is asked for."""
    asked = {name for one in _loaders() for name in one.of_entries | one.of_repositories | one.modules}
    found: dict[str, None] = {}
    for node in (node for statement in _statements(code) for node in ast.walk(statement)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in asked:
            given = dict(_named(node))
            words = [_text(one) for one in (*node.args[:1], *(given.get(one.repository) for one in _loaders()))]
            found |= {word.partition(":")[0]: None for word in words if _REPOSITORY.fullmatch(word)}
    return tuple(found)


def _uses(code: str) -> Iterator[EntryUse]:
    lines = code.split("\n")
    known: dict[str, str] = {}
    for statement in _statements(code):
        first, end = statement.lineno - 1, statement.end_lineno or statement.lineno
        known |= _texts_of(statement, known)
        if load := _load_call(statement, known):
            yield EntryUse(*load[:2], "\n".join(lines[first:end]), first, end, True, load[2])
    for comment in commented_out(code):
        statements = _statements(comment.code)
        if len(statements) == 1 and (load := _load_call(statements[0], known)):
            yield EntryUse(*load[:2], comment.code, comment.first, comment.end, False, load[2])


def _statements(code: str) -> list[ast.stmt]:
    module = parsed(code)
    return module.body if module else []


def _texts_of(statement: ast.stmt, known: Mapping[str, str]) -> Mapping[str, str]:
    """Names that a statement gives a text that is written there, `name = "resnet18"`; empty for one that it takes."""
    bound = (node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    texts = dict.fromkeys((name for name in bound if name in known), "") if known else {}
    if isinstance(statement, ast.Assign) and (text := _text(statement.value)):
        texts |= {target.id: text for target in statement.targets if isinstance(target, ast.Name)}
    return texts


def _load_call(statement: ast.stmt, known: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Repository, entry and what else is given, of `model = hub.load("owner/repo", "entry", …)`.

    Args:
        known: the texts of names above it.
    """
    value = getattr(statement, "value", None)
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _OF_MODELS:
        value = value.func.value  # `hub.load(…).eval()`
    if not isinstance(value, ast.Call):
        return None
    owner = getattr(value.func, "value", None)
    if owner is not None and "hub" not in getattr(owner, "attr", getattr(owner, "id", "")):
        return None  # numpy.load
    if getattr(value.func, "attr", getattr(value.func, "id", "")) != "load":
        return None
    named = dict(_named(value))
    for loader in _loaders():
        first = value.args[0] if value.args else named.get(loader.repository)
        second = value.args[1] if len(value.args) > 1 else named.get(loader.entry)
        repository = _text(first)
        entry = known.get(second.id, "") if isinstance(second, ast.Name) else _text(second)
        if repository and entry and _REPOSITORY.fullmatch(repository) and not _is_local(named):
            return repository, entry, _given(value.args[2:], named)
    return None


def _named(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """What is given by name, also spread from a map that is written there."""
    for keyword in call.keywords:
        if keyword.arg:
            yield keyword.arg, keyword.value
        elif isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if text := _text(key):
                    yield text, value


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@cache
def _of_load() -> frozenset[str]:
    """Parameters of the functions that load, whichever the framework: no entry sees them."""
    return frozenset().union(*({one.repository, one.entry, *one.options} for one in _loaders()))


def _is_local(named: Mapping[str, ast.expr]) -> bool:
    return any(one.source in named and _text(named[one.source]) != "github" for one in _loaders())


def _given(arguments: list[ast.expr], named: Mapping[str, ast.expr]) -> str:
    """What is written as a plain value, as JSON; what is not, the entry is asked without."""
    values = [one.value for one in arguments if isinstance(one, ast.Constant) and isinstance(one.value, _PLAIN)]
    others = {
        name: one.value
        for name, one in named.items()
        if name not in _of_load() and isinstance(one, ast.Constant) and isinstance(one.value, _PLAIN)
    }
    return json.dumps([values, others], ensure_ascii=False, sort_keys=True)
