"""Every repair, one topic a file."""

from generator.mending.registry import Repair
from generator.mending.repairs import downloads, entries, imports, modules, tensors

REPAIRS: tuple[Repair, ...] = (
    *imports.REPAIRS,
    *modules.REPAIRS,
    *entries.REPAIRS,
    *tensors.REPAIRS,
    *downloads.REPAIRS,
)
"""In the order in which equally small changes are tried."""
