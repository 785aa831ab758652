"""From an image to a pyramid of feature maps: what all detectors begin with."""

from typing import NamedTuple

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

CHANNELS = 16
DIVISOR = 32


class Plan(NamedTuple):
    """How deep and how wide a backbone is: residual blocks a stage, channels of the first stage, groups."""

    blocks: tuple[int, int, int, int]
    width: int
    groups: int = 1


# The names are those of the real backbones; the depths only keep their order.
BACKBONES = {
    "res18": Plan((1, 1, 1, 1), 8),
    "res34": Plan((1, 2, 2, 1), 8),
    "res50": Plan((1, 2, 3, 1), 12),
    "res101": Plan((1, 2, 6, 1), 12),
    "resx101": Plan((1, 2, 6, 1), 16, groups=4),
}


def normalise(image, mean, std):
    """Pad a (1, 3, H, W) image in 0..255 with zeros to multiples of 32, then shift and scale it by channel."""
    height, width = (int(side) for side in image.shape[2:])
    padding = ((0, 0), (0, 0), (0, -height % DIVISOR), (0, -width % DIVISOR))
    padded = F.nn.pad(image, padding)
    return (padded - tensor(mean).reshape(1, 3, 1, 1)) / tensor(std).reshape(1, 3, 1, 1)


class ConvUnit(M.Module):
    """Convolution, batch norm, and ReLU where asked for."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, relu=True):
        super().__init__()
        self.conv = M.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False)
        self.norm = M.BatchNorm2d(outputs)
        self.relu = relu

    def forward(self, x):
        x = self.norm(self.conv(x))
        return F.relu(x) if self.relu else x


class Residual(M.Module):
    """Two convolutions that add to what they were given."""

    def __init__(self, channels, groups):
        super().__init__()
        self.first = ConvUnit(channels, channels, 3, groups=groups)
        self.second = ConvUnit(channels, channels, 3, relu=False)

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Backbone(M.Module):
    """Four stages of residual blocks, whose outputs have strides 4, 8, 16 and 32."""

    def __init__(self, plan):
        super().__init__()
        self.widths = [plan.width, plan.width * 2, plan.width * 2, plan.width * 4]
        self.stem = ConvUnit(3, plan.width, 7, stride=4)
        self.stages = []
        before = plan.width
        for number, (width, blocks) in enumerate(zip(self.widths, plan.blocks, strict=True)):
            enter = ConvUnit(before, width, 3, stride=2 if number else 1)
            self.stages.append(M.Sequential(enter, *[Residual(width, plan.groups) for _ in range(blocks)]))
            before = width

    def forward(self, x):
        """The (1, 3, H, W) image to four maps (1, width, H / stride, W / stride)."""
        maps = []
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


class Pyramid(M.Module):
    """A feature pyramid: maps of 16 channels, one an octave, from ``first`` to ``last`` (4 means stride 16)."""

    def __init__(self, backbone, first, last):
        super().__init__()
        self.bottom_up = Backbone(BACKBONES[backbone])
        self.levels = list(range(first, last + 1))
        widths = self.bottom_up.widths[first - 2 :]
        self.laterals = [M.Conv2d(width, CHANNELS, 1) for width in widths]
        self.outputs = [M.Conv2d(CHANNELS, CHANNELS, 3, 1, 1) for _ in widths]
        self.extra = [M.Conv2d(CHANNELS, CHANNELS, 3, 2, 1) for _ in self.levels[len(widths) :]]

    @property
    def strides(self):
        return [2**level for level in self.levels]

    def forward(self, x):
        """The normalised image to a list of maps (1, 16, h, w), finest first."""
        maps = self.bottom_up(x)[-len(self.laterals) :]
        merged = [self.laterals[-1](maps[-1])]
        for lateral, finer in zip(self.laterals[-2::-1], maps[-2::-1], strict=True):
            merged.insert(0, lateral(finer) + double(merged[0]))
        maps = [output(one) for output, one in zip(self.outputs, merged, strict=True)]
        for extra in self.extra:
            maps.append(extra(maps[-1]))
        return maps


def double(x):
    """Every cell of a (1, C, h, w) map four times, as (1, C, 2h, 2w).

    By broadcasting: megengine's interpolate is one of the functions that make a linspace, and two linspaces in flight
    disturb each other on the CPU.
    """
    _, channels, height, width = (int(side) for side in x.shape)
    wide = F.broadcast_to(x.reshape(1, channels, height, 1, width, 1), (1, channels, height, 2, width, 2))
    return wide.reshape(1, channels, height * 2, width * 2)
