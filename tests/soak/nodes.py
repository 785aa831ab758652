"""A node of a Ray cluster that loses its power while `verify` runs there."""

from contextlib import suppress

import psutil

from tests.fleet.clusters import a_cluster
from tests.soak.scene import VERIFY, Disturbed, Scene

_NODES = 2


def kill_node(scene: Scene) -> Disturbed:
    """All processes of a node at once: the others run what it had, and nobody is blamed."""
    try:
        with a_cluster(scene.hub.outside) as cluster:
            for _ in range(_NODES):
                cluster.add(TMPDIR=str(scene.hub.temporary))
            running = scene.start(*VERIFY, "--executor", "ray", "--address", cluster.address)
            told = scene.at_some_moment(running)
            victim = scene.chance.choice(cluster.nodes)
            is_hit = running.process.poll() is None
            cluster.kill(f"({victim.node_id[:8]})")
            ended = running.end()
    finally:
        _end_what_ray_leaves()
    problems = [] if ended.verdicts == scene.expected else [f"it came to {ended.verdicts}: {ended.said[-2000:]}"]
    return Disturbed(f"{told}, node {victim.node_id[:8]}", [ended], problems, is_hit=is_hit)


def _end_what_ray_leaves() -> None:
    """What a killed node's own services are: nothing of hubpages."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "generator." not in " ".join(process.cmdline()):
                process.kill()
                process.wait(10)
