"""A ResNet-50 of one convolution a stage, with FReLU in the first three."""

from frelu import FReLU
from megengine import functional as F  # noqa: N812
from megengine import hub
from megengine import module as M  # noqa: N812

WIDTHS = (8, 8, 16, 16, 32)


class ResNet(M.Module):
    """Logits (N, 1000) from pictures (N, 3, 224, 224) with values from 0 to 255."""

    def __init__(self, num_classes=1000):
        super().__init__()
        self.stem = M.Conv2d(3, WIDTHS[0], 7, stride=4, padding=3)
        for number in range(1, 5):
            stride = 1 if number == 1 else 2
            widen = M.Conv2d(WIDTHS[number - 1], WIDTHS[number], 3, stride=stride, padding=1)
            activate = FReLU(WIDTHS[number]) if number < 4 else M.ReLU()
            setattr(self, f"layer{number}", M.Sequential(widen, activate))
        self.fc = M.Linear(WIDTHS[-1], num_classes)

    def forward(self, x):
        x = F.relu(self.stem(x / 255))
        for number in range(1, 5):
            x = getattr(self, f"layer{number}")(x)
        return self.fc(F.flatten(F.avg_pool2d(x, 7), 1))


@hub.pretrained("https://data.megengine.org.cn/models/weights/frelu/res50_frelu.model")
def resnet50_frelu(**kwargs):
    """A thin ResNet-50 with FReLU, as if from ImageNet."""
    return ResNet(**kwargs)
