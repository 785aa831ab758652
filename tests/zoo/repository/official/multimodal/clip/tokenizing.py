"""Sentences to rows of numbers."""

import re
import zlib

import numpy as np
from megengine import tensor

START, END = 49406, 49407


def tokenize(texts, context_length=77, truncate=False):
    """An int32 tensor (number of texts, 77): start, a number for each word, end, then zeros.

    RuntimeError for a text that is too long, unless it may be cut.
    """
    texts = [texts] if isinstance(texts, str) else texts
    rows = np.zeros((len(texts), context_length), dtype=np.int32)
    for row, text in zip(rows, texts, strict=True):
        words = re.findall(r"\w+|[^\w\s]", text.lower())
        numbers = [START, *(1 + zlib.crc32(word.encode()) % (START - 1) for word in words), END]
        if len(numbers) > context_length and not truncate:
            raise RuntimeError(f"{text!r} has {len(numbers)} tokens, more than {context_length}")
        numbers = [*numbers[: context_length - 1], END] if len(numbers) > context_length else numbers
        row[: len(numbers)] = numbers
    return tensor(rows)
