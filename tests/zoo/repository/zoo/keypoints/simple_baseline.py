"""SimpleBaseline: a residual network and three transposed convolutions."""

from functools import partial

from megengine import module as M  # noqa: N812

from zoo.classification import resnet
from zoo.entries import entry

KEYPOINTS = 17
CHANNELS = 8


class Settings:
    """What is set for all models at once, before they are built."""

    # The real ones, too, load the weights of their backbone whether or not they are given their own.
    backbone_pretrained = True


cfg = Settings()


class SimpleBaseline(M.Module):
    """Heatmaps (N, 17, 64, 48) from normalised pictures (N, 3, 256, 192) of a person each."""

    def __init__(self, backbone):
        super().__init__()
        self.backbone = resnet.ENTRIES[backbone](pretrained=cfg.backbone_pretrained)
        del self.backbone.fc
        deconvolutions = []
        before = resnet.WIDTHS[-1]
        for _ in range(3):
            deconvolutions += [M.ConvTranspose2d(before, CHANNELS, 4, 2, 1), M.ReLU()]
            before = CHANNELS
        self.deconv_layers = M.Sequential(*deconvolutions)
        self.last_layer = M.Conv2d(CHANNELS, KEYPOINTS, 3, 1, 1)

    def forward(self, x):
        return self.last_layer(self.deconv_layers(self.backbone.extract_features(x)["res5"]))

    def predict(self, images):
        """The same, by the name that evaluators use."""
        return self(images)


def _build(backbone, **kwargs):
    return SimpleBaseline(backbone, **kwargs)


ENTRIES = {
    f"simplebaseline_res{depth}": entry(
        f"simplebaseline_res{depth}",
        f"keypoint_models/simplebaseline_res{depth}_256x192_0to255_{tail}.pkl",
        partial(_build, f"resnet{depth}"),
        f"A thin SimpleBaseline on the resnet{depth} backbone, as if from COCO.",
    )
    for depth, tail in [("50", "71dot1_2c0de7"), ("101", "71dot8_df6304"), ("152", "72dot3_18ba8e")]
}
