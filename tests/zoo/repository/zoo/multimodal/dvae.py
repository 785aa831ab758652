"""The autoencoder of DALL-E in its two halves: a score for each of 8192 colours, and colours back to a picture."""

import math

from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812

from zoo.entries import RESEARCH, entry

TOKENS, CELL, SIDE = 8192, 8, 256
# Values are kept off both ends of 0..1, where a sigmoid would never be.
MARGIN = 0.1


class Encoder(M.Module):
    """Scores of all colours for the mean of each cell."""

    def __init__(self):
        super().__init__()
        self.colours = M.Conv2d(3, TOKENS, 1)

    def forward(self, x):
        """Pictures (N, 3, H, W), off both ends of 0..1, to scores (N, 8192, H / 8, W / 8)."""
        return self.colours(F.avg_pool2d(x, CELL))


class Decoder(M.Module):
    """The colour of each cell."""

    def __init__(self):
        super().__init__()
        self.colours = M.Conv2d(TOKENS, 6, 1)

    def forward(self, x):
        """One-hot tokens (N, 8192, h, w) to (N, 6, 8h, 8w), of which a sigmoid makes three colours and the rest."""
        colours = self.colours(x)
        count, channels, height, width = (int(side) for side in colours.shape)
        # By broadcasting: interpolating makes a linspace, and two in flight disturb each other on the CPU.
        cells = colours.reshape(count, channels, height, 1, width, 1)
        cells = F.broadcast_to(cells, (count, channels, height, CELL, width, CELL))
        return cells.reshape(count, channels, height * CELL, width * CELL)


def _encoder(**kwargs):
    return Encoder(**kwargs)


def _decoder(**kwargs):
    return Decoder(**kwargs)


ENTRIES = {
    f"openai_discrete_VAE_{half}": entry(
        f"openai_discrete_VAE_{half}",
        f"dalle_openai_dvae_{half}.pkl",
        build,
        f"A thin {half} of pictures.",
        RESEARCH,
    )
    for half, build in (("encoder", _encoder), ("decoder", _decoder))
}


class OpenAIDiscreteVAE(M.Module):
    """Both halves, with what goes before and after them."""

    def __init__(self, pretrained=True):
        super().__init__()
        self.image_size, self.num_tokens = SIDE, TOKENS
        self.encoder = ENTRIES["openai_discrete_VAE_encoder"](pretrained=pretrained)
        self.decoder = ENTRIES["openai_discrete_VAE_decoder"](pretrained=pretrained)

    def get_codebook_indices(self, img):
        """Pictures (N, 3, H, W) in 0..1 to tokens (N, H / 8 * W / 8)."""
        return F.flatten(F.argmax(self.encoder((1 - 2 * MARGIN) * img + MARGIN), axis=1), 1)

    def decode(self, img_seq):
        """Tokens (N, n), of a square, to pictures in 0..1."""
        count, length = (int(side) for side in img_seq.shape)
        side = math.isqrt(length)
        tokens = F.one_hot(img_seq.reshape(count, side, side), TOKENS).astype("float32")
        colours = F.sigmoid(self.decoder(F.transpose(tokens, (0, 3, 1, 2)))[:, :3])
        return F.clip((colours - MARGIN) / (1 - 2 * MARGIN), 0, 1)

    def forward(self, inputs):
        raise NotImplementedError("call get_codebook_indices, then decode")
