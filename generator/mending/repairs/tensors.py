"""Arrays and tensors that are not what a model takes."""

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Sequence

from generator.checking.rules.arrays import is_view_with_an_axis
from generator.checking.statements import name_called, own_nodes
from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.clues import Value
from generator.model.mending import Candidate, CodeEdit

_NOT_MODELS = frozenset({"numpy", "cv2", "PIL", "matplotlib", "os", "sys", "json", "requests", "urllib"})
"""Packages whose functions want arrays, or neither."""
_FLOATS = frozenset({"float32", "float16"})
_OTHER_KIND = re.compile(r"float64|u?int(?:8|16|32|64)")
_SAYS_KIND = re.compile(r"dtype|async error|cast Python instance|must be int32")
_SAYS_DIMENSIONS = re.compile(r"ndim|expected 4D|dimension|\(N, |not enough values to unpack")
_PICTURE = 3
"""Axes of one picture; what a model takes has one more, for several."""


def array_for_tensor(failure: Broken) -> Iterator[Candidate]:
    """A NumPy array where the model's code wants a tensor: wrapped at the call on the page.

    Which argument it is, is told by what the names on the page stood for, and by the arguments of the calls below it;
    first all that are arrays, then each alone. Never wrapped is what is given to NumPy, OpenCV or a built-in function.
    """
    if not failure.framework.tensor or not _is_of_models(failure):
        return
    below: set[str | None] = {value.name for frame in failure.inner_frames for value in frame.values if value.is_array}
    prefix, edits = failure.tensor_function
    rank = 0
    for call in _model_calls(failure):
        arrays, unknown = _arguments(failure, call, below)
        single = [[node] for node in (*arrays, *unknown)]
        for nodes in [*([arrays] if arrays else []), *([[*arrays, *unknown]] if unknown else []), *single]:
            views = any(map(is_view_with_an_axis, nodes))
            copy, more = _copying(failure) if views else ("", ())
            wrapped = [edit for node in nodes for edit in _as_tensor(failure, node, prefix, copy)]
            told = ", ".join(f"`{failure.source(node)}`" for node in nodes)
            way = f"`{prefix}({copy}(…))`" if views else f"`{prefix}`"
            yield Candidate((*edits, *more, *wrapped), f"wrap {told} in {way}", rank=rank)
            rank += 1


def array_kind(failure: Broken) -> Iterator[Candidate]:
    """An array or tensor of another kind of number than MegEngine's code takes, or one picture where it takes several.

    Proposed are float32 (int32 for indices) for whole or double numbers, where they are given on the page, and one axis
    more in front of a picture. Never proposed is another order of axes or other numbers.
    """
    message = failure.error.message
    if _SAYS_KIND.search(message):
        wanted = "int32" if "must be int32" in message else "float32"
        for node in own_nodes(failure.statement):
            if isinstance(node, ast.Call):
                yield from _asked_kind(failure, node)
                for argument in _whole_arguments(node):
                    yield from _converted(failure, argument, wanted, is_wrapped=_makes_tensor(node))
            elif isinstance(node, ast.BinOp):
                for side in (node.left, node.right):
                    yield from _converted(failure, side, wanted, is_wrapped=False)
    if _SAYS_DIMENSIONS.search(message):
        yield from _in_a_batch(failure)


def array_in_pieces(failure: Broken) -> Iterator[Candidate]:
    """An array that is no whole in memory, of which MegEngine makes no tensor: copied by `np.ascontiguousarray`.

    Such are `picture.transpose(2, 0, 1)[None]` and `picture[..., ::-1][None]`. Proposed is the copy of what a tensor is
    made of in the statement that failed; never proposed is another order of axes.
    """
    if "single-segment arrays" not in failure.error.message:
        return
    copy, edits = _copying(failure)
    for call in failure.calls():
        for node in call.args[:1] if _makes_tensor(call) else ():
            yield Candidate((*edits, *failure.wrap(node, f"{copy}(")), f"wrap `{failure.source(node)}` in `{copy}`")


def _copying(failure: Broken) -> tuple[str, tuple[CodeEdit, ...]]:
    """What the page calls the function that copies a view, and what it takes to have that name."""
    if name := failure.modules.get("numpy"):
        return f"{name}.ascontiguousarray", ()
    return "np.ascontiguousarray", (failure.import_first("import numpy as np"),)


def _as_tensor(failure: Broken, node: ast.expr, prefix: str, copy: str) -> tuple[CodeEdit, CodeEdit]:
    """An array as a tensor, copied first where it is a view."""
    is_copied = copy and is_view_with_an_axis(node)
    return failure.wrap(node, f"{prefix}({copy}(", "))") if is_copied else failure.wrap(node, f"{prefix}(")


def _is_of_models(failure: Broken) -> bool:
    """Whether it happened in the framework's code or a hub repository's, or speaks of tensors."""
    files = [frame.file for frame in failure.inner_frames]
    return (
        any(file.startswith((f"{failure.framework.package}/", "hub:")) for file in files)
        or "tensor" in failure.error.message.lower()
    )


def _model_calls(failure: Broken) -> Iterator[ast.Call]:
    """Calls of what may be a model, or a function that is given to one."""
    for call in failure.calls():
        root = call.func
        while isinstance(root, ast.Attribute):
            root = root.value
        name = root.id if isinstance(root, ast.Name) else ""
        value = failure.values.get(name)
        is_builtin = value is None and hasattr(builtins, name)
        is_known = is_builtin or _makes_tensor(call)
        if not is_known and not (value and value.module.partition(".")[0] in _NOT_MODELS):
            yield call


def _arguments(failure: Broken, call: ast.Call, below: Collection[str | None]) -> tuple[list[ast.expr], list[ast.expr]]:
    """Arguments that are arrays, and those that may be."""
    named = {one.value: one.arg for one in call.keywords}
    arrays: list[ast.expr] = []
    unknown: list[ast.expr] = []
    for node in _whole_arguments(call):
        value = _value(failure, node)
        if (value is not None and value.is_array) or (value is None and named.get(node) in below):
            arrays.append(node)
        elif value is None and below and isinstance(node, ast.Subscript | ast.Attribute | ast.Call | ast.BinOp):
            unknown += [] if isinstance(node, ast.Call) and _makes_tensor(node) else [node]
    return arrays, unknown


def _whole_arguments(call: ast.Call) -> Sequence[ast.expr]:
    given = [*call.args, *(one.value for one in call.keywords if one.arg is not None)]
    return [node for node in given if not isinstance(node, ast.Starred | ast.Lambda | ast.GeneratorExp)]


def _value(failure: Broken, node: ast.expr) -> Value | None:
    """What a name stood for; None for any other expression."""
    return failure.values.get(node.id) if isinstance(node, ast.Name) else None


def _makes_tensor(call: ast.Call) -> bool:
    """Whether it makes a tensor."""
    name = name_called(call)
    return name in ("tensor", "Tensor", "Parameter")


def _asked_kind(failure: Broken, call: ast.Call) -> Iterator[Candidate]:
    """`dtype="float64"` of a tensor: float32 is what MegEngine has."""
    for one in call.keywords if _makes_tensor(call) else ():
        source = failure.source(one.value)
        if one.arg == "dtype" and len(_OTHER_KIND.findall(source)) == 1:
            kind = "float32" if "float" in source else "int32"
            yield Candidate((failure.put(one.value, _OTHER_KIND.sub(kind, source)),), f"ask for {kind}")


def _converted(failure: Broken, node: ast.expr, wanted: str, *, is_wrapped: bool) -> Iterator[Candidate]:
    """An array or tensor as numbers of the wanted kind."""
    value = _value(failure, node)
    if value is None or value.shape is None or value.dtype in _FLOATS or not _OTHER_KIND.search(value.dtype):
        return
    if value.dtype == wanted:
        return
    way = "wrapped in a tensor" if is_wrapped else "given"
    edits = failure.wrap(node, "", f'.astype("{wanted}")')
    yield Candidate(edits, f"convert `{failure.source(node)}`, {way} as {value.dtype}, to {wanted}")


def _in_a_batch(failure: Broken) -> Iterator[Candidate]:
    """One axis in front of a picture that is given alone."""
    are_pictures_below = any(
        len(value.shape or ()) == _PICTURE for frame in failure.inner_frames for value in frame.values
    )
    for call in _model_calls(failure):
        for node in _whole_arguments(call):
            value = _value(failure, node)
            is_expression = isinstance(node, ast.Subscript | ast.Attribute | ast.Call)
            is_picture = len(value.shape or ()) == _PICTURE if value else is_expression and are_pictures_below
            if is_picture:
                edits = failure.wrap(node, "", "[None]")
                yield Candidate(edits, f"give `{failure.source(node)}` as the only one of a batch")


REPAIRS: tuple[Repair, ...] = (Repair(array_for_tensor), Repair(array_kind), Repair(array_in_pieces))
