"""A framework of forty lines on NumPy: a layer, its weights, and a hub."""

import numpy

from tinynet import hub as hub

held: int | None = None
"""Bytes of the GPU."""


class Layer:
    """A matrix that is multiplied with."""

    def __init__(self, rows: int, columns: int) -> None:
        self.weight = numpy.random.rand(rows, columns).astype("float32")

    def __call__(self, values: numpy.ndarray) -> numpy.ndarray:
        """Rows of values in, rows of others out."""
        return values @ self.weight
