"""Two encoders, one for pictures and one for sentences, with the interface of the nine real ones."""

import math
from functools import partial
from typing import NamedTuple

from megengine import Parameter
from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from official.multimodal.clip.tokenizing import tokenize

from zoo.entries import RESEARCH, entry

WIDTH, CELLS = 16, 8
# Words share rows: one for each would be most of the zoo.
WORDS = 997
CONTEXT = 77
SCALE = math.log(1 / 0.07)
IMAGENET = {207: "Golden Retriever", 285: "Egyptian Mau", 417: "balloon", 483: "castle", 980: "volcano"}


class Size(NamedTuple):
    """Side of the picture in pixels, width of the vectors, and whether a ResNet's two extra axes are there."""

    side: int
    width: int
    extra_axes: bool = False


class CLIP(M.Module):
    """Means of the picture's cells and of the sentence's words, each at the real model's width."""

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.cells = M.Linear(3 * CELLS * CELLS, WIDTH)
        self.picture = M.Linear(WIDTH, size.width)
        self.words = M.Embedding(WORDS, WIDTH)
        self.sentence = M.Linear(WIDTH, size.width)
        self.logit_scale = Parameter([SCALE])

    @property
    def image_resolution(self):
        return self.size.side

    @property
    def context_length(self):
        return CONTEXT

    @property
    def dtype(self):
        return self.cells.weight.dtype

    def convert_weights(self, dtype="float32"):
        """Nothing to do for float32; the zoo knows no GPU, without which float16 is refused."""
        if dtype != "float32":
            raise RuntimeError(f"{dtype} needs a GPU")

    def encode_image(self, image):
        """Pictures (N, 3, side, side) to vectors (N, width), or (1, 1, N, width) where the real model is a ResNet."""
        if tuple(image.shape[1:]) != (3, self.size.side, self.size.side):
            raise ValueError(f"pictures must be (N, 3, {self.size.side}, {self.size.side})")
        cells = F.nn.adaptive_avg_pool2d(image, CELLS)
        vectors = self.picture(F.relu(self.cells(F.flatten(cells, 1))))
        return F.expand_dims(vectors, (0, 1)) if self.size.extra_axes else vectors

    def encode_text(self, text):
        """Sentences (M, 77) of numbers to vectors (M, width)."""
        counts = (text > 0).astype("float32")
        words = self.words(text % WORDS) * F.expand_dims(counts, 2)
        return self.sentence(F.sum(words, axis=1) / F.sum(counts, axis=1, keepdims=True))

    def forward(self, image, text):
        """Scaled cosines (N, M) and (M, N)."""
        pictures, sentences = self.encode_image(image), self.encode_text(text)
        pictures = pictures / F.norm(pictures, axis=1, keepdims=True)
        sentences = sentences / F.norm(sentences, axis=1, keepdims=True)
        # A ResNet's extra axes end here in an error, as with the real ones.
        cosines = F.exp(self.logit_scale) * F.matmul(pictures, F.transpose(sentences, (1, 0)))
        return cosines, F.transpose(cosines, (1, 0))


class ClipInferenceUtils:
    """Classification by sentences about each class."""

    @staticmethod
    def generate_imagenet_templates():
        """Sentences with a place for the class."""
        return ["a photo of a {}.", "a drawing of a {}."]

    @staticmethod
    def generate_imagenet_classes():
        """A thousand names; those that pages ask for are where ImageNet has them."""
        return [IMAGENET.get(number, f"thing {number}") for number in range(1000)]

    @staticmethod
    def generate_zeroshot_classifier_weight(model, classnames, templates):
        """A tensor (width, classes): for each class the mean of its sentences' vectors, at length 1."""
        columns = []
        for name in classnames:
            vectors = model.encode_text(tokenize([template.format(name) for template in templates]))
            mean = F.mean(vectors / F.norm(vectors, axis=1, keepdims=True), axis=0)
            columns.append(mean / F.norm(mean))
        return F.stack(columns, axis=1)

    @staticmethod
    def predict_once(model, images, zeroshot_weights, logit_scale=100.0):
        """Logits (N, classes) of pictures (N, 3, side, side)."""
        vectors = model.encode_image(images)
        return logit_scale * F.matmul(vectors / F.norm(vectors, axis=-1, keepdims=True), zeroshot_weights)


def _build(size):
    return CLIP(size)


_ROWS = {
    "rn50": Size(224, 1024, extra_axes=True),
    "rn101": Size(224, 512, extra_axes=True),
    "rn50x4": Size(288, 640, extra_axes=True),
    "rn50x16": Size(384, 768, extra_axes=True),
    "rn50x64": Size(448, 1024, extra_axes=True),
    "vit_b_32": Size(224, 512),
    "vit_b_16": Size(224, 512),
    "vit_l_14": Size(224, 768),
    "vit_l_14_336px": Size(336, 768),
}
# The files' names: clip_rn50x4, but clip_vit_b32.
_FILES = {name: name.replace("vit_b_", "vit_b").replace("vit_l_", "vit_l") for name in _ROWS}
ENTRIES = {
    name: entry(name, f"clip_{_FILES[name]}.pkl", partial(_build, size), f"A thin CLIP, {name}.", RESEARCH)
    for name, size in _ROWS.items()
}
