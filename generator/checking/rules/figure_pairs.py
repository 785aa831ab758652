"""Figures of two texts that say the same in two languages, and those that one gives otherwise than the other."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_UNITS = r"(?:[KMGT]i?B|[kmµu]?s|ms|min|h|px|fps|Hz|kHz|MHz|GHz|[cmk]m|k?g|bits?|x|×)"
_FIGURE = re.compile(
    rf"""
    (?<![A-Za-z0-9_.,/:@=^~-])              # not of a name, an address, a date, a range
    (?P<value>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
    (?P<percent>[ ]?[%％])?
    (?=(?:[ ]?{_UNITS})?(?:[^A-Za-z0-9_.,/:@=^~-]|[.,:](?!\d)|-[a-z]+\b|$))
    """,
    re.VERBOSE | re.ASCII,
)
_DIGIT = re.compile(r"\d")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_SCALE = re.compile(
    r"[百千万亿]|million|billion|thousand|hundred|dozen|\d[ ]?[KMB]\b|half|quarter|third|半|分之|twice|double|倍",
    re.IGNORECASE,
)
"""Where a text counts in such words, its figures are not another's digit by digit."""
_VERSIONED = (
    *("python", "cuda", "cudnn", "megengine", "pytorch", "tensorflow", "numpy", "opencv", "ubuntu", "setuptools"),
    *("apache", "cc by", "by-sa", "by-nc", "license", "licence", "许可证", "version", "版本", "doi"),
    *(
        "第",
        "section",
        "sections",
        "sec.",
        "fig.",
        "figure",
        "table",
        "step",
        "chapter",
        "节",
        "章",
        "图",
        "表",
        "步骤",
    ),
)
"""Before the number of a version, or of a part of a text."""
_ENGLISH = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20},
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "once": 1, "both": 2, "pair": 2, "single": 1},
}
_BOUND = re.compile(
    r"(?:低于|高于|小于|大于|超过|不到|不足|至少|至多|最多|最少|[<>≤≥]|above|below|over|under|than|beyond|least|most"
    r"|up to)[ ]?$",
    re.IGNORECASE,
)
_BOUND_BEHIND = re.compile(r"[ ]?(?:以上|以下|以内|及|or (?:more|less|fewer)|and (?:above|below))")
"""Below 81 is the same as up to 80."""
_WORD = re.compile(r"[A-Za-z]+")
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_HAN_DIGITS |= {"〇": 0, "单": 1, "两": 2, "双": 2}
_HAN_NUMBER = re.compile(r"[零〇一二三四五六七八九两双单]?十[一二三四五六七八九]?|[零〇一二三四五六七八九两双单]")
_MOST_APART = 5
"""How many times as large one of two figures may be that were meant to be the same: 0.1 and 0.5."""
_MOST_COMPARED = 1000
"""Pairs of figures; a text with more is no paragraph."""


class Figure(NamedTuple):
    """A number in a text."""

    value: Decimal
    text: str
    """As written."""
    start: int
    is_percent: bool
    before: str
    """A few characters."""
    after: str


@lru_cache(8192)
def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text that its translation gives too: none that is part of a name, a version or a number word."""
    if not _DIGIT.search(text):
        return ()
    text = text.translate(_WIDE_DIGITS)
    return tuple(
        Figure(
            Decimal(match["value"].replace(",", "")),
            match["value"],
            match.start(),
            bool(match["percent"]),
            text[max(0, match.start() - 10) : match.start()],
            text[match.end() : match.end() + 10],
        )
        for match in _FIGURE.finditer(text)
        if not text[max(0, match.start() - 20) : match.start()].rstrip(" \t\n:：-").lower().endswith(_VERSIONED)
    )


def unmatched(ours: str, theirs: str) -> tuple[list[Figure], list[Figure]]:
    """The figures of each of two texts that the other gives in no form: in digits, in words or in another unit."""
    first, other = _cancelled(figures(ours), figures(theirs))
    if not (first or other) or _SCALE.search(ours) or _SCALE.search(theirs):
        return [], []
    return _unsaid(first, theirs), _unsaid(other, ours)


def differing(ours: Sequence[Figure], theirs: Sequence[Figure]) -> tuple[Figure, Figure] | None:
    """The first two of what is left of two texts, where one by one they were meant to be the same."""
    if not ours or len(ours) != len(theirs):
        return None
    return (ours[0], theirs[0]) if all(map(_is_pair, ours, theirs)) else None


def _is_pair(ours: Figure, theirs: Figure) -> bool:
    """Whether two figures may well be one that was written wrongly in one of the texts."""
    small, large = sorted((ours.value, theirs.value))
    if ours.is_percent != theirs.is_percent or not small or _is_year(small) != _is_year(large):
        return False
    is_rest = ours.is_percent and ours.value + theirs.value == 100
    is_same_bound = large - small == 1 and (_is_bound(ours) or _is_bound(theirs))
    return large <= small * _MOST_APART and not is_rest and not is_same_bound


def _is_bound(figure: Figure) -> bool:
    return bool(_BOUND.search(figure.before) or _BOUND_BEHIND.match(figure.after))


def _is_year(value: Decimal) -> bool:
    return 1900 <= value <= 2100


def _cancelled(ours: Sequence[Figure], theirs: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """What is left where what both have is taken from both."""
    if [figure.value for figure in ours] == [figure.value for figure in theirs]:
        return [], []
    counts, other_counts = (Counter(figure.value for figure in found) for found in (ours, theirs))
    first, other = _kept(ours, counts - other_counts), _kept(theirs, other_counts - counts)
    if len(first) * len(other) > _MOST_COMPARED:
        return [], []
    # What one gives as a share the other may give as a percentage, or in a thousandth of the unit.
    for figure in list(first):
        powers = {figure.value.scaleb(power) for power in (2, -2, 3, -3, 6, -6)}
        same = next((one for one in other if one.value in powers), None)
        if same is not None:
            first.remove(figure)
            other.remove(same)
    return first, other


def _kept(found: Iterable[Figure], left: Counter[Decimal]) -> list[Figure]:
    kept = []
    for figure in found:
        if left[figure.value] > 0:
            left[figure.value] -= 1
            kept.append(figure)
    return kept


def _unsaid(found: Sequence[Figure], text: str) -> list[Figure]:
    return [figure for figure in found if figure.value not in _in_words(text)] if found else []


@lru_cache(8192)
def _in_words(text: str) -> frozenset[Decimal]:
    """The numbers that a text gives in words of either language."""
    english = [_ENGLISH[word] for word in map(str.lower, _WORD.findall(text)) if word in _ENGLISH]
    return frozenset(map(Decimal, [*english, *map(_han_value, _HAN_NUMBER.findall(text))]))


def _han_value(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _HAN_DIGITS[text]
    return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0)
