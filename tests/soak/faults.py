"""All kinds of faults: what is in this table happens."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.soak import damage, disks, kills, nodes
from tests.soak.scene import BUILD, VERIFY, Disturbed, Scene


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind."""

    name: str
    happens: Callable[[Scene], Disturbed]
    then: tuple[str, ...] = VERIFY
    """The command that finishes the rest; `build` follows in any case."""
    needs_site: bool = False
    """Whether there must be a site, with its cache, before it."""
    needs_mount: bool = False
    """Whether it mounts a disk."""


FAULTS = (
    Fault("kill: verify", kills.kill_program),
    Fault("kill: all of verify", kills.kill_all),
    Fault("kill: worker", kills.kill_worker),
    Fault("kill: proxy", kills.kill_proxy),
    Fault("kill: kernel", kills.kill_kernel),
    Fault("kill: node of Ray", nodes.kill_node),
    Fault("kill: build", kills.kill_build, then=BUILD),
    Fault("full: temporary disk", disks.fill_temporary_disk, needs_mount=True),
    Fault("full: the hub's disk", disks.fill_hub_disk, needs_mount=True),
    Fault("bit: store", damage.flip_bit_of_asset),
    Fault("bit: cache", damage.flip_bit_of_cache, then=BUILD, needs_site=True),
    Fault("clock set back", damage.set_clock_back),
    Fault("side by side", damage.run_side_by_side),
)
