"""Every repair, one topic a file."""

from generator.mending.registry import Repair
from generator.mending.repairs import entries, imports, tensors

REPAIRS: tuple[Repair, ...] = (*imports.REPAIRS, *entries.REPAIRS, *tensors.REPAIRS)
"""In the order in which equally small changes are tried."""
