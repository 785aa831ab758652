"""The one-stage detector: every anchor of five levels gets its scores and its box."""

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

from zoo.detection.backbone import CHANNELS
from zoo.detection.boxes import RATIOS, grid_anchors, shift_boxes
from zoo.detection.config import detector_entries
from zoo.detection.detector import OneStageDetector, by_anchor

# Sides of anchors, in strides of their level.
SCALES = tuple(4 * 2 ** (step / 3) for step in (-1, 0, 1))
ANCHORS_PER_CELL = len(SCALES) * len(RATIOS)


class FreeAnchor(OneStageDetector):
    """Anchors on the levels of strides 8 to 128, scored by a sigmoid for each class."""

    def __init__(self, cfg):
        super().__init__(cfg, ANCHORS_PER_CELL)
        self.offsets = M.Conv2d(CHANNELS, ANCHORS_PER_CELL * 4, 1)
        self.bias_scores()

    def detect_on(self, features, stride):
        """Scores (A, 80) and boxes (A, 4) of the anchors of one level."""
        sizes = tuple(scale * stride for scale in SCALES)
        anchors = tensor(grid_anchors(int(features.shape[2]), int(features.shape[3]), stride, sizes))
        scores = F.sigmoid(by_anchor(self.scores(features), self.cfg.num_classes))
        return scores, shift_boxes(anchors, by_anchor(self.offsets(features), 4))


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
