"""The text encoder: vectors as wide as the real model's, which depend on all words around them."""

import math
from functools import partial
from typing import NamedTuple

import numpy as np
from megengine import functional as F  # noqa: N812
from megengine import module as M  # noqa: N812
from megengine import tensor

from zoo.entries import entry

# Within, everything is narrow: an own row for each of 30522 words would be most of the zoo.
WIDTH, HEADS = 16, 4
WORDS, POSITIONS = 997, 512
HIDDEN = -10000.0


class Size(NamedTuple):
    """What the real model's name says: layers, and the width of the vectors that come out."""

    layers: int
    hidden: int


BASE, LARGE = Size(12, 768), Size(24, 1024)


class Layer(M.Module):
    """Attention among the words, then each for itself."""

    def __init__(self):
        super().__init__()
        self.query = M.Linear(WIDTH, WIDTH)
        self.value = M.Linear(WIDTH, WIDTH)
        self.out = M.Linear(WIDTH, WIDTH)

    def forward(self, x, hidden):
        """Vectors (N, L, 16) to such vectors; ``hidden`` (N, 1, 1, L) is very low where a word does not count."""
        query, value = split_heads(self.query(x)), split_heads(self.value(x))
        scores = F.matmul(query, F.transpose(query, (0, 1, 3, 2))) / math.sqrt(WIDTH // HEADS)
        mixed = F.matmul(F.softmax(scores + hidden, axis=3), value)
        mixed = F.transpose(mixed, (0, 2, 1, 3)).reshape(x.shape)
        return standardise(x + F.relu(self.out(mixed)))


class BertModel(M.Module):
    """Words, places and layers; every layer's vectors are seen at the real model's width."""

    def __init__(self, size):
        super().__init__()
        self.words = M.Embedding(WORDS, WIDTH)
        self.positions = M.Embedding(POSITIONS, WIDTH)
        self.types = M.Embedding(2, WIDTH)
        self.layers = [Layer() for _ in range(size.layers)]
        self.wide = M.Linear(WIDTH, size.hidden)
        self.pooled = M.Linear(WIDTH, size.hidden)

    def forward(self, input_ids, token_type_ids=None, attention_mask=None, output_all_encoded_layers=True):
        """Vectors (N, L, hidden) of every layer in a list, or of the last alone, and one (N, hidden) of the first word.

        ``input_ids`` is (N, L) with L up to 512; by default all words count and belong to the first sentence.
        """
        rows, length = (int(side) for side in input_ids.shape)
        if length > POSITIONS:
            raise ValueError(f"at most {POSITIONS} tokens")
        mask = F.ones((rows, length)) if attention_mask is None else attention_mask.astype("float32")
        types = F.zeros_like(input_ids) if token_type_ids is None else token_type_ids
        places = self.positions(tensor(np.arange(length, dtype=np.int32)))
        x = standardise(self.words(input_ids % WORDS) + places + self.types(types))
        hidden = ((1 - mask) * HIDDEN).reshape(rows, 1, 1, length)
        seen = []
        for layer in self.layers:
            x = layer(x, hidden)
            seen.append(self.wide(x))
        return seen if output_all_encoded_layers else seen[-1], F.tanh(self.pooled(x[:, 0]))


def split_heads(x):
    """Vectors (N, L, 16) as (N, 4, L, 4).

    A tensor is joined with a tuple here, as in the real model: MegEngine 1.13.0 refuses that, and a page has to see to
    it.
    """
    shape = F.concat([tensor(x.shape[:2], dtype="int32"), (HEADS, WIDTH // HEADS)])
    return F.transpose(x.reshape(shape), (0, 2, 1, 3))


def standardise(x):
    """Each vector with mean 0 and variance 1."""
    x = x - F.mean(x, axis=-1, keepdims=True)
    return x / F.sqrt(F.mean(x * x, axis=-1, keepdims=True) + 1e-6)


def _build(size, **kwargs):
    return BertModel(size, **kwargs)


# Entries by their name in folders, with the digest in the name of the weights.
_ROWS = {
    "uncased_L-12_H-768_A-12": (BASE, "4f2157f7"),
    "cased_L-12_H-768_A-12": (BASE, "b9727c2f"),
    "uncased_L-24_H-1024_A-16": (LARGE, "222f5012"),
    "cased_L-24_H-1024_A-16": (LARGE, "01f2a65f"),
    "chinese_L-12_H-768_A-12": (BASE, "ee91be1a"),
    "multi_cased_L-12_H-768_A-12": (BASE, "283ceec5"),
    "wwm_uncased_L-24_H-1024_A-16": (LARGE, "e2780a6a"),
    "wwm_cased_L-24_H-1024_A-16": (LARGE, "0a8f1389"),
}
ENTRIES = {
    name: entry(name, f"bert/{folder}/bert_{digest}_{folder}.pkl", partial(_build, size), f"A thin BERT, {folder}.")
    for folder, (size, digest) in _ROWS.items()
    for name in [folder.replace("-", "_")]
}
