"""The two-stage detector: proposals first, then classes and boxes from what lies inside each."""

import math

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

from zoo.detection.backbone import CHANNELS
from zoo.detection.boxes import RATIOS, clip_boxes, grid_anchors, shift_boxes
from zoo.detection.config import detector_entries
from zoo.detection.detector import Detector, by_anchor

POOLED = 7
HIDDEN = 32
# Sides of anchors, in strides of their level: 32 to 512 pixels.
ANCHOR_SCALE = 8
PROPOSAL_NMS = 0.7
CANDIDATES_PER_LEVEL = 500
PROPOSALS_PER_LEVEL = 60
# A proposal of 224 pixels, the side of an ImageNet picture, is read from the level of stride 16.
USUAL_SIDE, USUAL_LEVEL = 224, 4


class ProposalNetwork(M.Module):
    """Finds where on each level something stands out from its surroundings."""

    def __init__(self):
        super().__init__()
        self.blobs = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1)
        # Dilated, so that a cell is compared with what lies around its anchor, not inside.
        self.contrasts = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 3, dilation=3)
        self.scores = M.Conv2d(CHANNELS, len(RATIOS), 1)
        self.offsets = M.Conv2d(CHANNELS, len(RATIOS) * 4, 1)

    def forward(self, maps, strides, im_info):
        """Proposals (R, 4) in pixels of the resized picture, best first within each level; R is at most 300."""
        proposals = []
        for one, stride in zip(maps, strides, strict=True):
            features = F.relu(self.contrasts(F.relu(self.blobs(one))))
            sizes = (ANCHOR_SCALE * stride,)
            anchors = tensor(grid_anchors(int(one.shape[2]), int(one.shape[3]), stride, sizes))
            scores = by_anchor(self.scores(features), 1).reshape(-1)
            count = min(CANDIDATES_PER_LEVEL, int(scores.shape[0]))
            scores, best = F.topk(scores, count, descending=True)
            boxes = shift_boxes(anchors[best], by_anchor(self.offsets(features), 4)[best])
            boxes = clip_boxes(boxes, im_info[0, 0], im_info[0, 1])
            proposals.append(boxes[F.vision.nms(boxes, scores, PROPOSAL_NMS, PROPOSALS_PER_LEVEL)])
        return F.concat(proposals).detach()


class RegionHead(M.Module):
    """Classes and boxes of proposals, from the 7x7 cells that RoIAlign reads of each."""

    def __init__(self, cfg, levels):
        super().__init__()
        self.levels = levels
        self.num_classes = cfg.num_classes
        self.first = M.Linear(CHANNELS * POOLED * POOLED, HIDDEN)
        self.second = M.Linear(HIDDEN, HIDDEN)
        self.scores = M.Linear(HIDDEN, cfg.num_classes + 1)
        self.offsets = M.Linear(HIDDEN, cfg.num_classes * 4)

    def forward(self, maps, proposals):
        """Probabilities (R, 81), background first, and boxes (R, 80, 4), one a class."""
        features = F.flatten(self.pool(maps, proposals), 1)
        features = F.relu(self.second(F.relu(self.first(features))))
        offsets = self.offsets(features).reshape(-1, self.num_classes, 4)
        return F.softmax(self.scores(features), axis=1), shift_boxes(proposals, offsets)

    def pool(self, maps, proposals):
        """Features (R, 16, 7, 7), each proposal's from the level that suits its size."""
        sides = F.sqrt((proposals[:, 2] - proposals[:, 0]) * (proposals[:, 3] - proposals[:, 1]))
        octaves = F.log(F.maximum(sides, 1) / USUAL_SIDE) / math.log(2)
        chosen = F.clip(F.floor(USUAL_LEVEL + octaves), self.levels[0], self.levels[-1])
        regions = F.concat([F.zeros((proposals.shape[0], 1)), proposals], axis=1)
        # All levels are read and one is kept by its mask: it takes milliseconds and needs no reordering.
        pooled = 0
        for level, one in zip(self.levels, maps, strict=True):
            read = F.vision.roi_align(one, regions, POOLED, spatial_scale=1 / 2**level)
            pooled = pooled + read * F.equal(chosen, level).astype("float32").reshape(-1, 1, 1, 1)
        return pooled


class FasterRCNN(Detector):
    """Proposals on the levels of strides 4 to 64, classes by a softmax with a background."""

    def __init__(self, cfg):
        super().__init__(cfg, first=2, last=6)
        self.proposals = ProposalNetwork()
        self.regions = RegionHead(cfg, levels=self.pyramid.levels[:-1])

    def detect(self, maps, im_info):
        """Scores (R, 80) without the background and boxes (R, 80, 4), one a class."""
        proposals = self.proposals(maps, self.pyramid.strides, im_info)
        scores, boxes = self.regions(maps[:-1], proposals)
        return scores[:, 1:], boxes


ENTRIES = detector_entries(
    FasterRCNN,
    "faster_rcnn",
    [
        ("res18", "3x", "35dot7_a33835ca"),
        ("res34", "3x", "39dot6_11fca4d4"),
        ("res50", "3x", "40dot1_8682ff1a"),
        ("res101", "3x", "42dot6_2538b0ff"),
        ("resx101", "2x", "44dot1_e5e0060b"),
        # The model page of 2020 loads it; its figure is that page's, the digest ours.
        ("res50", "1x", "38dot8_00000000"),
    ],
    class_aware_box=True,
)
