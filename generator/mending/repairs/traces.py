"""Functions that are traced in a way that a model's code does not allow."""

import ast
from collections.abc import Iterator

from generator.checking.statements import name_called
from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.mending import Candidate, CodeEdit

_CONSTANTS = "capture_as_const=True"
"""What keeps a function's constants with it, as MegEngine asks for it."""


def symbolic_trace(failure: Broken) -> Iterator[Candidate]:
    """A function of the page that `jit.trace(symbolic=True)` calls, failing within the model: traced as it is run.

    A model that looks at shapes or values while it runs cannot be traced by symbols. `symbolic=False` gives the same
    results and is proposed where the failure came through the trace; never proposed is to leave the trace out.
    """
    files = [frame.file for frame in failure.error.frames]
    if not any(file.startswith("megengine/jit/") for file in files) or not failure.inner_frames:
        return
    for index, call in _traces(failure) if _CONSTANTS not in failure.error.message else ():
        for one in call.keywords:
            if one.arg == "symbolic" and isinstance(one.value, ast.Constant) and one.value.value is True:
                yield Candidate((failure.put(one.value, "False", index),), "trace with `symbolic=False`")


def trace_to_dump(failure: Broken) -> Iterator[Candidate]:
    """A traced function that is to be dumped, and that keeps no constants: traced with `capture_as_const=True`.

    The error asks for it by this name. It is added to a call of `trace` that has no such argument; never proposed is
    anything for a function that says `capture_as_const=False`.
    """
    for index, call in _traces(failure) if _CONSTANTS in failure.error.message else ():
        values = [*call.args, *(one.value for one in call.keywords)]
        if values and not any(one.arg in (None, "capture_as_const") for one in call.keywords):
            end = max(failure.span(value, index)[1] for value in values)
            yield Candidate((CodeEdit(index, end, end, f", {_CONSTANTS}"),), f"trace with `{_CONSTANTS}`")


def _traces(failure: Broken) -> Iterator[tuple[int, ast.Call]]:
    """The calls of `trace` up to the failure, each with its snippet."""
    for index, code in enumerate(failure.codes[: failure.failed + 1]):
        for call in code.of(ast.Call):
            if name_called(call) == "trace":
                yield index, call


REPAIRS: tuple[Repair, ...] = (Repair(symbolic_trace), Repair(trace_to_dump))
