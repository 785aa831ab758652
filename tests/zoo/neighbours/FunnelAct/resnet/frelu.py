"""An activation that compares each value with its surroundings."""

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812


class FReLU(M.Module):
    """The larger of a value and a convolution of its channel around it; a shape goes in and comes out."""

    def __init__(self, channels):
        super().__init__()
        self.around = M.Conv2d(channels, channels, 3, 1, 1, groups=channels)
        self.norm = M.BatchNorm2d(channels)

    def forward(self, x):
        return F.maximum(x, self.norm(self.around(x)))
