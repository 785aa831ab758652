"""Pictures to a grid of codes and back: every cell becomes the colour of the code that is nearest to its mean."""

import math
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np
from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

from zoo.entries import RESEARCH, entry

COLOURS, LATENT, SIDE = 3, 256, 256


class Size(NamedTuple):
    """How many codes there are, the side of a cell in pixels, and whether codes come as a grid or in one row."""

    codes: int
    cell: int
    grid: bool = False


class Quantizer(M.Module):
    """The codebook: one colour a code, where the real model has 256 numbers."""

    def __init__(self, num_embeddings):
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding = M.Embedding(num_embeddings, COLOURS)

    def forward(self, colours):
        """Colours (P, 3) to the nearest of the codebook (P, 3) and their numbers (P,)."""
        book = self.embedding.weight
        distances = F.sum(book * book, axis=1) - 2 * F.matmul(colours, F.transpose(book, (1, 0)))
        codes = F.argmin(distances, axis=1)
        return self.embedding(codes), codes


class VQModel(M.Module):
    """Means of cells, codes, and latents of the real model's width between them."""

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.in_resolution = SIDE
        self.quantize = Quantizer(size.codes)
        self.widen = M.Conv2d(COLOURS, LATENT, 1)
        self.narrow = M.Conv2d(LATENT, COLOURS, 1)

    def encode(self, x):
        """Pictures (N, 3, H, W) in -1..1 to latents (N, 256, h, w), a loss, and the codes at the end of a tuple."""
        means = F.avg_pool2d(x, self.size.cell)
        count, _, height, width = (int(side) for side in means.shape)
        colours = F.transpose(means, (0, 2, 3, 1)).reshape(-1, COLOURS)
        nearest, codes = self.quantize(colours)
        loss = F.mean((nearest - colours) ** 2)
        nearest = F.transpose(nearest.reshape(count, height, width, COLOURS), (0, 3, 1, 2))
        codes = codes.reshape(count, height, width) if self.size.grid else codes
        return self.widen(nearest), loss, (None, None, codes)

    def decode(self, quant):
        """Latents (N, 256, h, w) to pictures (N, 3, H, W), flat in every cell."""
        colours, cell = self.narrow(quant), self.size.cell
        count, _, height, width = (int(side) for side in colours.shape)
        # By broadcasting: interpolating makes a linspace, and two in flight disturb each other on the CPU.
        cells = colours.reshape(count, COLOURS, height, 1, width, 1)
        cells = F.broadcast_to(cells, (count, COLOURS, height, cell, width, cell))
        return cells.reshape(count, COLOURS, height * cell, width * cell)

    def forward(self, x):
        """The restored picture and the loss."""
        quant, loss, _ = self.encode(x)
        return self.decode(quant), loss


class Reconstruction:
    """Prepares a picture, sends it through a model and saves what comes back."""

    def __init__(self, model):
        model.eval()
        self.model = model
        self.size = model.in_resolution

    def preprocess(self, image):
        """A file's name or an (H, W, 3) RGB picture to (1, 3, 256, 256) in -1..1; ValueError for small ones."""
        if isinstance(image, str):
            image = cv2.cvtColor(cv2.imread(image), cv2.COLOR_BGR2RGB)
        shorter = min(image.shape[:2])
        if shorter < self.size:
            raise ValueError(f"{shorter} pixels are less than {self.size}")
        height, width = (math.ceil(side * self.size / shorter) for side in image.shape[:2])
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        top, left = (height - self.size) // 2, (width - self.size) // 2
        image = image[top : top + self.size, left : left + self.size].transpose(2, 0, 1)
        return tensor(np.ascontiguousarray(image[None], dtype=np.float32) / 127.5 - 1)

    def __call__(self, image, file_name=None):
        """The restored picture (1, 3, 256, 256) in -1..1."""
        restored = self.model(self.preprocess(image))[0]
        if file_name is not None:
            pixels = (restored.numpy()[0].transpose(1, 2, 0) + 1) * 127.5
            cv2.imwrite(file_name, cv2.cvtColor(pixels.clip(0, 255).astype(np.uint8), cv2.COLOR_RGB2BGR))
        return restored


def _build(size, **kwargs):
    return VQModel(size, **kwargs)


_ROWS = {
    "vqgan_imagenet_f16_1024": Size(1024, 16),
    "vqgan_imagenet_f16_16384": Size(16384, 16),
    "vqgan_gumbel_f8": Size(8192, 8, grid=True),
}
ENTRIES = {
    name: entry(name, f"{name}.pkl", partial(_build, size), f"A thin autoencoder, {name}.", RESEARCH)
    for name, size in _ROWS.items()
}
