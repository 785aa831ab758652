"""Names that NumPy, OpenCV and MegEngine no longer have, or have elsewhere."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from generator.frameworks import frameworks
from generator.mending.broken import Broken, offset
from generator.mending.registry import Repair
from generator.model.mending import Candidate, CodeEdit

# NumPy 1.20 deprecated and 1.24 removed these, "aliases of builtin types" in the release notes of 1.24.0.
_NUMPY_ALIASES = {name: name for name in ("float", "int", "bool", "object", "complex", "str")} | {
    "long": "int",
    "unicode": "str",
}
# What OpenCV 3.0 called otherwise when it dropped the C interface: opencv2/imgcodecs.hpp and imgproc.hpp.
_OPENCV = {
    **{f"CV_LOAD_IMAGE_{kind}": f"IMREAD_{kind}" for kind in ("UNCHANGED", "GRAYSCALE", "COLOR", "ANYDEPTH")},
    "CV_LOAD_IMAGE_ANYCOLOR": "IMREAD_ANYCOLOR",
    **{f"CV_INTER_{kind}": f"INTER_{kind}" for kind in ("NN", "LINEAR", "CUBIC", "AREA", "LANCZOS4")},
    "CV_INTER_NN": "INTER_NEAREST",
    "CV_AA": "LINE_AA",
    "CV_FILLED": "FILLED",
}
# python_module/megengine/functional of MegEngine 0.6 beside imperative/python/megengine/functional of 1.0: functions
# that take the same arguments under another name.
_FUNCTIONAL = {
    "add_axis": "expand_dims",
    "remove_axis": "squeeze",
    "dimshuffle": "transpose",
    "matrix_mul": "matmul",
    "batched_matrix_mul": "matmul",
    "batch_norm2d": "batch_norm",
    "cross_entropy_with_softmax": "loss.cross_entropy",
    "accuracy": "topk_accuracy",
    "power": "pow",
    "top_k": "topk",
}
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "cv2": _OPENCV,
    "megengine.functional": _FUNCTIONAL,
    "megengine.functional.nn": {"cross_entropy_with_softmax": "cross_entropy"},
}
_SAME_ARGUMENTS = {"cross_entropy_with_softmax": 3}
"""How many of the positional arguments mean the same, where it is not all."""
_TO_BE_SAID = {"top_k": ("descending", 3)}
"""An argument whose default is not known to be the same, so that a call must have it: its name, and which one it is."""
_PACKAGES = frozenset({"numpy", "cv2"} | {one.package for one in frameworks()})
_DICTIONARIES = ("inputs", "model_inputs", "inputs_by_name")


def removed_name(failure: Broken) -> Iterator[Candidate]:
    """A name that NumPy, OpenCV or MegEngine no longer has: what it is called now, or the module that it moved to.

    Known are the renamed ones, and whatever the kernel finds in exactly one place within the module that was asked.
    All uses in the snippet are renamed at once. Never proposed is a function that takes other arguments.
    """
    owner, attribute = failure.clues.owner, failure.clues.attribute
    if owner is None or not owner.module or failure.error.name != "AttributeError":
        return
    uses = _uses(failure, attribute, owner.module)
    if not uses or not attribute:
        return
    if owner.module == "numpy" and attribute in _NUMPY_ALIASES:
        new = _NUMPY_ALIASES[attribute]
        if new not in failure.values:
            yield Candidate(tuple(failure.put(node, new) for node in uses), f"write `{new}` for `numpy.{attribute}`")
        return
    renamed = _RENAMED.get(owner.module, {}).get(attribute)
    places = failure.clues.places if owner.module.partition(".")[0] in _PACKAGES else ()
    new = renamed or (places[0] if len(places) == 1 else "")
    if new and all(_takes_the_same(failure, node) for node in uses):
        edits = tuple(_renamed(failure, node, new) for node in uses)
        yield Candidate(edits, f"write `{new}` for `{attribute}` of {owner.module}")


def inputs_of_model(failure: Broken) -> Iterator[Candidate]:
    """`model.inputs["name"].set_value(value)` and `model(model.inputs)`, which models of MegEngine 0.x had.

    The values go into a dictionary of the page's own, as tensors, and the model is called with it. Only where the names
    are all that the model asks for and nothing that it does not know, and where nothing else is done with its inputs.
    """
    owner, index = failure.clues.owner, failure.place[0]
    if owner is None or failure.clues.attribute != "inputs" or not failure.clues.parameters:
        return
    known = {name.rstrip("=") for name in failure.clues.parameters}
    needed = {name for name in failure.clues.parameters if not name.endswith("=")}
    found = [_inputs(code.tree) for code in failure.codes[index:] if code.tree]
    sets = [one for each in found for one in each.sets]
    calls = [one for each in found for one in each.calls]
    keys = {one.key for one in sets}
    if len(found) < len(failure.codes) - index or not calls or any(each.others for each in found):
        return
    models = {one.model for one in sets} | {one.model for one in calls}
    if not (needed <= keys <= known) or not found[0].sets or len(models) != 1:
        return
    trees = [code.tree for code in failure.codes if code.tree]
    used = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    name = next((name for name in _DICTIONARIES if name not in used), "")
    tensor = failure.tensor_function
    if name:
        edits = tuple(_with_dictionary(failure, found, name, tensor[0]))
        yield Candidate((*tensor[1], *edits), f"give the model's inputs in a dictionary `{name}`")


class _Set:
    """`model.inputs["key"].set_value(value)`, as a statement."""

    def __init__(self, statement: ast.Expr, model: str, key: str, value: ast.expr) -> None:
        self.statement, self.model, self.key, self.value = statement, model, key, value


class _Call:
    """`model(model.inputs)`."""

    def __init__(self, model: str, argument: ast.expr) -> None:
        self.model, self.argument = model, argument


class _Inputs:
    """What a snippet does with a model's inputs."""

    def __init__(self) -> None:
        self.sets: list[_Set] = []
        self.calls: list[_Call] = []
        self.others = 0
        """Uses that are neither."""


def _inputs(tree: ast.Module) -> _Inputs:
    found = _Inputs()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "inputs" and isinstance(node.value, ast.Name):
            found.others += 1
        elif isinstance(node, ast.Expr) and (one := _set(node)):
            found.sets.append(one)
            found.others -= 1
        elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            function = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(function, ast.Name) and _model_of(node.args[0]) == function.id:
                found.calls.append(_Call(function.id, node.args[0]))
                found.others -= 1
    found.sets.sort(key=lambda one: one.statement.lineno)
    return found


def _set(node: ast.Expr) -> _Set | None:
    call = node.value
    if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
        return None
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "set_value":
        return None
    item = call.func.value
    if not isinstance(item, ast.Subscript) or not isinstance(item.slice, ast.Constant):
        return None
    key, model = item.slice.value, _model_of(item.value)
    return _Set(node, model, key, call.args[0]) if model and isinstance(key, str) else None


def _model_of(node: ast.expr) -> str:
    """`model` for `model.inputs`; empty for anything else."""
    is_inputs = isinstance(node, ast.Attribute) and node.attr == "inputs" and isinstance(node.value, ast.Name)
    return node.value.id if is_inputs else ""  # type: ignore[attr-defined]


def _with_dictionary(failure: Broken, found: Sequence[_Inputs], name: str, tensor: str) -> Iterator[CodeEdit]:
    first = failure.place[0]
    tree = failure.codes[first].tree
    assert tree is not None, "it was run"
    line = found[0].sets[0].statement.lineno
    top = next(node for node in tree.body if node.lineno <= line <= (node.end_lineno or node.lineno))
    start = offset(failure.script.snippets[first].code, top.lineno, 0)
    yield CodeEdit(first, start, start, f"{name} = {{}}\n")
    for index, each in enumerate(found, start=first):
        for one in each.sets:
            value = failure.values.get(one.value.id) if isinstance(one.value, ast.Name) else None
            is_tensor = value is not None and value.type.startswith("megengine.")
            given = failure.source(one.value, index)
            key = failure.source(one.statement.value.func.value.slice, index)  # type: ignore[attr-defined]
            text = f"{name}[{key}] = {given if is_tensor else f'{tensor}({given})'}"
            yield failure.put(one.statement.value, text, index)
        for call in each.calls:
            yield failure.put(call.argument, f"**{name}", index)


def _uses(failure: Broken, attribute: str, module: str) -> list[ast.Attribute]:
    """Every `np.float` of the failing snippet, where the failing statement has one."""
    tree = failure.codes[failure.place[0]].tree
    found = [
        node
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.Attribute) and node.attr == attribute and _module_of(failure, node.value) == module
    ]
    failing = failure.statement
    lines = range(failing.lineno, (failing.end_lineno or failing.lineno) + 1) if failing else ()
    return found if any(node.lineno in lines for node in found) else []


def _module_of(failure: Broken, node: ast.expr) -> str:
    """`megengine.functional` for `F` and for `mge.functional`."""
    if isinstance(node, ast.Attribute):
        outer = _module_of(failure, node.value)
        return f"{outer}.{node.attr}" if outer else ""
    value = failure.values.get(node.id) if isinstance(node, ast.Name) else None
    return value.module if value else ""


def _takes_the_same(failure: Broken, node: ast.Attribute) -> bool:
    most = _SAME_ARGUMENTS.get(node.attr)
    tree = failure.codes[failure.place[0]].tree
    calls = [one for one in (ast.walk(tree) if tree else ()) if isinstance(one, ast.Call) and one.func is node]
    name, number = _TO_BE_SAID.get(node.attr, ("", 0))
    are_said = all(len(call.args) >= number or name in (one.arg for one in call.keywords) for call in calls)
    return are_said and (most is None or all(len(call.args) <= most for call in calls))


def _renamed(failure: Broken, node: ast.Attribute, new: str) -> CodeEdit:
    """The name behind the last dot, in its place."""
    index = failure.place[0]
    end = failure.span(node, index)[1]
    return CodeEdit(index, end - len(node.attr), end, new)


REPAIRS: tuple[Repair, ...] = (Repair(removed_name), Repair(inputs_of_model))
