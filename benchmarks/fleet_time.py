"""`python -m benchmarks.fleet_time`: how much sooner a Ray cluster on this machine is done than one of its slots."""

import tempfile
import time
from pathlib import Path

from tests.fleet.clusters import RayCluster, a_cluster
from tests.kernels import a_hub_root, hubpages
from tests.pages import a_page, write

PAGES = 12
SLOTS = 4
SLEEP = "import time\ntime.sleep(30)\nprint({})"
"""As long as half of this hub's pages take, and without a processor: what is measured is what hubpages and Ray add to
them, and not this machine's cores."""


def main() -> None:
    """Print the seconds of one slot and of all, for the same pages on the same cluster."""
    with tempfile.TemporaryDirectory() as name, a_cluster(Path(name) / "cluster", nodes=SLOTS) as cluster:
        root = a_hub_root(Path(name))
        write(root, **{f"page{number}": a_page(SLEEP.format(number), en=None) for number in range(PAGES)})
        one, all_of_them = _seconds(root, cluster, "--jobs", "1"), _seconds(root, cluster)
    print(
        f"{PAGES} scripts of 30 s on a Ray cluster: one slot {one:.0f} s, {SLOTS} slots {all_of_them:.0f} s: "
        f"{one / all_of_them:.2f} times as fast"
    )


def _seconds(root: Path, cluster: RayCluster, *options: str) -> float:
    started = time.monotonic()
    called = hubpages("-C", root, "verify", "--fresh", "--executor", "ray", "--address", cluster.address, *options)
    assert called.status == 0, called.err
    return time.monotonic() - started


if __name__ == "__main__":
    main()
