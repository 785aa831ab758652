"""Functions that are traced in a way that a model's code does not allow."""

import ast
from collections.abc import Iterator

from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.mending import Candidate


def symbolic_trace(failure: Broken) -> Iterator[Candidate]:
    """A function of the page that `jit.trace(symbolic=True)` calls, failing within the model: traced as it is run.

    A model that looks at shapes or values while it runs cannot be traced by symbols. `symbolic=False` gives the same
    results and is proposed where the failure came through the trace; never proposed is to leave the trace out.
    """
    files = [frame.file for frame in failure.error.frames]
    if not any(file.startswith("megengine/jit/") for file in files) or not failure.inner_frames:
        return
    for index, code in enumerate(failure.codes[: failure.failed + 1]):
        for call in code.of(ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            for one in call.keywords if name == "trace" else ():
                if one.arg == "symbolic" and isinstance(one.value, ast.Constant) and one.value.value is True:
                    yield Candidate((failure.put(one.value, "False", index),), "trace with `symbolic=False`")


REPAIRS: tuple[Repair, ...] = (Repair(symbolic_trace),)
