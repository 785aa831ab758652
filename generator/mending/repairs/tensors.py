"""Arrays and tensors that are not what a model takes."""

import ast
from collections.abc import Iterator

from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.mending import Candidate, CodeEdit


def array_for_tensor(failure: Broken) -> Iterator[Candidate]:
    """A NumPy array where the model's code wants a tensor: wrapped at the call on the page.

    Which argument it is, is told by what the names on the page stood for, and by the arguments of the calls below it.
    """
    is_given_below = any(value.is_array for frame in failure.inner_frames for value in frame.values)
    prefix, edits = _tensor(failure)
    for call in failure.calls():
        arguments = [node for node in (*call.args, *(one.value for one in call.keywords)) if _is_whole(node)]
        arrays = [node for node in arguments if isinstance(node, ast.Name) and _is_array(failure, node.id)]
        unknown = (
            [node for node in arguments if not isinstance(node, ast.Name | ast.Constant)] if is_given_below else []
        )
        for nodes in ([arrays] if arrays else []) + [[node] for node in unknown]:
            wrapped = [edit for node in nodes for edit in failure.wrap(node, f"{prefix}(")]
            told = ", ".join(f"`{failure.source(node)}`" for node in nodes)
            yield Candidate((*edits, *wrapped), f"wrap {told} in `{prefix}`")


def _is_whole(node: ast.expr) -> bool:
    return not isinstance(node, ast.Starred | ast.Lambda | ast.GeneratorExp)


def _is_array(failure: Broken, name: str) -> bool:
    value = failure.values.get(name)
    return value is not None and value.is_array


def _tensor(failure: Broken) -> tuple[str, tuple[CodeEdit, ...]]:
    """What the page calls MegEngine's function for it, and what it takes to have that name."""
    if name := failure.modules.get("megengine"):
        return f"{name}.tensor", ()
    name = "mge" if "mge" not in failure.values else "megengine"
    statement = "import megengine as mge" if name == "mge" else "import megengine"
    return f"{name}.tensor", (failure.import_first(statement),)


REPAIRS: tuple[Repair, ...] = (Repair(array_for_tensor),)
