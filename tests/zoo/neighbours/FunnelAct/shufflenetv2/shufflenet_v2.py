"""A ShuffleNet V2 of one convolution a stage, whose channels are shuffled as MegEngine could in 2020."""

from megengine import functional as F  # noqa: N812
from megengine import hub
from megengine import module as M  # noqa: N812

WIDTH = 8


class ShuffleNetV2(M.Module):
    """Logits (N, 1000) from pictures (N, 3, 224, 224) with values from 0 to 255."""

    def __init__(self, num_classes=1000):
        super().__init__()
        self.first = M.Conv2d(3, WIDTH, 3, stride=4, padding=1)
        self.stages = [M.Conv2d(WIDTH, WIDTH, 3, stride=2, padding=1) for _ in range(3)]
        self.classifier = M.Linear(WIDTH, num_classes)

    def forward(self, x):
        x = F.relu(self.first(x / 255))
        for stage in self.stages:
            number, channels, height, width = (int(side) for side in x.shape)
            pairs = x.reshape(number, 2, channels // 2, height * width).dimshuffle(0, 2, 1, 3)
            x = F.relu(stage(pairs.reshape(number, channels, height, width)))
        return self.classifier(F.avg_pool2d(x, 7).reshape(-1, WIDTH))


@hub.pretrained("https://data.megengine.org.cn/models/weights/frelu/shufflenetv2_0.5x.model")
def shufflenet_v2_x0_5(num_classes=1000):
    """A thin ShuffleNet V2, as if from ImageNet."""
    return ShuffleNetV2(num_classes)
