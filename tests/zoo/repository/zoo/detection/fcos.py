"""The one-stage detector without anchors: every cell of five levels is a point that says how far its box reaches."""

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

from zoo.detection.backbone import CHANNELS
from zoo.detection.boxes import grid_points
from zoo.detection.config import detector_entries
from zoo.detection.detector import OneStageDetector, by_anchor


class FCOS(OneStageDetector):
    """Points on the levels of strides 8 to 128; a class counts for less where a point is far from its box's centre."""

    def __init__(self, cfg):
        super().__init__(cfg, anchors_per_cell=1)
        self.reaches = M.Conv2d(CHANNELS, 4, 1)
        self.centredness = M.Conv2d(CHANNELS, 1, 1)
        self.bias_scores()

    def detect_on(self, features, stride):
        """Scores (P, 80) and boxes (P, 4) of the points of one level."""
        of_class = F.sigmoid(by_anchor(self.scores(features), self.cfg.num_classes))
        scores = F.sqrt(of_class * F.sigmoid(by_anchor(self.centredness(features), 1)))
        points = tensor(grid_points(int(features.shape[2]), int(features.shape[3]), stride))
        # To the left, the top, the right and the bottom.
        reaches = F.relu(by_anchor(self.reaches(features), 4)) * stride
        return scores, F.concat([points - reaches[:, :2], points + reaches[:, 2:]], axis=1)


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
