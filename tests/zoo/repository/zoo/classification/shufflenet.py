"""ShuffleNet V2, with a block or two a stage where the real ones have four or eight."""

from functools import partial

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812

from zoo.detection.backbone import ConvUnit
from zoo.entries import entry

# Blocks a stage; the first of each halves the map.
BLOCKS = (1, 2, 1)
LAST = 32


class Halving(M.Module):
    """A block that halves the map and brings it to ``outputs`` channels."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.left = ConvUnit(inputs, outputs // 2, 3, stride=2)
        self.right = ConvUnit(inputs, outputs // 2, 3, stride=2)

    def forward(self, x):
        return shuffle(F.concat([self.left(x), self.right(x)], axis=1))


class Splitting(M.Module):
    """A block that leaves one half of the channels alone."""

    def __init__(self, channels):
        super().__init__()
        self.right = ConvUnit(channels // 2, channels // 2, 3)

    def forward(self, x):
        left, right = F.split(x, 2, axis=1)
        return shuffle(F.concat([left, self.right(right)], axis=1))


class ShuffleNetV2(M.Module):
    """Logits (N, 1000) from normalised pictures (N, 3, 224, 224)."""

    def __init__(self, width, num_classes=1000):
        super().__init__()
        self.first = ConvUnit(3, width, 3, stride=2)
        self.shrink = M.MaxPool2d(kernel_size=3, stride=2, padding=1)
        blocks = []
        for number, times in enumerate(BLOCKS):
            wide = width * 2**number
            blocks += [Halving(wide, wide * 2), *[Splitting(wide * 2) for _ in range(times)]]
        self.features = M.Sequential(*blocks)
        self.last = ConvUnit(width * 2 ** len(BLOCKS), LAST, 1)
        self.classifier = M.Linear(LAST, num_classes)

    def forward(self, x):
        x = self.last(self.features(self.shrink(self.first(x))))
        # As in the real network: a map larger than the window becomes rows that belong to no picture.
        return self.classifier(F.avg_pool2d(x, 7).reshape(-1, LAST))


def shuffle(x):
    """The channels of (N, C, h, w) so that those of both halves take turns."""
    number, channels, height, width = (int(side) for side in x.shape)
    pairs = x.reshape(number, 2, channels // 2, height, width)
    return F.transpose(pairs, (0, 2, 1, 3, 4)).reshape(number, channels, height, width)


# The real entries take num_classes and nothing else.
def _build(width, num_classes=1000):
    return ShuffleNetV2(width, num_classes)


ENTRIES = {
    f"shufflenet_v2_{size}": entry(
        f"shufflenet_v2_{size}",
        f"snetv2_{size}_{tail}.pkl",
        partial(_build, width),
        f"A thin ShuffleNet V2 {size}, as if from ImageNet.",
    )
    for size, tail, width in [
        ("x0_5", "60750_c28db1a2", 4),
        ("x1_0", "69369_daf9dba0", 6),
        ("x1_5", "72775_38ac4273", 8),
        ("x2_0", "75115_497d4601", 10),
    ]
}
