"""Every name that a finding can have is explained."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from generator.checking.explained import explained
from generator.checking.rules import RULES
from generator.commands.check import rule_texts
from tests.kernels import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef

DIAGNOSTIC = ("Diagnostic", "rule", 3)
"""Who makes a finding, the parameter that names it, and its place among the arguments."""


@cache
def names_in(folder: Path) -> dict[str, str]:
    """Every name that the source gives a finding, and a place where it does.

    Where it is handed on from a function's parameter, whoever calls that function is asked.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}
    trees = [(path, text, ast.parse(text)) for path, text in texts.items()]
    found: dict[str, str] = {}
    asked, waiting = {DIAGNOSTIC}, [(folder / "model" / "diagnostic.py", DIAGNOSTIC)]
    while waiting:
        home, makers = waiting.pop()
        for path, text, tree in trees:
            if makers[0] not in text or (
                path != home and not _imports(tree, home, makers[0])
            ):  # another module's function of the same name
                continue
            constants = dict(_constants(tree))
            for function, value in _given(tree, *makers):
                if isinstance(value, ast.Name) and value.id in constants:
                    value = constants[value.id]
                if isinstance(value, ast.Constant):
                    found.setdefault(str(value.value), f"{path.relative_to(folder)}:{value.lineno}")
                elif isinstance(value, ast.Name) and function is not None:
                    for more in _parameter(function, value.id):
                        if more not in asked:
                            asked.add(more)
                            waiting.append((path, more))
                elif not (isinstance(value, ast.Attribute) and ast.unparse(value) == "rule.name"):
                    pytest.fail(f"{path}:{value.lineno}: whose name is {ast.unparse(value)}?")
    return found


def _imports(tree: ast.Module, home: Path, name: str) -> bool:
    module = ".".join(home.relative_to(ROOT).with_suffix("").parts)
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == module]
    return any(alias.name == name for node in froms for alias in node.names)


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _given(tree: ast.Module, callee: str, parameter: str, place: int) -> Iterator[tuple[Function | None, ast.expr]]:
    """What calls hand over as this argument, each with the function that it stands in."""
    inside: dict[ast.AST, Function] = {}
    for node in ast.walk(tree):  # from the outside in, so that the innermost function is what stays
        if isinstance(node, Function):
            inside.update(dict.fromkeys(ast.walk(node), node))
            if node.name == callee:
                defaults = dict(zip([one.arg for one in node.args.args][::-1], node.args.defaults[::-1], strict=False))
                if parameter in defaults:
                    yield None, defaults[parameter]
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == callee:
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                value = named.get(parameter) or (node.args[place] if place < len(node.args) else None)
                if value is not None:
                    yield inside.get(node), value


def _parameter(function: Function, name: str) -> Iterator[tuple[str, str, int]]:
    arguments = [one.arg for one in function.args.args]
    if name in arguments:
        is_method = arguments[0] == "self"
        yield function.name, name, arguments.index(name) - is_method


def test_every_name_in_the_source_is_explained() -> None:
    """`hubpages rules NAME` knows what a finding says in its brackets."""
    names = names_in(ROOT / "generator")
    assert len(names) >= 30
    known = {text.name for text in rule_texts()}
    assert {name: place for name, place in names.items() if name not in known} == {}


def test_nothing_is_explained_that_no_finding_has() -> None:
    """And nothing twice."""
    names = names_in(ROOT / "generator")
    assert [text.name for text in explained() if text.name not in names] == []
    texts = [text.name for text in rule_texts()]
    assert len(set(texts)) == len(texts) == len(RULES) + len(explained())


@pytest.mark.parametrize("text", explained(), ids=lambda text: text.name)
def test_each_has_a_bad_and_a_good_example(text: object) -> None:
    """As every rule has."""
    documentation = text.documentation  # type: ignore[attr-defined]
    sentence, _, examples = documentation.partition("\n\n")
    assert sentence.endswith(".") and len(sentence) <= 120
    assert "Bad:" in examples and "\nGood:" in examples
