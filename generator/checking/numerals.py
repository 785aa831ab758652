"""Numbers in running text, to tell whether two languages give the same."""

import re
import unicodedata
from functools import lru_cache

_NUMBER = re.compile(r"\d+(?:(?:,\d{3})+(?:\.\d+)?(?![\d,])|(?:\.\d+)*)", re.ASCII)
_WIDE = re.compile(r"[０-９]")


def numbers(text: str) -> tuple[str, ...]:
    """Every number of a text, however it is written: 103.530 is 103.53, and 1,000 is 1000."""
    if not text.isascii() and _WIDE.search(text):
        text = unicodedata.normalize("NFKC", text)
    return tuple(canonical(number) for number in _NUMBER.findall(text))


@lru_cache(8192)
def canonical(number: str) -> str:
    """A number without separators and final zeros."""
    number = number.replace(",", "")
    return number.rstrip("0").rstrip(".") if number.count(".") == 1 else number
