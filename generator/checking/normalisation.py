"""Means and standard deviations of a picture's channels: what a text says of them, and what code has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import islice
from typing import Literal

from generator.checking.channel_orders import is_turned, order_said
from generator.model.page import Snippet

Kind = Literal["mean", "standard deviation"]
Triple = tuple[Decimal, Decimal, Decimal]

MOST_COMPARED = 20
"""Mentions of a mean or standard deviation that others are compared with; where there are more, with none."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A mean or standard deviation of three channels, and where it stands."""

    kind: Kind
    values: Triple
    line: int
    column: int


_NUMBER = r"-?\d{1,3}(?:\.\d{1,12})?"
_LIST = rf"[\[(（{{]\s*({_NUMBER})\s*[,，、]\s*({_NUMBER})\s*[,，、]\s*({_NUMBER})\s*,?\s*[\])）}}]"
_SAID = re.compile(
    rf"(?P<mean>\bmean\b|均值|平均值)|(?P<std>\bstd\b|\bstandard\s+deviations?\b|标准差)|{_LIST}|(?P<end>[。；]|\.\s)",
    re.IGNORECASE,
)
_CODED = re.compile(
    rf"""\b\w*?(?P<name>mean|std)(?:_?(?:rgb|bgr|values?|pixel))?\s*=\s*(?:[\w.]+\(\s*)?{_LIST}""",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(rf"\bNormalize\(\s*{_LIST}\s*,\s*{_LIST}")
_SUBTRACTED = re.compile(rf"- ?{_LIST}")
_WORDS = ("mean", "Mean", "MEAN", "std", "Std", "STD", "tandard dev", "均值", "标准差")
_FARTHEST = 40
"""Characters between a word and the list that belongs to it."""


def said_words(text: str) -> list[str]:
    """Which of the words are in a text: its lines need not be looked through for the others."""
    return [word for word in _WORDS if word in text]


@lru_cache(8192)
def said_in(text: str) -> tuple[tuple[Kind, Triple, int], ...]:
    """Kind, values and column of each list in a line of text. `mean and std are [a] and [b]` has them in order."""
    found: list[tuple[Kind, Triple, int]] = []
    waiting: list[Kind] = []
    last = 0
    for match in _SAID.finditer(text):
        if match.start() - last > _FARTHEST or match["end"]:
            waiting.clear()
        last = match.end()
        if match["mean"] or match["std"]:
            waiting.append("mean" if match["mean"] else "standard deviation")
        elif not match["end"] and waiting and (values := _triple(match[3], match[4], match[5])):
            found.append((waiting.pop(0), values, match.start() + 1))
    return tuple(found)


@lru_cache(8192)
def coded_in(code: str) -> tuple[tuple[Kind, Triple, int, int], ...]:
    """Kind, values, line from 0 and column of each list in code."""
    found: list[tuple[Kind, Triple, int, int]] = []

    def add(kind: Kind, values: Triple | None, place: int) -> None:
        if values:
            found.append((kind, values, code.count("\n", 0, place), place - code.rfind("\n", 0, place)))

    for match in _CODED.finditer(code) if said_words(code) else ():
        kind: Kind = "mean" if match["name"].lower() == "mean" else "standard deviation"
        add(kind, _triple(*match.groups()[1:]), match.start())
    for match in _IN_ORDER.finditer(code) if "Normalize(" in code else ():
        add("mean", _triple(*match.groups()[:3]), match.start())
        add("standard deviation", _triple(*match.groups()[3:]), match.start())
    return tuple(found)


@lru_cache(8192)
def _written(code: str) -> tuple[tuple[Kind, Triple, int, int, str], ...]:
    """The same with what stands in front of each list, and with what is taken from a picture, `image - [a, b, c]`."""
    starts = [0, *(match.end() for match in re.finditer("\n", code))]
    found = [
        (kind, values, number, column, code[: starts[number] + column - 1])
        for kind, values, number, column in coded_in(code)[:MOST_COMPARED]
    ]
    for match in islice(_SUBTRACTED.finditer(code), MOST_COMPARED):
        if values := _triple(*match.groups()):
            number, above = code.count("\n", 0, match.start()), code[: match.start() + 1]
            found.append(("mean", values, number, match.start() - starts[number] + 1, above))
    return tuple(found)


def _triple(*written: str) -> Triple | None:
    """Three numbers, if they may be of three colour channels: of one size, which a shape is not."""
    a, b, c = map(Decimal, written)
    return (a, b, c) if min(a, b, c) > 0 and max(a, b, c) <= min(4 * min(a, b, c), Decimal(256)) else None


def turned(mention: Mention, source: str, snippets: Sequence[Snippet]) -> Mention | None:
    """Where code takes the figures of a text the other way round, for pictures in the order that the text names."""
    order = order_said(source)
    if not order or mention.values == mention.values[::-1]:
        return None
    codes = [snippet.code for snippet in snippets]
    found = [
        (Mention(kind, values, snippet.line + number, column), above)
        for snippet in snippets
        for kind, values, number, column, above in _written(snippet.code)
        if kind == mention.kind
    ]
    if any(_same_order(mention.values, one.values) for one, _ in found):
        return None
    round_about = [(one, above) for one, above in found if _same_order(mention.values[::-1], one.values)]
    return next((one for one, above in round_about if is_turned(order, codes, above)), None)


def has_kind(kind: Kind, mentions: list[Mention]) -> bool:
    """Whether there is one of them at all."""
    return any(mention.kind == kind for mention in mentions)


def differing_from(mention: Mention, others: list[Mention]) -> Mention | None:
    """What stands against this mention among others: the first of its kind, if none of them is the same."""
    of_kind = [other for other in others if other.kind == mention.kind]
    if not of_kind or any(_same(mention.values, other.values) for other in of_kind):
        return None
    return of_kind[0]


def _same(a: Triple, b: Triple) -> bool:
    return _same_order(a, b) or _same_order(a, b[::-1])


def _same_order(a: Triple, b: Triple) -> bool:
    return all(map(_equal, a, b))


def _equal(a: Decimal, b: Decimal) -> bool:
    """Whether two figures are one, rounded differently or on the scale of 0 to 1 and that of 0 to 255."""
    if a == b:
        return True
    small, large = sorted((a, b))
    if large > 20 * small:
        return abs(small * 255 - large) <= large / 100
    places = max(min(_places(a), _places(b)), 0)
    unit = Decimal(1).scaleb(-places)
    return a.quantize(unit, ROUND_HALF_UP) == b.quantize(unit, ROUND_HALF_UP)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def shown(mention: Mention) -> str:
    """As a message names it."""
    return f"{mention.kind} {', '.join(map(str, mention.values))}"
