"""A ShuffleNet V2 of one block a stage; each block makes the weights of its convolution from what it is given."""

from megengine import functional as F  # noqa: N812
from megengine import hub
from megengine import module as M  # noqa: N812

SQUEEZED = 4


class WeightNet(M.Module):
    """A convolution of one cell, with kernels of each picture's own."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.shape = (outputs, inputs, 1, 1)
        self.wn_fc1 = M.Conv2d(SQUEEZED, outputs, 1)
        self.sigmoid = M.Sigmoid()
        self.wn_fc2 = M.Conv2d(outputs, outputs * inputs, 1, groups=outputs, bias=False)

    def forward(self, x, squeezed):
        number, _, height, width = (int(side) for side in x.shape)
        kernels = self.wn_fc2(self.sigmoid(self.wn_fc1(squeezed))).reshape(number, *self.shape)
        x = F.conv2d(x.reshape(1, -1, height, width), kernels, groups=number)
        return x.reshape(number, -1, height, width)


class Block(M.Module):
    """Shuffle, convolve with kernels made on the spot, halve the map."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.reduce = M.Conv2d(inputs, SQUEEZED, 1)
        self.wnet1 = WeightNet(inputs, outputs)

    def forward(self, x):
        number, channels, height, width = (int(side) for side in x.shape)
        pairs = x.reshape(number, 2, channels // 2, height * width).dimshuffle(0, 2, 1, 3)
        x = pairs.reshape(number, channels, height, width)
        squeezed = self.reduce(x.mean(axis=2, keepdims=True).mean(axis=3, keepdims=True))
        return F.max_pool2d(F.relu(self.wnet1(x, squeezed)), 2)


class ShuffleNetV2(M.Module):
    """Logits (N, 1000) from pictures (N, 3, 224, 224) with values from 0 to 255."""

    def __init__(self, width, num_classes=1000):
        super().__init__()
        self.first = M.Conv2d(3, width, 3, stride=4, padding=1)
        self.features = M.Sequential(Block(width, width), Block(width, width), Block(width, width))
        self.classifier = M.Linear(width, num_classes)

    def forward(self, x):
        x = self.features(F.relu(self.first(x / 255)))
        return self.classifier(F.flatten(F.avg_pool2d(x, 7), 1))


@hub.pretrained("https://data.megengine.org.cn/models/weights/wnet/snetv2_0.5x_wnet1x_M2G2.model")
def shufflenet_v2_x0_5(num_classes=1000):
    """A thin ShuffleNet V2 0.5x with WeightNet, as if from ImageNet."""
    return ShuffleNetV2(4, num_classes)


@hub.pretrained("https://data.megengine.org.cn/models/weights/wnet/snetv2_1.0x_wnet1x_M2G2.model")
def shufflenet_v2_x1_0(num_classes=1000):
    """A thin ShuffleNet V2 1.0x with WeightNet, as if from ImageNet."""
    return ShuffleNetV2(6, num_classes)


@hub.pretrained("https://data.megengine.org.cn/models/weights/wnet/snetv2_1.5x_wnet1x_M2G2.model")
def shufflenet_v2_x1_5(num_classes=1000):
    """A thin ShuffleNet V2 1.5x with WeightNet, as if from ImageNet."""
    return ShuffleNetV2(8, num_classes)


@hub.pretrained("https://data.megengine.org.cn/models/weights/wnet/snetv2_2.0x_wnet1x_M2G2.model")
def shufflenet_v2_x2_0(num_classes=1000):
    """A thin ShuffleNet V2 2.0x with WeightNet, as if from ImageNet."""
    return ShuffleNetV2(10, num_classes)
