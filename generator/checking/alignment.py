"""What of one language answers to what of the other."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from generator.checking.parts import HeadingAt
from generator.checking.view import PageView, SectionView

MOST_ALONE = 2
"""Where more headings than this lack a counterpart, nobody can tell which."""


_MOST_COMPARED = 100_000
"""Pairs; a page with more is no page that a person wrote, and takes no longer than others."""


class Apart(NamedTuple):
    """Headings without a counterpart. What stands below them has none either, and is not told of again."""

    first: tuple[HeadingAt, ...] = ()
    other: tuple[HeadingAt, ...] = ()
    first_lines: tuple[range, ...] = ()
    """Lines of the page that belong to them."""
    other_lines: tuple[range, ...] = ()

    def holds_first(self, line: int) -> bool:
        """Whether this line of the first section belongs to a heading that the other lacks."""
        return any(line in lines for lines in self.first_lines)

    def holds_other(self, line: int) -> bool:
        """Likewise for a line of the other."""
        return any(line in lines for lines in self.other_lines)


def languages(view: PageView) -> Iterator[tuple[SectionView, SectionView]]:
    """The first section with each of the others: a finding stands in the other and names its place in the first."""
    for other in view.sections[1:]:
        yield view.sections[0], other


@lru_cache(256)
def without_comments(text: str) -> str:
    """What readers see of a section's text: a comment says nothing to them."""
    shown, *rest = text.split("<!--")
    return "".join([shown, *(part.partition("-->")[2] for part in rest)])


def align(first: Sequence[Hashable], other: Sequence[Hashable]) -> Iterator[tuple[int | None, int | None]]:
    """Indices of what answers to each other; None for what has no counterpart. One thing too many shifts no other."""
    if first == other or len(first) * len(other) > _MOST_COMPARED:
        yield from ((index, index if index < len(other) else None) for index in range(len(first)))
        yield from ((None, index) for index in range(len(first), len(other)))
        return
    for kind, start, end, other_start, other_end in SequenceMatcher(None, first, other, False).get_opcodes():
        both = min(end - start, other_end - other_start) if kind in ("equal", "replace") else 0
        yield from zip(range(start, start + both), range(other_start, other_start + both), strict=True)
        yield from ((index, None) for index in range(start + both, end))
        yield from ((None, index) for index in range(other_start + both, other_end))


def first_moved(first: Sequence[Hashable], other: Sequence[Hashable]) -> int | None:
    """Index at which the same things come in another order; None where they are not the same things, or in order."""
    if first == other or Counter(first) != Counter(other):
        return None
    return next(index for index, (ours, theirs) in enumerate(zip(first, other, strict=True)) if ours != theirs)


def apart(first: SectionView, other: SectionView) -> Apart:
    """What only one of two sections has, where the kinds of blocks below its headings show which that is.

    Of a section that has but a few of the other's headings, none are named and all lines are: it is to be translated.
    """
    ours, theirs = first.headings, other.headings
    if len(ours) == len(theirs):
        return Apart()
    if abs(len(ours) - len(theirs)) > MOST_ALONE:
        shorter_is_other = len(ours) > len(theirs)
        everything = (range(1 << 31),)
        return Apart((), (), everything if shorter_is_other else (), () if shorter_is_other else everything)
    our_kinds, their_kinds = _kinds(first), _kinds(other)
    pairs = list(align(our_kinds, their_kinds))
    our_alone = [here for here, there in pairs if here is not None and there is None]
    their_alone = [there for here, there in pairs if there is not None and here is None]
    matched = all(
        our_kinds[here] == their_kinds[there] for here, there in pairs if here is not None and there is not None
    )
    if (
        not matched
        or len(our_alone) + len(their_alone) > MOST_ALONE
        or any(our_kinds[index] in their_kinds for index in our_alone)
        or any(their_kinds[index] in our_kinds for index in their_alone)
    ):
        return Apart()
    return Apart(
        tuple(ours[index] for index in our_alone),
        tuple(theirs[index] for index in their_alone),
        tuple(_lines_below(first, index) for index in our_alone),
        tuple(_lines_below(other, index) for index in their_alone),
    )


def _lines_below(section: SectionView, index: int) -> range:
    ends = [heading.line for heading in section.headings[index + 1 :]] or [1 << 31]
    return range(section.headings[index].line, ends[0])


def _kinds(section: SectionView) -> list[tuple[str, ...]]:
    """Each heading's level and the kinds of blocks below it."""
    found: list[list[str]] = []
    for token in section.tokens:
        if token.type == "heading_open":
            found.append([token.tag])
        elif found and token.level == 0 and token.nesting >= 0 and token.type not in ("inline", "html_block"):
            found[-1].append(token.type)
    return list(map(tuple, found))
