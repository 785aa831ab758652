"""Whether the kernel's Python can compile a snippet that is not to be run."""

from dataclasses import dataclass
from typing import Any

from generator.running.asking import expression, read_json

_SOURCE = """
def answer():
    import ast, json
    from IPython import get_ipython
    try:
        code = get_ipython().transform_cell(CODE)
        compile(code, "snippet", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return json.dumps({"name": type(error).__name__, "message": error.msg, "line": error.lineno})
    except ValueError as error:
        return json.dumps({"name": "SyntaxError", "message": str(error), "line": None})
    return json.dumps({})
"""


@dataclass(frozen=True, slots=True)
class NotCompiled:
    """Why a snippet is not Python."""

    name: str
    message: str
    line: int | None
    """In the code that was given."""


def question(code: str) -> str:
    """Expression whose value is the answer, for `read_answer`."""
    return expression(_SOURCE, CODE=code)


def read_answer(reply: dict[str, Any]) -> NotCompiled | None:
    """The answer in a reply's `user_expressions`; None where the code compiles."""
    data = read_json(reply)
    if data is None:
        return NotCompiled("KernelError", "the kernel could not be asked whether this compiles", None)
    return NotCompiled(data["name"], data["message"], data["line"]) if data else None
