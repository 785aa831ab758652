"""An entry, and beside it what its model should be built from."""

from functools import partial

from zoo.detection.config import DetectorConfig
from zoo.detection.free_anchor import ENTRIES, FreeAnchor

freeanchor_res101_coco_3x_800size = ENTRIES["freeanchor_res101_coco_3x_800size"]

Net = FreeAnchor
Cfg = partial(DetectorConfig, "res101")
