"""How headings become fragments of a URL: what a card is rendered with and what links to it are checked against."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_OF_THE_CARD = re.compile(r"main|sample|contents|(?:search|card|site)-.*|L\d+")
"""Ids that templates give to parts of a card. In a template of one's own, ids begin with card- or site-."""

Outline = Sequence[tuple[int, str]]
"""Level and text of every heading of a section, in order."""


def slug(text: str) -> str:
    """Text as a fragment of a URL: letters and digits of any script, joined by hyphens."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())
    return "-".join(words) or "section"


def unique(wanted: Iterable[str]) -> tuple[str, ...]:
    """These anchors, the later of two that are the same with a number: a, a-2, a-3.

    What a card itself calls its parts is not theirs to take: a heading must not become what the skip link leads to.
    """
    taken: dict[str, int] = {}
    """Anchor to the number that the next one of this name may have; those below are taken for good."""
    for asked in wanted:
        name = anchor = f"section-{asked}" if _OF_THE_CARD.fullmatch(asked) else asked
        while anchor in taken:
            anchor, taken[name] = f"{name}-{taken[name]}", taken[name] + 1
        taken[anchor] = 2
    return tuple(taken)


def shared_anchors(outlines: Sequence[Outline]) -> tuple[str, ...] | None:
    """The anchors of all these sections, so that a link to a heading survives the change of language.

    They come from the language whose headings make slugs that can be read in a URL. None where the sections do not
    have the same levels in the same order: then each has slugs of its own.
    """
    if len({tuple(level for level, _ in outline) for outline in outlines}) != 1:
        return None
    named = [unique(slug(text) for _, text in outline) for outline in outlines]
    return min(named, key=lambda anchors: sum(not anchor.isascii() for anchor in anchors))
