"""Rules about figures: where a page says one twice, both agree, and its name is the one that others use."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from generator.checking.parts import Finding, Table
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView

Kind = Literal["mean", "standard deviation"]
Triple = tuple[Decimal, Decimal, Decimal]

FIGURE_TOLERANCE = Decimal("0.1")
"""Weights are named after a figure of the time; measured again it differs by a few hundredths."""
_MOST_COMPARED = 20
"""Mentions of a mean or standard deviation that others are compared with; where there are more, with none."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A mean or standard deviation of three channels, and where it stands."""

    kind: Kind
    values: Triple
    line: int
    column: int


def mean_std_differ(view: PageView) -> Iterator[Finding]:
    """Mean and standard deviation are the same in the text and the code, and in every language.

    Who prepares a picture by the text gets what the code gets. 0.485 and 123.675 are the same on another scale, and
    BGR may turn them round.

    Bad:  normalise with mean [103.53, 116.28, 123.675], above mean=[103.53, 116.82, 123.675] in the code
    Good: normalise with mean [103.53, 116.28, 123.675], above mean=[103.53, 116.28, 123.675] in the code
    """
    first: tuple[str, list[Mention]] | None = None
    for section in view.sections:
        words = _said_words(section.section.text)
        said = [
            Mention(kind, values, line.number, column)
            for line in (section.prose if words else ())
            if any(word in line.source for word in words)
            for kind, values, column in _said(line.source)
        ]
        coded = [
            Mention(kind, values, snippet.line + number, column)
            for snippet in view.page.snippets_in(section.section)
            for kind, values, number, column in _coded(snippet.code)
        ]
        coded = coded if len(coded) <= _MOST_COMPARED else []
        for mention in said:
            if differing := _differing(mention, coded):
                message = f"{_show(mention)} here is not {_show(differing)} in the code on line {differing.line}"
            elif not _has(mention.kind, coded) and first and (differing := _differing(mention, first[1])):
                message = f"{_show(mention)} here is not {_show(differing)} in {first[0]} on line {differing.line}"
            else:
                continue
            yield Finding(mention.line, f"the {message}: make them agree", mention.column)
        first = first or (section.language, said if len(said) <= _MOST_COMPARED else [])


def figure_differs_from_weights(view: PageView) -> Iterator[Finding]:
    """A result in a table is the one that the weights are named after, where the page shows their address.

    Such a name ends in figure and checksum: `resnet18_naiveaug_70312_78a63ca6.pkl` reaches 70.312. A difference of
    less than 0.1 is let through.

    Bad:  | resnet18 | 71.8 | on a page that loads resnet18_naiveaug_70312_78a63ca6.pkl
    Good: | resnet18 | 70.3 | on a page that loads resnet18_naiveaug_70312_78a63ca6.pkl
    """
    if not _CHECKSUM.search(view.page.source):
        return
    weights: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for match in _WEIGHTS.finditer(view.page.source):
        for entry in _entries(match[0]):
            weights[entry][match[0]] = _figure(match)
    for section in view.sections:
        for table in section.tables:
            yield from _differing_rows(table, weights, view)


def metric_name(view: PageView) -> Iterator[Finding]:
    """Metrics have their usual names: COCO's is AP@[.5:.95], and a page writes top-1 or top1 but not both.

    `@5-95` reads as thresholds from 5 to 95, and who searches for the metric does not find it.

    Bad:  mAP@5-95
    Good: mAP@[.5:.95]
    """
    for section in view.sections:
        if "@" in section.section.text:
            for line in section.prose:
                for match in _AP_RANGE.finditer(line.source) if "@" in line.source else ():
                    name, written = match["name"], match["range"]
                    message = f"COCO's thresholds go from 0.5 to 0.95: write {name}@[.5:.95] for {name}@{written}"
                    yield Finding(line.number, message, match.start() + 1)
        if all(any(f"{rank}{n}" in section.section.text for n in "15") for rank in ("op-", "op")):
            yield from _ranks(section)


def _ranks(section: SectionView) -> Iterator[Finding]:
    """The first that is written otherwise than most, if there are both spellings."""
    ranks = [
        (line.number, match.start() + 1, match[0])
        for line in section.prose
        if "op" in line.prose
        for match in _RANK.finditer(line.prose)
    ]
    counts = Counter("-" in written for _, _, written in ranks)
    if len(counts) < 2:
        return
    hyphen_is_usual = counts[True] >= counts[False]
    number, column, written = next(rank for rank in ranks if ("-" in rank[2]) != hyphen_is_usual)
    bare = written.replace("-", "")
    usual = f"{bare[:3]}-{bare[3:]}" if hyphen_is_usual else bare
    message = f"this section writes the metric with a hyphen and without: write {usual} for {written}"
    yield Finding(number, message, column)


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
_WORDS = ("mean", "Mean", "MEAN", "std", "Std", "STD", "tandard dev", "均值", "标准差")
_FARTHEST = 40
"""Characters between a word and the list that belongs to it."""


def _said_words(text: str) -> list[str]:
    """Which of the words are in a text: its lines need not be looked through for the others."""
    return [word for word in _WORDS if word in text]


@lru_cache(8192)
def _said(text: str) -> tuple[tuple[Kind, Triple, int], ...]:
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
def _coded(code: str) -> tuple[tuple[Kind, Triple, int, int], ...]:
    """Kind, values, line from 0 and column of each list in code."""
    found: list[tuple[Kind, Triple, int, int]] = []

    def add(kind: Kind, values: Triple | None, place: int) -> None:
        if values:
            found.append((kind, values, code.count("\n", 0, place), place - code.rfind("\n", 0, place)))

    for match in _CODED.finditer(code) if _said_words(code) else ():
        kind: Kind = "mean" if match["name"].lower() == "mean" else "standard deviation"
        add(kind, _triple(*match.groups()[1:]), match.start())
    for match in _IN_ORDER.finditer(code) if "Normalize(" in code else ():
        add("mean", _triple(*match.groups()[:3]), match.start())
        add("standard deviation", _triple(*match.groups()[3:]), match.start())
    return tuple(found)


def _triple(*written: str) -> Triple | None:
    """Three numbers, if they may be of three colour channels: of one size, which a shape is not."""
    a, b, c = map(Decimal, written)
    return (a, b, c) if min(a, b, c) > 0 and max(a, b, c) <= min(4 * min(a, b, c), Decimal(256)) else None


def _has(kind: Kind, mentions: list[Mention]) -> bool:
    return any(mention.kind == kind for mention in mentions)


def _differing(mention: Mention, others: list[Mention]) -> Mention | None:
    """What stands against this mention among others: the first of its kind, if none of them is the same."""
    of_kind = [other for other in others if other.kind == mention.kind]
    if not of_kind or any(_same(mention.values, other.values) for other in of_kind):
        return None
    return of_kind[0]


def _same(a: Triple, b: Triple) -> bool:
    return any(all(map(_equal, a, order)) for order in (b, b[::-1]))


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


def _show(mention: Mention) -> str:
    return f"{mention.kind} {', '.join(map(str, mention.values))}"


_WEIGHTS = re.compile(
    r"\b(?P<entry>[A-Za-z]\w{0,200}?)_(?:(?P<whole>\d\d)dot(?P<rest>\d{1,3})|(?P<thousandths>\d{5}))_[0-9a-f]{6,8}\.\w{2,4}\b"
)
_CHECKSUM = re.compile(r"\d_[0-9a-f]{6,8}\.")
_RESULT = re.compile(r"m?AP\b|\bacc|top-?\s?[15]\b|mIoU|准确率|精度|正确率", re.IGNORECASE)
_CELL_FIGURE = re.compile(r"[*_\s]*+(\d{1,3}(?:\.\d++)?)\s*+%?[*_\s]*+")
_AP_RANGE = re.compile(r"\b(?P<name>m?A[PR])(?:\s|<br\s*/?>)*@\s*(?P<range>\[?5\s*[-–:~]\s*95\b\]?)")
_RANK = re.compile(r"(?<![A-Za-z0-9_@-])[Tt]op-?[15](?![0-9A-Za-z_-]|\.\d)")


def _figure(match: re.Match[str]) -> Decimal:
    return Decimal(f"{match['whole']}.{match['rest']}" if match["whole"] else match["thousandths"]) / (
        1 if match["whole"] else 1000
    )


def _differing_rows(table: Table, weights: Mapping[str, Mapping[str, Decimal]], view: PageView) -> Iterator[Finding]:
    """Rows of a table of results without any figure that their weights are named after."""
    columns = [index for index, cell in enumerate(table.header.cells) if _RESULT.search(cell)]
    for row in table.rows:
        name = _entry(row.cells[0]) if row.cells else ""
        of_row = weights.get(name, {})
        figures = [
            Decimal(match[1])
            for index in columns
            if index < len(row.cells) and (match := _CELL_FIGURE.fullmatch(row.cells[index]))
        ]
        if not of_row or not figures:
            continue
        if any(
            abs(told * scale - named) < FIGURE_TOLERANCE
            for told in figures
            for named in of_row.values()
            for scale in (1, 100)
        ):
            continue
        file, named = next(iter(of_row.items()))
        message = (
            f"the weights {file} are named after {named.normalize():f}, but this row says {figures[0]}: "
            "correct the one that is wrong"
        )
        yield Finding(row.line, message, max(view.lines[row.line - 1].rfind(f"{figures[0]}"), 0) + 1)


def _entry(cell: str) -> str:
    """The entry that a cell names, bare; empty if it says anything else."""
    name = cell.strip().strip("`*")
    return re.sub(r"[_-]", "", name).casefold() if re.fullmatch(r"[A-Za-z][\w-]*", name) else ""


def _entries(file: str) -> Iterator[str]:
    """The entries, bare, that weights may be of: their name begins with it, or all of it is there but the checksum."""
    parts = file.casefold().split("_")
    return ("".join(parts[:end]).replace("-", "") for end in range(1, len(parts)))


RULES: tuple[Rule, ...] = (Rule(mean_std_differ), Rule(figure_differs_from_weights), Rule(metric_name))
