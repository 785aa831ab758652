"""Words as the search index has them: what Pagefind's own segmentation would miss.

A dictionary cuts the same Chinese characters differently in a sentence and in a query, so a word that is on the page
may not be found, and one that is not may be. Here every two neighbouring characters are a word, on the page and in the
query alike: a query finds the pages that hold its characters in this order. `static/search.js` does the same to
queries; the two change together.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

_HAN = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+")
# Possessive, and only from where a word begins: no part of a long word is looked at again.
_JOINED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]++(?:[_\-./][A-Za-z0-9]++)++")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+[A-Za-z]*")
# No vowels: whatever the language of the index, its stemmer finds no ending in these.
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnprtvw")


def han_words(text: str) -> Iterator[str]:
    """Every two neighbouring Han characters of a text as one word of letters, in order; a lone one as itself."""
    for run in _HAN.findall(unicodedata.normalize("NFKC", text)):
        letters = [_spelled(character) for character in run]
        pairs = pairwise(letters) if len(letters) > 1 else [(letters[0], "")]
        yield from (f"q{first}{second}" for first, second in pairs)


def han_characters(text: str) -> Iterator[str]:
    """Every Han character of a text as a word of letters, each once."""
    runs = "".join(_HAN.findall(unicodedata.normalize("NFKC", text)))
    yield from (f"q{_spelled(character)}" for character in dict.fromkeys(runs))


@cache
def _spelled(character: str) -> str:
    return f"{ord(character):05x}".translate(_LETTERS)


def parts_of_names(text: str) -> Iterator[str]:
    """The parts of names such as retinanet_res50_coco or RetinaNet, and those with hyphens without them."""
    for name in _JOINED.findall(text):
        parts = re.split(r"[_\-./]", name)
        yield from parts
        if "-" in name and "_" not in name:
            yield "".join(parts)
    for word in re.findall(r"[A-Za-z]+", text):
        if word[1:].islower():  # as nearly all are, which have but one
            continue
        humps = _HUMP.findall(word)
        if len(humps) > 1:
            yield from humps


def extra_words(text: str) -> str:
    """Both of a text. The words of Chinese stand in the order of the text, so that a phrase of them is a word there."""
    parts = dict.fromkeys(part.lower() for part in parts_of_names(text))
    return " ".join([*han_words(text), *parts])
