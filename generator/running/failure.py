"""What to ask a kernel whose snippet just raised, through `sys.last_value`, which IPython sets before it answers."""

from dataclasses import dataclass
from typing import Any

from generator.running.asking import expression, read_json

_SOURCE = """
def answer():
    import json, sys, traceback
    error = getattr(sys, "last_value", None)
    if error is None:
        return json.dumps(None)
    frames = [(f.f_code.co_filename, line, f.f_code.co_name) for f, line in traceback.walk_tb(error.__traceback__)]
    kinds, chain, seen = [], error, set()
    while chain is not None and id(chain) not in seen:
        seen.add(id(chain))
        kinds += [k.__module__ + "." + k.__qualname__ for k in type(chain).__mro__]
        chain = chain.__cause__ or chain.__context__
    # SyntaxError alone has a place of its own: the code never ran.
    place = [error.filename, error.lineno] if isinstance(error, SyntaxError) else None
    missing = getattr(error, "name", None) if isinstance(error, ImportError) else None
    told = {"frames": frames[-200:], "kinds": kinds, "place": place, "missing": missing}
    return json.dumps(told, default=str)
"""

EXPRESSION = expression(_SOURCE)
"""Expression whose value is the answer, for `read_answer`."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The kernel's own account of an exception."""

    frames: tuple[tuple[str, int, str], ...] = ()
    """File, line and function of each level, outermost first."""
    kinds: tuple[str, ...] = ()
    """Qualified names of the classes of the exception, its causes and contexts, with their bases."""
    place: tuple[str, int] | None = None
    """File and line of a syntax error."""
    missing: str | None = None
    """The module that an import did not find."""


def read_answer(reply: dict[str, Any]) -> Failure:
    """The answer in a reply's `user_expressions`; an empty Failure where the kernel cannot give one any more."""
    data = read_json(reply)
    try:
        return Failure(
            frames=tuple((str(file), int(line), str(function)) for file, line, function in data["frames"]),
            kinds=tuple(map(str, data["kinds"])),
            place=(str(data["place"][0]), int(data["place"][1])) if data.get("place") else None,
            missing=data.get("missing"),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return Failure()
