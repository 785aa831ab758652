"""What a detector needs."""

import megengine.functional as F
import megengine.module as M
import numpy as np


class Detector(M.Module):
    """Sums a picture, times the scale of its information."""

    def forward(self, image, im_info, boxes=None):
        return F.sum(F.avg_pool2d(image, 2)) * F.expand_dims(im_info, 0)[0, 0, 2]


class Looker(M.Module):
    """Sums numbers, and looks at shapes as no trace by symbols allows."""

    def forward(self, inputs):
        places = F.arange(inputs.shape[1])
        return F.sum(inputs * places) / len(places.shape)


class Preparation:
    """Prepares pictures."""

    @staticmethod
    def prepare(image):
        """A picture as N × C × H × W, and what is known of it."""
        data = np.ascontiguousarray(image.transpose(2, 0, 1)[None]).astype("float32")
        return data, np.array([[image.shape[0], image.shape[1], 1.0]], dtype="float32")
