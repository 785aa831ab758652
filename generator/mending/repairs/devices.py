"""Devices that the machine does not have."""

import ast
import re
from collections.abc import Iterator

from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.mending import Candidate, CodeEdit

_GPU = re.compile(r"(?P<kind>gpu|cuda)(?::?\d+|x)?(?P<stream>:\d+)?")
_SAYS_DEVICE = re.compile(r"\bgpu\d*\b|\bcuda\b|cuda_|comp_node", re.IGNORECASE)
_MOVES = frozenset({"cuda"})


def gpu_for_cpu(failure: Broken) -> Iterator[Candidate]:
    """A GPU that the page asks for by name where it is run on a CPU: another device, in all that the page names.

    First, of MegEngine, the device that there is by default, `xpux`, on which models are, and what hub repositories
    make; where a reader has a GPU, it is that. Else the CPU. Also the `.cuda()` of other frameworks, which tensors and
    models of MegEngine do not have: they are on the default device anyway. Never proposed is anything on a machine
    whose device is a GPU, but for the latter, nor a change to what is compared, printed or kept in a table.
    """
    owner, attribute = failure.clues.owner, failure.clues.attribute
    if attribute in _MOVES and owner is not None and failure.error.name == "AttributeError":
        edits = tuple(_without_move(failure, attribute))
        if edits:
            yield Candidate(edits, f"leave out `.{attribute}()`")
    elif failure.run.environment.device == "cpu" and _SAYS_DEVICE.search(failure.error.message):
        for rank, (numbered, any_one, what) in enumerate(failure.framework.devices):
            if edits := tuple(_on_another(failure, numbered, any_one)):
                yield Candidate(edits, what, rank=rank)


def _without_move(failure: Broken, attribute: str) -> Iterator[CodeEdit]:
    """A statement that is nothing but the move would become one that shows a model: there is no edit for it."""
    statement = failure.statement
    for call in failure.calls():
        function = call.func
        is_all = isinstance(statement, ast.Expr) and statement.value is call
        if isinstance(function, ast.Attribute) and function.attr == attribute and not is_all:
            inner = failure.span(function.value)[1]
            yield CodeEdit(failure.place[0], inner, failure.span(call)[1], "")


def _on_another(failure: Broken, numbered: str, any_one: str) -> Iterator[CodeEdit]:
    """For every GPU that a call is given or a name stands for, as far as the page was run, a device of another kind."""
    for index, code in enumerate(failure.codes[: failure.failed + 1]):
        for node in ast.walk(code.tree) if code.tree else ():
            values: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "print":
                values = [*node.args, *(one.value for one in node.keywords)]
            elif isinstance(node, ast.Assign):
                values = [node.value]
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    source = failure.source(value, index)
                    if _GPU.fullmatch(value.value) and source.count(value.value) == 1:
                        device = any_one if value.value.endswith("x") else numbered
                        yield failure.put(value, source.replace(value.value, device), index)


REPAIRS: tuple[Repair, ...] = (Repair(gpu_for_cpu),)
