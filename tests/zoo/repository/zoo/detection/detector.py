"""What every detector of the zoo does alike: it sees one picture, and says what it saw in that picture's own pixels."""

import math

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812

from zoo.detection.backbone import CHANNELS, Pyramid, normalise
from zoo.detection.boxes import to_original


class Detector(M.Module):
    """A pyramid of maps, and ``detect``, which says what is on them."""

    def __init__(self, cfg, first, last):
        super().__init__()
        self.cfg = cfg
        self.pyramid = Pyramid(cfg.backbone, first=first, last=last)

    def forward(self, image, im_info):
        """Scores and boxes in pixels of the original picture, unfiltered; their shapes are those of ``detect``.

        ``image`` is (1, 3, H, W) in 0..255, ``im_info`` (1, 4): resized height and width, original height and width.
        """
        if self.training:
            raise NotImplementedError("the zoo's detectors cannot be trained: call model.eval()")
        if image.shape[0] != 1:
            raise ValueError("one image at a time")
        maps = self.pyramid(normalise(image, self.cfg.img_mean, self.cfg.img_std))
        scores, boxes = self.detect(maps, im_info)
        return scores, to_original(boxes, im_info)


class OneStageDetector(Detector):
    """Looks at every place of the levels of strides 8 to 128: ``detect`` gives scores (P, 80) and boxes (P, 4)."""

    def __init__(self, cfg, anchors_per_cell):
        super().__init__(cfg, first=3, last=7)
        self.blobs = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1)
        self.contrasts = M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1)
        self.scores = M.Conv2d(CHANNELS, anchors_per_cell * cfg.num_classes, 1)

    def bias_scores(self):
        """Without this, a model with random weights would see something everywhere."""
        M.init.fill_(self.scores.bias, -math.log(99))

    def detect(self, maps, im_info):
        """Scores and boxes of all levels, by ``detect_on`` of each."""
        found = [
            self.detect_on(F.relu(self.contrasts(F.relu(self.blobs(one)))), stride)
            for one, stride in zip(maps, self.pyramid.strides, strict=True)
        ]
        return F.concat([scores for scores, _ in found]), F.concat([boxes for _, boxes in found])


def by_anchor(x, columns):
    """A head's map (1, anchors * columns, h, w) as rows (h * w * anchors, columns), in the order of the anchors."""
    _, channels, height, width = (int(side) for side in x.shape)
    x = x.reshape(channels // columns, columns, height, width)
    return F.transpose(x, (2, 3, 0, 1)).reshape(-1, columns)
