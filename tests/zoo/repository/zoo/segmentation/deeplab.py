"""DeepLabV3+ without its context: what a pixel is depends on the few about it."""

from functools import partial

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812

from zoo.detection.backbone import ConvUnit, Residual
from zoo.entries import entry

CHANNELS = 8
STRIDE = 4


class SegmentationConfig:
    """The settings of one model: its data set, its classes, and the size of pictures in tests."""

    def __init__(self, dataset, num_classes, val_height, val_width):
        self.dataset = dataset
        self.num_classes = num_classes
        self.val_height = val_height
        self.val_width = val_width

        # Blue, green, red: the order of cv2.imread.
        self.img_mean = [103.530, 116.280, 123.675]
        self.img_std = [57.375, 57.120, 58.395]


class DeepLabV3Plus(M.Module):
    """Logits (N, classes, H, W) from normalised pictures (N, 3, H, W) of any size."""

    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.stem = ConvUnit(3, CHANNELS, 7, stride=STRIDE)
        self.context = Residual(CHANNELS, 1)
        self.conv_out = M.Conv2d(CHANNELS, cfg.num_classes, 1)

    def forward(self, x):
        height, width = (int(side) for side in x.shape[2:])
        logits = enlarge(self.conv_out(self.context(self.stem(x))), STRIDE)
        return logits[:, :, :height, :width]


def enlarge(x, times):
    """Every cell of an (N, C, h, w) map as a square, by broadcasting; see zoo.detection.backbone.double for why."""
    number, channels, height, width = (int(side) for side in x.shape)
    cells = x.reshape(number, channels, height, 1, width, 1)
    squares = F.broadcast_to(cells, (number, channels, height, times, width, times))
    return squares.reshape(number, channels, height * times, width * times)


def _build(settings, **kwargs):
    return DeepLabV3Plus(SegmentationConfig(*settings), **kwargs)


ENTRIES = {
    f"deeplabv3plus_res101_{name}": entry(
        f"deeplabv3plus_res101_{name}",
        f"deeplabv3plus_res101_{name}_{tail}.pkl",
        partial(_build, settings),
        f"A thin DeepLabV3+, as if from {settings[0]}.",
    )
    for name, tail, settings in [
        ("voc_512size", "79dot5_7856dc84", ("VOC2012", 21, 512, 512)),
        ("cityscapes_768size", "78dot5_c45e0cb9", ("Cityscapes", 19, 1024, 2048)),
    ]
}
