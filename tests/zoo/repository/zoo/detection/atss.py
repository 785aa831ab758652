"""The detector that sees as FCOS does: what it would do differently, it would do in training."""

from zoo.detection.config import detector_entries
from zoo.detection.fcos import FCOS


class ATSS(FCOS):
    """Points on the levels of strides 8 to 128, scored by class and by how central they are."""


ENTRIES = detector_entries(
    ATSS,
    "atss",
    [
        ("res18", "3x", "38dot3_58e249d5"),
        ("res34", "3x", "41dot5_ec16a67b"),
        ("res50", "3x", "42dot6_9a92ed8c"),
        ("res101", "3x", "44dot7_9181687e"),
        ("resx101", "2x", "45dot6_b3a91b36"),
    ],
    test_nms=0.6,
)
