"""A residual network in 8-bit integers: built in float32, then converted as the real one is."""

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine.quantization import quantize, quantize_qat

from zoo.entries import entry

WIDTHS = (8, 16, 16, 32)


class Block(M.Module):
    """Two convolutions added to a third, each fused with its batch norm; the map is halved."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_bn_relu1 = M.ConvBnRelu2d(inputs, outputs, 3, 2, 1, bias=False)
        self.conv_bn2 = M.ConvBn2d(outputs, outputs, 3, 1, 1, bias=False)
        self.downsample = M.ConvBn2d(inputs, outputs, 1, 2, bias=False)
        self.add = M.Elemwise("FUSE_ADD_RELU")

    def forward(self, x):
        return self.add(self.conv_bn2(self.conv_bn_relu1(x)), self.downsample(x))


class QuantizableResNet(M.Module):
    """Logits (N, 1000) from pictures (N, 3, 224, 224) less 128; the last layer stays float32."""

    def __init__(self, num_classes=1000):
        super().__init__()
        self.quant = M.QuantStub()
        self.dequant = M.DequantStub()
        self.conv_bn_relu1 = M.ConvBnRelu2d(3, WIDTHS[0], 7, 4, 3, bias=False)
        self.blocks = M.Sequential(*map(Block, WIDTHS, WIDTHS[1:]))
        self.fc = M.Linear(WIDTHS[-1], num_classes)
        self.fc.disable_quantize()

    def forward(self, x):
        x = self.blocks(self.conv_bn_relu1(self.quant(x)))
        x = F.flatten(F.avg_pool2d(x, 7), 1)
        return self.fc(self.dequant(x))


def _build(**kwargs):
    model = QuantizableResNet(**kwargs)
    quantize_qat(model)
    # As with the real one, the steps of activations are not calibrated, and are not among the weights.
    quantize(model)
    return model


ENTRIES = {
    "quantized_resnet18": entry("quantized_resnet18", "resnet18.quantized.pkl", _build, "A thin ResNet-18 in int8."),
}
