"""Entries by name; as in the real package, each hides the module of the same name that it comes from."""

from .freeanchor_res18_coco_3x_800size import freeanchor_res18_coco_3x_800size
from .freeanchor_res34_coco_3x_800size import freeanchor_res34_coco_3x_800size
from .freeanchor_res101_coco_3x_800size import freeanchor_res101_coco_3x_800size
from .freeanchor_resx101_coco_2x_800size import freeanchor_resx101_coco_2x_800size

__all__ = [
    "freeanchor_res18_coco_3x_800size",
    "freeanchor_res34_coco_3x_800size",
    "freeanchor_res101_coco_3x_800size",
    "freeanchor_resx101_coco_2x_800size",
]
