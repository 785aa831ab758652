"""What a sample loads from a hub repository, and what it offers in its place."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_PART = re.compile(r"[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class EntryUse:
    """A call of `hub.load` in a sample, active or commented out."""

    repository: str
    """As written: megengine/models, or megengine/models:branch."""
    entry: str
    first: int
    """Index of its first line in the sample's code."""
    end: int
    """Index of the line after its last."""
    is_active: bool


def nearest_entry(name: str, entries: Iterable[str]) -> str | None:
    """The entry that an author may have meant: `resnet18` for `resnet_18` and `ResNet-18`; None where none is alike.

    Compared are letters and figures, part by part; case and what separates the parts mean nothing.
    """
    parts = _parts(name)
    of_entry = {entry: _parts(entry) for entry in sorted(entries, key=lambda entry: (entry != entry.lower(), entry))}
    firsts = sorted({each[0] for each in of_entry.values() if each})
    families = difflib.get_close_matches(parts[0], firsts, 3, 0.6) if parts else []
    by_fold: dict[str, str] = {}
    for entry, each in of_entry.items():
        if each and each[0] in families:
            by_fold.setdefault("".join(each), entry)
    if (folded := "".join(parts)) in by_fold:
        return by_fold[folded]

    def likeness(entry: str) -> tuple[int, int]:
        # Names go from the family to the details: of two that differ in one part the later difference is the smaller.
        same = [part == wanted for part, wanted in zip(parts, of_entry[entry], strict=False)]
        return len(set(parts) & set(of_entry[entry])), [*same, False].index(False)

    near = [by_fold[fold] for fold in difflib.get_close_matches(folded, by_fold, 8, 0.6)]
    return max(near, key=likeness, default=None)


def _parts(name: str) -> list[str]:
    return _PART.findall(name.lower())
