"""What megengine.hub finds here: every entry of every family, and the classes that pages use besides."""

from zoo.detection import faster_rcnn, free_anchor
from zoo.detection.evaluator import DetEvaluator
from zoo.detection.faster_rcnn import FasterRCNN
from zoo.detection.free_anchor import FreeAnchor

__all__ = ["DetEvaluator", "FasterRCNN", "FreeAnchor"]

# A family is a module with a table ENTRIES; a new one takes its file and its name in this line.
for _family in (faster_rcnn, free_anchor):
    globals().update(_family.ENTRIES)
    __all__ += list(_family.ENTRIES)
