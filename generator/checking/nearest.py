"""The name that an author may have meant, looked for among few and short ones: likeness is expensive to measure."""

import difflib
from collections.abc import Iterable
from itertools import islice

MOST = 20
"""Findings of a kind that get such a hint: who has made more mistakes learns nothing by it."""
_MOST_COMPARED = 200
_LONGEST = 100
"""Characters of a name that are compared."""


def nearest(name: str, names: Iterable[str], cutoff: float) -> str | None:
    """The one of the first few names that is most like this one; None where none is like it enough."""
    cut = {known[:_LONGEST]: known for known in islice(names, _MOST_COMPARED)}
    near = difflib.get_close_matches(name[:_LONGEST], cut, 1, cutoff)
    return cut[near[0]] if near else None
