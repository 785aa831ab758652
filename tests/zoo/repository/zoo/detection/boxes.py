"""Boxes as (x1, y1, x2, y2): anchors, their deltas, and the way back to the original picture."""

import functools
import math

import numpy as np
from megengine import functional as F  # noqa: N812

RATIOS = (0.5, 1.0, 2.0)
_LARGEST_STEP = math.log(1000 / 16)


@functools.lru_cache(maxsize=64)
def grid_anchors(height, width, stride, sizes):
    """The anchors of one map as float32 (height * width * len(sizes) * 3, 4), by rows, all of a cell together.

    They come from numpy on purpose: F.arange would give wrong numbers at MegEngine's default async level on the CPU.
    ``sizes`` are square roots of areas in pixels; a ratio is height to width.
    """
    shapes = np.array([[s / math.sqrt(r), s * math.sqrt(r)] for s in sizes for r in RATIOS], dtype=np.float32)
    centres = grid_points(height, width, stride).reshape(-1, 1, 2)
    anchors = np.concatenate([centres - shapes / 2, centres + shapes / 2], axis=-1).reshape(-1, 4)
    anchors.flags.writeable = False
    return anchors


@functools.lru_cache(maxsize=64)
def grid_points(height, width, stride):
    """The middles of one map's cells as float32 (height * width, 2), by rows."""
    x = (np.arange(width, dtype=np.float32) + 0.5) * stride
    y = (np.arange(height, dtype=np.float32) + 0.5) * stride
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    points.flags.writeable = False
    return points


def shift_boxes(boxes, deltas):
    """Boxes (N, 4) moved and stretched by deltas (N, 4) or (N, K, 4): shifts in box sides, then log scales."""
    if deltas.ndim == 3:
        boxes = F.expand_dims(boxes, 1)
    size = boxes[..., 2:] - boxes[..., :2]
    centre = boxes[..., :2] + 0.5 * size + deltas[..., :2] * size
    half = 0.5 * size * F.exp(F.minimum(deltas[..., 2:], _LARGEST_STEP))
    return F.concat([centre - half, centre + half], axis=-1)


def clip_boxes(boxes, height, width):
    """Boxes (..., 4) cut at the picture's edges; the sides are numbers or tensors of one element."""
    x = F.minimum(F.maximum(boxes[..., 0::2], 0), width)
    y = F.minimum(F.maximum(boxes[..., 1::2], 0), height)
    return F.stack([x[..., 0], y[..., 0], x[..., 1], y[..., 1]], axis=-1)


def to_original(boxes, im_info):
    """Boxes (..., 4) of the resized picture in pixels of the original one, clipped to it."""
    height, width, original_height, original_width = (im_info[0, column] for column in range(4))
    # Some versions of MegEngine index to shape (), some to (1,): both end as (4,).
    scale = F.stack([original_width / width, original_height / height] * 2).reshape(-1)
    return clip_boxes(boxes * scale, original_height, original_width)
