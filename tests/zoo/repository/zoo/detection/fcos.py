"""The one-stage detector without anchors: every cell of five levels is a point that says how far its box reaches."""

import math

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

from zoo.detection.backbone import CHANNELS, Pyramid, normalise
from zoo.detection.boxes import grid_points, to_original
from zoo.detection.config import detector_entries
from zoo.detection.free_anchor import by_anchor


class FCOS(M.Module):
    """Points on the levels of strides 8 to 128; a class counts for less where a point is far from its box's centre."""

    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.pyramid = Pyramid(cfg.backbone, first=3, last=7)
        self.blobs = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1)
        self.contrasts = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1)
        self.scores = M.Conv2d(CHANNELS, cfg.num_classes, 1)
        self.reaches = M.Conv2d(CHANNELS, 4, 1)
        self.centredness = M.Conv2d(CHANNELS, 1, 1)
        # Without this, a model with random weights would see something everywhere.
        M.init.fill_(self.scores.bias, -math.log(99))

    def forward(self, image, im_info):
        """Scores (P, 80) and boxes (P, 4) in pixels of the original picture, for all P points, unfiltered.

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
            of_class = F.sigmoid(by_anchor(self.scores(features), self.cfg.num_classes))
            scores.append(F.sqrt(of_class * F.sigmoid(by_anchor(self.centredness(features), 1))))
            points = tensor(grid_points(int(one.shape[2]), int(one.shape[3]), stride))
            # To the left, the top, the right and the bottom.
            reaches = F.relu(by_anchor(self.reaches(features), 4)) * stride
            boxes.append(F.concat([points - reaches[:, :2], points + reaches[:, 2:]], axis=1))
        return F.concat(scores), to_original(F.concat(boxes), im_info)


ENTRIES = detector_entries(
    FCOS,
    "fcos",
    [
        ("res18", "3x", "37dot6_adab0136"),
        ("res34", "3x", "41dot0_8ba4633f"),
        ("res50", "3x", "42dot2_b16f9c8b"),
        ("res101", "3x", "44dot3_f38e8df1"),
        ("resx101", "2x", "44dot8_42ac8e82"),
    ],
    test_nms=0.6,
)
