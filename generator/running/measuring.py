"""What to ask a kernel: measured in it, between snippets or after the last, without touching one."""

from functools import cache
from typing import Any

from generator.frameworks import framework
from generator.model.run import Facts
from generator.running.asking import expression, read_json

_SOURCE = """
def answer():
    import json, resource, sys
    from IPython import get_ipython
    loaded = PACKAGE in sys.modules
    parameters, gpu = measured(list(get_ipython().user_ns.values())) if loaded else (None, None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return json.dumps({"parameters": parameters, "peak": peak, "gpu": gpu})
"""


@cache
def question(name: str) -> str:
    """Expression whose value is the answer of a kernel of this framework, for `read_answer`."""
    return expression(framework(name).source + _SOURCE)


def read_answer(reply: dict[str, Any]) -> Facts | None:
    """The answer in a reply's `user_expressions`; None where a snippet left the kernel unable to give one."""
    data = read_json(reply)
    return Facts(data["parameters"], data["peak"], data["gpu"]) if isinstance(data, dict) else None
