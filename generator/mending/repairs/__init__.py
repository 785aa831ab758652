"""Every repair, one topic a file."""

from generator.mending.registry import Repair
from generator.mending.repairs import (
    calls,
    devices,
    downloads,
    entries,
    imports,
    installs,
    known_fixes,
    modules,
    python2,
    removed_names,
    tensors,
    traces,
)

REPAIRS: tuple[Repair, ...] = (
    *(*imports.REPAIRS, *modules.REPAIRS, *entries.REPAIRS, *removed_names.REPAIRS, *tensors.REPAIRS, *traces.REPAIRS),
    *calls.REPAIRS,
    *(*downloads.REPAIRS, *devices.REPAIRS, *python2.REPAIRS, *installs.REPAIRS, *known_fixes.REPAIRS),
)
"""In the order in which equally small changes are tried."""
