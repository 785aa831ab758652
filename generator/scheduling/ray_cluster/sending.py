"""Where something is to be sent on a cluster, and what it means that it did not come back."""

from ray.exceptions import RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy


def only_on(node: str) -> NodeAffinitySchedulingStrategy:
    """On this node and on no other, by its id."""
    return NodeAffinitySchedulingStrategy(node, soft=False)


def in_words(error: BaseException) -> str:
    """What went wrong on a node, in its last line."""
    cause = error.cause if isinstance(error, RayTaskError) else error
    lines = [line for line in str(cause).splitlines() if line.strip()]
    return (lines[0] if isinstance(error, RayTaskError) else " ".join(lines[:2])) if lines else type(cause).__name__
