"""The other detector with nine anchors at a place: only its training would differ from FreeAnchor's."""

from zoo.detection.config import detector_entries
from zoo.detection.free_anchor import FreeAnchor


class RetinaNet(FreeAnchor):
    """Anchors on the levels of strides 8 to 128, scored by a sigmoid for each class."""


ENTRIES = detector_entries(
    RetinaNet,
    "retinanet",
    [
        ("res18", "3x", "35dot3_0c4956c8"),
        ("res34", "3x", "38dot4_3485f9ec"),
        ("res50", "3x", "39dot3_8eaec532"),
        ("res101", "3x", "41dot4_73b01887"),
        ("resx101", "2x", "42dot3_1502eace"),
    ],
)
