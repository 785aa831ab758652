"""Results as a page states them: its front matter names columns of its tables, and the figures are read from there."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", ""]
"""Empty where a column is no metric, as counts of parameters are not."""

_NUMBER = re.compile(r"[~≈]?\s*(?P<number>[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)\s*(?:%|±\s*[\d.]+|[*†‡])?", re.I)
_NAMES = re.I | re.ASCII
"""ASCII, so that Han ends a word."""
_LOWER = re.compile(
    r"\b(?:error|err|fid|perplexity|ppl|loss|wer|cer|mae|mse|rmse|epe|nme|lpips)\b|错误率|误差|困惑度|损失", _NAMES
)
_HIGHER = re.compile(
    r"\b(?:m?AP|AP\d+|m?AR|AUC|ROC|acc|accuracy|top[- ]?\d|m?IoU|F1|BLEU|ROUGE|PSNR|SSIM|recall"
    r"|precision|PCKh?|dice|PQ|inception score)(?![a-z])|准确率|正确率|精确率|召回率|平均精度",
    _NAMES,
)
_NO_METRIC = re.compile(r"参数|param|flops|size|大小|epoch|轮", re.I)
_MARKS = re.compile(r"[`*_\\]")
_UNIT = re.compile(r"(?P<name>.*[^ ]) ?\((?P<unit>[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Metric:
    """A column of results that front matter names."""

    name: str
    dataset: str
    """What it was measured on."""
    line: int
    """Where the page names it."""
    column: str = ""
    """The column's header, where that is another one than the name."""
    better: Better = ""
    """Which way is better, where the name does not tell."""


@dataclass(frozen=True, slots=True)
class TableText:
    """A table of a page as text; marks of Markdown may be left in it."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a column of results."""

    row: str
    """What stands first in the row, which is mostly an entry's name."""
    text: str
    """The value as the page has it."""
    value: float


@dataclass(frozen=True, slots=True)
class Reported:
    """What a page reports by one metric on one data set."""

    name: str
    dataset: str
    unit: str
    """As the column's header has it in brackets: %. Empty without one."""
    better: Better
    figures: tuple[Figure, ...]
    """At least one, in the table's order."""

    @property
    def best(self) -> Figure:
        """The first of the best, or of all where nobody knows which way is better."""
        if not self.better:
            return self.figures[0]
        choose = max if self.better == "higher" else min
        return choose(self.figures, key=lambda figure: figure.value)


def better_of(header: str) -> Better:
    """Which way a metric of this name is better; empty where the name is not one that is known."""
    if _NO_METRIC.search(header):
        return ""
    if _LOWER.search(header):
        return "lower"
    return "higher" if _HIGHER.search(header) else ""


def number_of(text: str) -> float | None:
    """The number that a cell holds; None where it holds something else."""
    match = _NUMBER.fullmatch(text)
    value = float(match["number"].replace(",", "").replace("−", "-")) if match else math.inf
    return value if math.isfinite(value) else None


def reported_of(metric: Metric, tables: Iterable[TableText]) -> Reported | None:
    """What the first of these tables with the metric's column reports; None where none has it, or no number in it.

    A column is found by its header, or by that without the unit that stands in brackets behind it. Where rows of the
    table name the data set, as in a column for it, only those count.
    """
    wanted, dataset = _plain(metric.column or metric.name), _plain(metric.dataset)
    for table in tables:
        index = _column(wanted, [_plain(header) for header in table.head])
        if index is None:
            continue
        own = [row for row in table.rows if dataset in map(_plain, row)] or table.rows
        figures = [
            Figure(row[0], text, value)
            for row in own
            if (value := number_of(_MARKS.sub("", text := row[index].strip()))) is not None
        ]
        if figures:
            unit = _UNIT.fullmatch(unicodedata.normalize("NFKC", table.head[index]).strip())
            better = metric.better or better_of(metric.name) or better_of(table.head[index])
            return Reported(metric.name, metric.dataset, unit["unit"].strip() if unit else "", better, tuple(figures))
    return None


def _column(wanted: str, headers: Sequence[str]) -> int | None:
    """Where a column stands, by its whole header before any without its unit."""
    without = [match["name"] if (match := _UNIT.fullmatch(header)) else header for header in headers]
    return next((names.index(wanted) for names in (headers, without) if wanted in names), None)


def _plain(text: str) -> str:
    """A text as it is compared: without marks of Markdown, idle spaces, and differences of width and case."""
    words = " ".join(_MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold().split())
    return words.replace(" (", "(")
