"""Names that are used and never imported."""

import ast
import re
import sys
from collections.abc import Iterator, Sequence

from generator.checking.programs import undefined_names
from generator.checking.rules.code import usual_imports
from generator.checking.statements import own_nodes
from generator.checking.syntax import Code, read_code
from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.mending import Candidate, Move

_NO_NAME = re.compile(r"name '(?P<name>\w+)' is not defined")
_MOST_LEVELS = 3
_CALLED = {"Image": "from IPython.display import Image"}
"""What is no module where it is called: `Image("result.jpg")`; that of PIL is one."""


def missing_import(failure: Broken) -> Iterator[Candidate]:
    """A name that nothing binds, and that the page or usage tells how to import.

    Known are names that another snippet of the page imports, in any language; the usual abbreviations (`np`, `F`,
    `cv2`; `Image` is IPython's where it is called, and PIL's before a dot); modules of Python; and what MegEngine
    itself offers (`functional`, `Tensor`), as the kernel says. All but the first must be used as a module or function
    is, before a dot or parenthesis. Proposed is the import above what needs it, below the imports that stand there,
    alone or with those of all other names that the snippet lacks; an import further down in the snippet is moved up.

    A name that the page itself binds anywhere is no missing import: there, something else is in the wrong order.
    """
    match = _NO_NAME.match(failure.error.message)
    if failure.error.name != "NameError" or not match:
        return
    name = match["name"]
    if moved := _import_further_down(failure, name):
        yield Candidate((), f"import `{name}` further up", move=moved)
        return
    statements = _ways_to_import(failure, name)
    for statement in statements:
        yield Candidate((failure.import_first(statement),), f"`{statement}`")
    others = [_ways_to_import(failure, other) for other in _also_undefined(failure, name)]
    wanted = [statements[:1], *others]
    if statements and any(others):
        lines = dict.fromkeys(way for ways in wanted for way in ways[:1])
        yield Candidate((failure.import_first("\n".join(lines)),), ", ".join(f"`{line}`" for line in lines))


def missing_submodule(failure: Broken) -> Iterator[Candidate]:
    """A module of a package of which only the package is imported: `xml.dom` after `import xml`.

    The kernel says whether the attribute that the package lacks is one of its modules. Proposed is `import xml.dom` in
    the place of `import xml` where the page has that, else above what needs it: also where the package has another name
    on the page. What is no module of the package, such as a function that went, is left to others.
    """
    owner, attribute = failure.clues.owner, failure.clues.attribute
    if failure.error.name != "AttributeError" or owner is None or not failure.clues.is_submodule:
        return
    for path in _paths(failure, attribute):
        module = f"{owner.module}.{path}"
        if not all(part.isidentifier() for part in module.split(".")):
            return  # a module may call itself anything
        for index, alias in _imports_as_itself(failure.codes[: failure.place[0] + 1], owner.module):
            yield Candidate((failure.put(alias, module, index),), f"`import {module}`")
            break
        else:
            yield Candidate((failure.import_first(f"import {module}"),), f"`import {module}`")


def _ways_to_import(failure: Broken, name: str) -> Sequence[str]:
    """Statements that import a name, the likeliest first; none for one that the page itself gives a value to."""
    here = [statement for code in failure.codes for statement in _imports_of(name, code.tree)]
    if not here and any(name in code.binds for code in failure.codes):
        return ()
    snippets = [snippet for section in failure.page.sections for snippet in section.snippets]
    elsewhere = [way for snippet in snippets for way in _imports_of(name, read_code(snippet.code).tree)]
    ways = [*here, *elsewhere]
    if _is_used(failure.codes, name, as_function=True) and name in _CALLED:
        ways += [_CALLED[name]]
    elif _is_used(failure.codes, name):
        usual = usual_imports(failure.framework)
        ways += [usual[name]] if name in usual else []
        is_of_framework = failure.clues.is_of_framework and failure.clues.attribute == name
        ways += [f"from {failure.framework.package} import {name}"] if is_of_framework and not ways else []
        ways += [f"import {name}"] if name in sys.stdlib_module_names and not ways else []
    return tuple(dict.fromkeys(ways))


def _also_undefined(failure: Broken, name: str) -> Sequence[str]:
    """Other names that the failing snippet uses before anything binds them."""
    found = [one for one in undefined_names(failure.codes) if one.index == failure.place[0] and not one.is_bound_later]
    return [one.node.id for one in found if one.node.id != name]


def _is_used(codes: Sequence[Code], name: str, *, as_function: bool = False) -> bool:
    """Whether a name stands before a dot or parenthesis wherever it is used; as a function, before a parenthesis."""
    used = bases = 0
    for tree in (code.tree for code in codes if code.tree):
        for node in ast.walk(tree):
            used += isinstance(node, ast.Name) and node.id == name
            base = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Attribute) and not as_function:
                base = node.value
            bases += isinstance(base, ast.Name) and base.id == name
    return used == bases > 0


def _import_further_down(failure: Broken, name: str) -> Move | None:
    """The move of an import of the same snippet that comes too late."""
    index, line = failure.place
    tree = failure.codes[index].tree
    body = tree.body if tree else []
    needy = max((number for number, node in enumerate(body) if node.lineno <= line), default=0)
    imports = [number for number, node in enumerate(body[:needy]) if isinstance(node, ast.Import | ast.ImportFrom)]
    for number in range(needy + 1, len(body)):
        if list(_imports_of(name, body[number], inner=False)):
            return Move(((index, number),), (index, imports[-1] + 1 if imports else 0))
    return None


def _imports_of(name: str, tree: ast.AST | None, *, inner: bool = True) -> Iterator[str]:
    """Import statements for this name alone, as far as the code has them."""
    for node in (ast.walk(tree) if inner else (tree,)) if tree else ():
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if (alias.asname or alias.name.partition(".")[0]) == name:
                one = ast.unparse(alias)
                yield (
                    f"from {'.' * node.level}{node.module or ''} import {one}"
                    if isinstance(node, ast.ImportFrom)
                    else f"import {one}"
                )


def _paths(failure: Broken, attribute: str) -> Sequence[str]:
    """What may be a module in the failing statement, from the attribute on: all but the last name, short ones first."""
    found: dict[str, None] = {attribute: None}
    for node in own_nodes(failure.statement):
        names = _chain(node)
        if attribute in names[1:]:
            rest = names[names.index(attribute, 1) :]
            found |= {".".join(rest[:level]): None for level in range(1, min(len(rest) - 1, _MOST_LEVELS) + 1)}
    return sorted(found, key=len)


def _chain(node: ast.AST) -> Sequence[str]:
    """The names of `a.b.c`; nothing for what is no such chain."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def _imports_as_itself(codes: Sequence[Code], module: str) -> Iterator[tuple[int, ast.alias]]:
    """Where `import module` stands at the top level, and in which snippet."""
    for index, code in enumerate(codes):
        for statement in code.statements:
            for alias in statement.node.names if isinstance(statement.node, ast.Import) else ():
                if alias.name == module and alias.asname is None:
                    yield index, alias


REPAIRS: tuple[Repair, ...] = (Repair(missing_import), Repair(missing_submodule))
