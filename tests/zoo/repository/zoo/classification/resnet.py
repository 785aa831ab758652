"""Residual networks, with a block a stage or two where the real ones have up to 36."""

from functools import partial
from itertools import pairwise

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812

from zoo.detection.backbone import ConvUnit, Residual
from zoo.entries import entry

WIDTHS = (8, 8, 16, 16, 32)


class ResNet(M.Module):
    """Logits (N, 1000) from normalised pictures (N, 3, 224, 224)."""

    def __init__(self, blocks, groups=1, num_classes=1000):
        super().__init__()
        self.stem = ConvUnit(3, WIDTHS[0], 7, stride=2)
        self.shrink = M.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.stages = []
        for number, (before, width) in enumerate(pairwise(WIDTHS)):
            enter = ConvUnit(before, width, 3, stride=2 if number else 1)
            self.stages.append(M.Sequential(enter, *[Residual(width, groups) for _ in range(blocks[number])]))
        self.fc = M.Linear(WIDTHS[-1], num_classes)

    def extract_features(self, x):
        """Maps by name, of strides 4, 4, 8, 16 and 32."""
        x = self.shrink(self.stem(x))
        maps = {"stem": x}
        for number, stage in enumerate(self.stages):
            x = stage(x)
            maps[f"res{number + 2}"] = x
        return maps

    def forward(self, x):
        x = self.extract_features(x)["res5"]
        # A fixed window, as in the real networks: other sizes than 224 pixels are seen in part, or not at all.
        return self.fc(F.flatten(F.avg_pool2d(x, 7), 1))


def _build(blocks, groups=1, **kwargs):
    return ResNet(blocks, groups, **kwargs)


ENTRIES = {
    name: entry(name, f"{name}_{tail}.pkl", partial(_build, blocks, **grouped), f"A thin {name}, as if from ImageNet.")
    for name, tail, blocks, grouped in [
        ("resnet18", "naiveaug_70312_78a63ca6", (1, 1, 1, 1), {}),
        ("resnet34", "naiveaug_73960_fd9d869d", (1, 2, 2, 1), {}),
        ("resnet50", "fbaug_76254_4e14b7d1", (1, 2, 3, 1), {}),
        ("resnet101", "fbaug_77944_b7932921", (1, 2, 4, 1), {}),
        ("resnet152", "fbaug_78582_7551aff3", (1, 2, 6, 1), {}),
        ("resnext50_32x4d", "fbaug_77592_c4b04e5e", (1, 2, 3, 1), {"groups": 4}),
        ("resnext101_32x8d", "fbaug_79520_80efb344", (1, 2, 4, 1), {"groups": 4}),
    ]
}
