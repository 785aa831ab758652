"""Rules about figures: where a page says one twice, both agree, and its name is the one that others use."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from generator.checking.channel_orders import order_said
from generator.checking.normalisation import (
    MOST_COMPARED,
    Mention,
    coded_in,
    differing_from,
    has_kind,
    said_in,
    said_words,
    shown,
    turned,
)
from generator.checking.parts import Finding, Table
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView

FIGURE_TOLERANCE = Decimal("0.1")
"""Weights are named after a figure of the time; measured again it differs by a few hundredths."""


def mean_std_differ(view: PageView) -> Iterator[Finding]:
    """Mean and standard deviation are the same in the text and the code, and in every language.

    Who prepares a picture by the text gets what the code gets. 0.485 and 123.675 are the same on another scale. RGB
    and BGR turn them round, but not where text and code have pictures in the same order.

    Bad:  normalise with mean [103.53, 116.28, 123.675], above mean=[103.53, 116.82, 123.675] in the code
    Good: normalise with mean [103.53, 116.28, 123.675], above mean=[103.53, 116.28, 123.675] in the code
    """
    first: tuple[str, list[Mention]] | None = None
    for section in view.sections:
        words = said_words(section.section.text)
        said = [
            Mention(kind, values, line.number, column)
            for line in (section.prose if words else ())
            if any(word in line.source for word in words)
            for kind, values, column in said_in(line.source)
        ]
        snippets = view.page.snippets_in(section.section)
        coded = [
            Mention(kind, values, snippet.line + number, column)
            for snippet in snippets
            for kind, values, number, column in coded_in(snippet.code)
        ]
        coded = coded if len(coded) <= MOST_COMPARED else []
        for mention in said:
            if differing := differing_from(mention, coded):
                message = f"{shown(mention)} here is not {shown(differing)} in the code on line {differing.line}"
            elif other := turned(mention, source := view.lines[mention.line - 1], snippets):
                pictures = f"{order_said(source)} pictures, which get it turned round"
                message = f"{shown(mention)} here is for {pictures} in the code on line {other.line}"
            elif not has_kind(mention.kind, coded) and first and (differing := differing_from(mention, first[1])):
                message = f"{shown(mention)} here is not {shown(differing)} in {first[0]} on line {differing.line}"
            else:
                continue
            yield Finding(mention.line, f"the {message}: make them agree", mention.column)
        first = first or (section.language, said if len(said) <= MOST_COMPARED else [])


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
