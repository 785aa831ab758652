"""Questions to a kernel between snippets, which leave its namespace as it was."""

import ast
import json
from typing import Any


def expression(source: str, **values: object) -> str:
    """An expression whose value is what `answer()` returns, as this source defines it.

    A snippet may have given `len` or `json` another meaning, so the source sees builtins and these values alone.
    """
    names = ", ".join(f"{name!r}: {value!r}" for name, value in values.items())
    space = f"{{'__builtins__': __import__('builtins'), {names}}}"
    return f"(lambda space: (space['__builtins__'].exec({source!r}, space), space['answer']())[1])({space})"


def read_json(reply: dict[str, Any]) -> Any:
    """The value of an expression that returned JSON; None where the kernel could give no answer."""
    try:
        return json.loads(ast.literal_eval(reply["data"]["text/plain"]))
    except (KeyError, TypeError, ValueError, SyntaxError):
        return None
