"""What to ask a kernel whose snippet just raised, through `sys.last_value`, which IPython sets before it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from generator.decoding import converted
from generator.model.clues import Clues, Value
from generator.running import clues
from generator.running.asking import expression, read_json

_SOURCE = """
def answer():
    import json, sys, traceback
    error = getattr(sys, "last_value", None)
    if error is None:
        return json.dumps(None)
    walked = list(traceback.walk_tb(error.__traceback__))[-200:]
    frames = [(f.f_code.co_filename, line, f.f_code.co_name, values_of(f)) for f, line in walked]
    kinds, chain, seen = [], error, set()
    while chain is not None and id(chain) not in seen:
        seen.add(id(chain))
        kinds += [k.__module__ + "." + k.__qualname__ for k in type(chain).__mro__]
        chain = chain.__cause__ or chain.__context__
    # SyntaxError alone has a place of its own: the code never ran.
    place = [error.filename, error.lineno] if isinstance(error, SyntaxError) else None
    missing = getattr(error, "name", None) if isinstance(error, ImportError) else None
    told = {"frames": frames, "kinds": kinds, "place": place, "missing": missing, "clues": clues_of(error, walked)}
    return json.dumps(told, default=str)
"""


@cache
def question(framework: str) -> str:
    """Expression whose value is the answer of a kernel of this framework, for `read_answer`."""
    return expression(clues.source_for(framework) + _SOURCE)


@dataclass(frozen=True, slots=True)
class Failure:
    """The kernel's own account of an exception."""

    frames: tuple[tuple[str, int, str, tuple[Value, ...]], ...] = ()
    """File, line, function and what names stood for, of each level, outermost first."""
    kinds: tuple[str, ...] = ()
    """Qualified names of the classes of the exception, its causes and contexts, with their bases."""
    place: tuple[str, int] | None = None
    """File and line of a syntax error."""
    missing: str | None = None
    """The module that an import did not find."""
    clues: Clues | None = None


def read_answer(reply: Mapping[str, Any]) -> Failure:
    """The answer in a reply's `user_expressions`; an empty Failure where the kernel cannot give one any more."""
    try:
        return converted(read_json(dict(reply)), Failure)
    except msgspec.ValidationError:
        return Failure()
