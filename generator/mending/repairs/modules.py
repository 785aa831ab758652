"""Imports from inside a hub repository."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from keyword import iskeyword

from generator.checking.programs import dotted, imports_of
from generator.checking.rules.code import usual_imports
from generator.frameworks import frameworks
from generator.mending.broken import Broken, needed
from generator.mending.registry import Repair
from generator.model.mending import Candidate, Move

_NAMES = ("models_api", "hub_repository")
"""What the module that `import_module` gives is called where the page has no name for it; the first is customary."""
_HUBCONF = "hubconf"
_NO_MODULE = re.compile(r"No module named '(?P<module>\w+)'")
_LOADERS = frozenset().union(*(one.loader.repository_calls for one in frameworks()))
_OF_OTHERS = frozenset(way.split()[1].partition(".")[0] for one in frameworks() for way in usual_imports(one).values())
"""Packages that are no repository's: `numpy`, `cv2`."""
_HOST = '"github.com"'


def import_from_hub(failure: Broken) -> Iterator[Candidate]:
    """An import from inside a hub repository that no longer resolves: `from official.tools.utils import DetEvaluator`.

    That it is one is said by the kernel: a repository that was loaded has a module or folder of the first name. What is
    wanted is looked for in what `hub.import_module` gives, by its own name, wherever the repository has it now; the
    import becomes `DetEvaluator = models_api.DetEvaluator`. Where the page never calls `import_module`, it is called
    for the repository that the page loads from.

    Nothing is proposed where any of the names is not found, for `import *`, and for packages that are none of a
    repository's, whatever the repository offers under the same name. `import hubconf` is the module itself.
    """
    statement = failure.statement
    if not isinstance(statement, ast.Import | ast.ImportFrom) or not failure.clues.is_of_repository:
        return
    modules = {value.name: list(filter(_is_way, value.names)) for value in failure.values.values() if value.names}
    indent = " " * statement.col_offset
    for api, names in modules.items():
        if found := _replacements(failure, statement, api, names):
            told = ", ".join(f"`{value}`" for value in found.values())
            text = f"\n{indent}".join([*_kept(failure, statement), *(f"{name} = {found[name]}" for name in found)])
            yield Candidate((failure.put(statement, text),), f"take {told} in place of the import")
    if not modules and isinstance(statement, ast.ImportFrom):
        for call in _import_module_calls(failure):
            api = next(name for name in (*_NAMES, "_hub_repository") if name not in failure.values)
            wanted = [(alias.asname or alias.name, f"{api}.{alias.name}") for alias in statement.names]
            text = f"\n{indent}".join([f"{api} = {call}", *(f"{name} = {value}" for name, value in wanted)])
            told = ", ".join(f"`{value}`" for _, value in wanted)
            yield Candidate((failure.put(statement, text),), f"take {told} of `{call}` in place of the import")
    elif not modules and [alias.name for alias in statement.names] == [_HUBCONF]:
        name = statement.names[0].asname or _HUBCONF
        for call in _import_module_calls(failure):
            yield Candidate((failure.put(statement, f"{name} = {call}"),), f"take `{call}` in place of the import")


def import_before_load(failure: Broken) -> Iterator[Candidate]:
    """An import from inside a hub repository that stands above the first `hub.load`: `from official… import …`.

    Python finds such modules only once the repository is loaded. What loads it is moved up, with the imports and
    assignments that it needs, from further down in the same snippet.

    Nothing is moved where anything is loaded above, where the package itself is there, where anything is called in
    between, which may be what the load is to come after, or where what loads needs what the import gives. Whether the
    repository has the module is seen by the run.
    """
    match = _NO_MODULE.fullmatch(failure.error.message)
    index, line = failure.place
    code = failure.codes[index]
    at = next((number for number, one in enumerate(code.statements) if one.node.lineno == line), None)
    if failure.error.name != "ModuleNotFoundError" or match is None or at is None:
        return
    statement = code.statements[at].node
    if match["module"] not in _packages(statement) or match["module"] in _OF_OTHERS:
        return
    loads = _loads(failure, index)
    found = needed(failure.codes, loads[0], (index, at)) if loads and loads[0] > (index, at) else ()
    passed = {(index, number) for number in range(at, found[-1][1])} - {*found} if found else ()
    if found and not any(code.statements[number].calls for _, number in passed):
        what = f"load the repository before what is imported from its `{match['module']}`"
        yield Candidate((), what, move=Move(found, (index, at)))


def _packages(statement: ast.stmt) -> set[str]:
    """The first names of the modules that a statement imports."""
    if isinstance(statement, ast.ImportFrom):
        return {(statement.module or "").partition(".")[0]} if not statement.level else set()
    return {one.name.partition(".")[0] for one in statement.names} if isinstance(statement, ast.Import) else set()


def _loads(failure: Broken, last: int) -> Sequence[tuple[int, int]]:
    """The statements of the top level, up to a snippet's end, that load something of a hub repository."""
    codes = failure.codes[: last + 1]
    imports = imports_of(codes)
    return [
        (index, number)
        for index, code in enumerate(codes)
        for number, statement in enumerate(code.statements)
        if any(dotted(call.func, imports) in _LOADERS for call in statement.calls)
    ]


def _replacements(
    failure: Broken, statement: ast.Import | ast.ImportFrom, api: str, names: Sequence[str]
) -> Mapping[str, str]:
    """What each name of an import becomes, as an expression; nothing where one is not to be had."""
    kept = {alias.name for alias in statement.names if _is_found(failure, alias)}
    found: dict[str, str] = {}
    for alias in statement.names:
        if alias.name in kept:
            continue
        if isinstance(statement, ast.ImportFrom):
            name, wanted = alias.asname or alias.name, f"{statement.module}.{alias.name}"
        elif alias.asname:
            name, wanted = alias.asname, alias.name
        else:
            name = wanted = alias.name.partition(".")[0]
        path = _path(wanted, names, has_own_name=isinstance(statement, ast.ImportFrom))
        if path:
            found[name] = f"{api}.{path}"
        elif _attributes_of(failure, name) <= set(names):  # it is a module, and all that is used of it is offered
            found[name] = api
        else:
            return {}
    return found


def _path(wanted: str, names: Sequence[str], *, has_own_name: bool) -> str:
    """The way to something below a hub repository's module; empty where there is none.

    Args:
        wanted: the way that the page asks for.
        names: what there is.
        has_own_name: whether the last part alone says what it is.
    """
    parts = wanted.split(".")
    modules = {".".join(name.split(".")[:level]) for name in names for level in range(1, name.count(".") + 1)}
    there = {*names, *modules}
    if wanted in there or not has_own_name:
        return wanted if wanted in there else ""

    def alike(name: str) -> tuple[int, int, str]:
        own = name.split(".")
        same = sum(part in parts for part in own)
        return len(own), -same, name

    return min((name for name in there if name.split(".")[-1] == parts[-1]), key=alike, default="")


def _is_way(name: str) -> bool:
    """Whether a kernel's word can be code: a repository may give its module attributes of any name."""
    return all(part.isidentifier() and not iskeyword(part) for part in name.split("."))


def _is_found(failure: Broken, alias: ast.alias) -> bool:
    """Whether a name is not what the import failed for: its module is there, and the message names another."""
    return failure.error.name == "ImportError" and f"import name '{alias.name}' " not in failure.error.message


def _kept(failure: Broken, statement: ast.Import | ast.ImportFrom) -> Sequence[str]:
    """The import of what is found still."""
    if isinstance(statement, ast.Import):
        return []
    kept = [ast.unparse(alias) for alias in statement.names if _is_found(failure, alias)]
    return [f"from {statement.module} import {', '.join(kept)}"] if kept else []


def _attributes_of(failure: Broken, name: str) -> set[str]:
    """What the page uses of a module; the name itself where that is used in another way."""
    used = [node for code in failure.codes for node in ast.walk(code.tree or ast.Module([], []))]
    attributes = [node for node in used if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    own = [node for node in attributes if isinstance(node.value, ast.Name) and node.value.id == name]
    number = sum(isinstance(node, ast.Name) and node.id == name for node in used)
    return {node.attr for node in own} if own and len(own) == number else {name, ""}


def _import_module_calls(failure: Broken) -> Iterator[str]:
    """`hub.import_module` for each repository that the page has loaded an entry from, where the framework has it."""
    loader = failure.framework.loader
    if not loader.modules:
        return
    codes = failure.codes[: failure.place[0] + 1]
    imports = imports_of(codes)
    found: dict[str, None] = {}
    for index, code in enumerate(codes):
        for call in code.of(ast.Call):
            function, first = call.func, call.args[0] if call.args else None
            is_load = dotted(function, imports) == loader.load
            if is_load and isinstance(function, ast.Attribute) and isinstance(first, ast.Constant):
                hosts = [failure.source(one.value, index) for one in call.keywords if one.arg == "git_host"]
                name, repository = failure.source(function.value, index), failure.source(first, index)
                found[f"{name}.import_module({repository}, git_host={next(iter(hosts), _HOST)})"] = None
    yield from found


REPAIRS: tuple[Repair, ...] = (Repair(import_from_hub), Repair(import_before_load))
