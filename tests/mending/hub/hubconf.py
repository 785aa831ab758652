"""A hub repository for pages that are to be mended: small models that take what real ones take."""

import megengine as mge
import megengine.functional as F
import megengine.module as M
import numpy as np
import tools.evaluation
from megengine import hub
from tools.detection import Detector, Looker, Preparation


class Net(M.Module):
    """Classifies pictures of 8 × 8: N × 3 × 8 × 8 in, N × 4 out; the same numbers each time."""

    def __init__(self):
        super().__init__()
        self.conv = M.Conv2d(3, 2, 3)
        self.line = M.Linear(2, 4)
        for parameter in self.parameters():
            size = int(np.prod(parameter.shape))
            parameter._reset(mge.tensor((np.arange(size) % 7).reshape(parameter.shape).astype("float32") / 7))

    def forward(self, inputs):
        return self.line(F.mean(self.conv(inputs), axis=(2, 3)))


def net_small_3x():
    """The small one."""
    return Net()


def net_small_2x():
    """The small one, trained for less long."""
    return Net()


def net_large_3x():
    """The large one."""
    return Net()


def detector_res50_coco_3x_800size():
    """A detector."""
    return Detector()


def looker():
    """Looks at shapes."""
    return Looker()
