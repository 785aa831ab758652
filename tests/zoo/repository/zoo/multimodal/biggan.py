"""Pictures from noise and a class: coloured cells, as large as the real model's pictures."""

from functools import partial
from types import SimpleNamespace

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812

from zoo.entries import RESEARCH, entry

NOISE, CLASSES, WIDTH, CELLS = 128, 1000, 16, 8


class BigGAN(M.Module):
    """One picture a call."""

    def __init__(self, side, layers):
        super().__init__()
        self.config = SimpleNamespace(layers=[None] * layers, num_classes=CLASSES, output_dim=side, z_dim=NOISE)
        self.noise = M.Linear(NOISE, WIDTH)
        self.classes = M.Linear(CLASSES, WIDTH)
        self.cells = M.Linear(WIDTH, 3 * CELLS * CELLS)

    def forward(self, z, class_label, truncation):
        """Noise (K, 128) and classes (K, 1000), a row for each layer and one more, to (1, 3, side, side) in -1..1."""
        rows = len(self.config.layers) + 1
        if tuple(z.shape) != (rows, NOISE) or tuple(class_label.shape) != (rows, CLASSES):
            raise ValueError(f"{rows} rows of noise and of classes are needed")
        if not 0 < truncation <= 1:
            raise ValueError("truncation must be above 0 and at most 1")
        both = F.mean(self.noise(z) + 4 * self.classes(class_label), axis=0, keepdims=True)
        cell = self.config.output_dim // CELLS
        cells = F.tanh(2 * self.cells(both)).reshape(1, 3, CELLS, 1, CELLS, 1)
        cells = F.broadcast_to(cells, (1, 3, CELLS, cell, CELLS, cell))
        return cells.reshape(1, 3, self.config.output_dim, self.config.output_dim)


def _build(side, layers):
    return BigGAN(side, layers)


ENTRIES = {
    f"biggan_{side}": entry(
        f"biggan_{side}", f"biggan{side}.pkl", partial(_build, side, layers), f"A thin BigGAN, {side}.", RESEARCH
    )
    for side, layers in ((128, 10), (256, 12), (512, 14))
}
