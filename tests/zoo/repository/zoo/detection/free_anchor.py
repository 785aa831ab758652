"""The one-stage detector: every anchor of five levels gets its scores and its box."""

import math

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

from zoo.detection.backbone import CHANNELS, Pyramid, normalise
from zoo.detection.boxes import RATIOS, grid_anchors, shift_boxes, to_original
from zoo.detection.config import detector_entries

# Sides of anchors, in strides of their level.
SCALES = tuple(4 * 2 ** (step / 3) for step in (-1, 0, 1))
ANCHORS_PER_CELL = len(SCALES) * len(RATIOS)


class FreeAnchor(M.Module):
    """Anchors on the levels of strides 8 to 128, scored by a sigmoid for each class."""

    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.pyramid = Pyramid(cfg.backbone, first=3, last=7)
        self.blobs = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1)
        self.contrasts = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1)
        self.scores = M.Conv2d(CHANNELS, ANCHORS_PER_CELL * cfg.num_classes, 1)
        self.offsets = M.Conv2d(CHANNELS, ANCHORS_PER_CELL * 4, 1)
        # Without this, a model with random weights would see something everywhere.
        M.init.fill_(self.scores.bias, -math.log(99))

    def forward(self, image, im_info):
        """Scores (A, 80) and boxes (A, 4) in pixels of the original picture, for all A anchors, unfiltered.

        ``image`` is (1, 3, H, W) in 0..255, ``im_info`` (1, 4): resized height and width, original height and width.
        """
        if self.training:
            raise NotImplementedError("the zoo's detectors cannot be trained: call model.eval()")
        if image.shape[0] != 1:
            raise ValueError("one image at a time")
        maps = self.pyramid(normalise(image, self.cfg.img_mean, self.cfg.img_std))
        scores, boxes = [], []
        for one, stride in zip(maps, self.pyramid.strides, strict=True):
            features = F.relu(self.contrasts(F.relu(self.blobs(one))))
            sizes = tuple(scale * stride for scale in SCALES)
            anchors = tensor(grid_anchors(int(one.shape[2]), int(one.shape[3]), stride, sizes))
            scores.append(F.sigmoid(by_anchor(self.scores(features), self.cfg.num_classes)))
            boxes.append(shift_boxes(anchors, by_anchor(self.offsets(features), 4)))
        return F.concat(scores), to_original(F.concat(boxes), im_info)


def by_anchor(x, columns):
    """A head's map (1, anchors * columns, h, w) as rows (h * w * anchors, columns), in the order of the anchors."""
    _, channels, height, width = (int(side) for side in x.shape)
    x = x.reshape(channels // columns, columns, height, width)
    return F.transpose(x, (2, 3, 0, 1)).reshape(-1, columns)


ENTRIES = detector_entries(
    FreeAnchor,
    "freeanchor",
    [
        ("res18", "3x", "38dot1_3d0559a8"),
        ("res34", "3x", "41dot1_3b03734e"),
        ("res50", "3x", "42dot1_5c567f14"),
        ("res101", "3x", "43dot9_8c707d7d"),
        ("resx101", "2x", "44dot9_5a23fca7"),
        # The model page of 2020 loads it; its figure is that page's, the digest ours.
        ("res50", "1x", "38dot9_00000000"),
    ],
)
