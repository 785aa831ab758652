"""A finding made small enough to be read."""

from collections.abc import Callable
from typing import TypeVar

_MOST_TRIES = 400
_Pieces = TypeVar("_Pieces", bytes, list[bytes])


def reduced(data: bytes, is_finding: Callable[[bytes], bool]) -> bytes:
    """What is left of a page without the lines, then the bytes, that its finding does not need."""
    lines = _shortened(data.split(b"\n"), lambda less: is_finding(b"\n".join(less)))
    joined = b"\n".join(lines)
    return _shortened(joined, is_finding) if len(joined) < 3000 else joined


def _shortened(pieces: _Pieces, is_finding: Callable[[_Pieces], bool]) -> _Pieces:
    """Without runs of pieces, halves first and single ones at last, as long as the finding stays."""
    tries, size = 0, max(1, len(pieces) // 2)
    while tries < _MOST_TRIES:
        start = 0
        while start < len(pieces) and tries < _MOST_TRIES:
            less = pieces[:start] + pieces[start + size :]
            tries += 1
            if is_finding(less):
                pieces = less
            else:
                start += size
        if size == 1:
            break
        size //= 2
    return pieces
