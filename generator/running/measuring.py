"""What to ask a kernel: measured in it, between snippets or after the last, without touching one."""

from typing import Any

from generator.model.run import Facts
from generator.running.asking import expression, read_json

_SOURCE = """
def answer():
    import json, math, resource, sys
    from IPython import get_ipython
    parameters, gpu = None, None
    if "megengine" in sys.modules:
        import megengine, megengine.module
        seen = {}
        for value in list(get_ipython().user_ns.values()):
            if isinstance(value, megengine.module.Module):
                seen.update((id(parameter), parameter) for parameter in value.parameters())
        if seen:
            parameters = sum(math.prod(int(n) for n in parameter.shape) for parameter in seen.values())
        if megengine.is_cuda_available():
            gpu = int(megengine.device.get_max_reserved_memory("gpu0"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return json.dumps({"parameters": parameters, "peak": peak, "gpu": gpu})
"""

EXPRESSION = expression(_SOURCE)
"""Expression whose value is the answer, for `read_answer`."""


def read_answer(reply: dict[str, Any]) -> Facts | None:
    """The answer in a reply's `user_expressions`; None where a snippet left the kernel unable to give one."""
    data = read_json(reply)
    return Facts(data["parameters"], data["peak"], data["gpu"]) if isinstance(data, dict) else None
