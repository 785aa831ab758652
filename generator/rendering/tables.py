"""Tables of a page with what their numbers say: which columns are metrics, which way is better, and what is best."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token
from markupsafe import Markup

from generator.model.metrics import Better, better_of, number_of
from generator.rendering.scatter import Scatter, scatter_of

_NOTHING = frozenset({"", "-", "–", "—", "/", "n/a", "N/A", "无"})
_COSTS = re.compile(r"flops|macs|乘加|计算量", re.I), re.compile(r"参数|param", re.I)
"""Columns that metrics are drawn against: what running a model takes, and how large it is."""
_SIZE = re.compile("|".join(cost.pattern for cost in _COSTS), re.I)
"""Columns of numbers that are no metric, and whose bars say at a glance what a model costs."""
_LEAST_DIFFERENCE = 0.1
"""Of the largest: bars that differ by less look the same."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it shows, and what it is worth where its column holds numbers."""

    html: Markup
    text: str
    align: str
    """align-left, align-center, align-right, or empty."""
    value: float | None = None
    is_best: bool = False
    share: float | None = None
    """Length of its bar in percent, from zero to the column's largest; None where bars of it say nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page."""

    heading: str
    """The heading that it stands under; empty above the first."""
    anchor: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]
    """For each column, whether all of it is numbers."""
    scatters: tuple[Scatter, ...] = ()
    """Its first metric against each cost that it has a column of."""

    @property
    def html(self) -> Markup:
        """The table as it stands in the page, without anything that was made of it."""
        head = "".join(_plain_cell("th", cell) for cell in self.head)
        rows = "".join(f"<tr>\n{''.join(_plain_cell('td', cell) for cell in row)}</tr>\n" for row in self.rows)
        body = f"<tbody>\n{rows}</tbody>\n" if self.rows else ""
        return Markup(
            f'<div class="table" tabindex="0"><table>\n<thead>\n<tr>\n{head}</tr>\n</thead>\n{body}</table></div>\n'
        )


def read_table(tokens: Sequence[Token], render: Callable[[Token], str], heading: str = "", anchor: str = "") -> Table:
    """The table of these tokens, from `table_open` to `table_close`.

    Args:
        render: an inline token as safe HTML.
        heading: the heading above the table, and
        anchor: where it is.
    """
    rows: list[list[Cell]] = []
    align = ""
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            align = str(token.attrGet("class") or "")
        elif token.type == "inline":
            rows[-1].append(Cell(Markup(render(token)), _text(token), align))
    head, *body = rows
    return _judged(heading, anchor, head, body)


def _judged(heading: str, anchor: str, head: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> Table:
    columns: list[list[Cell]] = [[row[index] for row in rows] for index in range(len(head))]
    numeric: list[bool] = []
    better: list[Better] = []
    for index, column in enumerate(columns):
        valued = [replace(cell, value=number_of(cell.text)) for cell in column]
        is_numeric = any(cell.value is not None for cell in valued) and all(
            cell.value is not None or cell.text in _NOTHING for cell in valued
        )
        numeric.append(is_numeric)
        better.append(better_of(head[index].text) if is_numeric and index else "")
        if is_numeric:
            columns[index] = _drawn(valued, head[index].text if index else "", better[index])
    body = tuple(zip(*columns, strict=True)) if rows else ()
    return Table(heading, anchor, tuple(head), body, tuple(numeric), tuple(_scatters(head, columns, better)))


def _drawn(column: Sequence[Cell], header: str, better: Better) -> list[Cell]:
    """A column of numbers with what is best in it, and bars where these can be told from each other."""
    values = [cell.value for cell in column if cell.value is not None]
    if len(values) < 2 or min(values) < 0 or not (better or _SIZE.search(header)):
        return list(column)
    best, longest = {"higher": max(values), "lower": min(values)}.get(better), max(values)
    is_told_apart = longest - min(values) >= _LEAST_DIFFERENCE * longest > 0
    return [
        replace(
            cell,
            is_best=best is not None and cell.value == best,
            share=round(100 * cell.value / longest, 2) if is_told_apart and cell.value is not None else None,
        )
        for cell in column
    ]


def _scatters(head: Sequence[Cell], columns: Sequence[Sequence[Cell]], better: Sequence[Better]) -> Iterator[Scatter]:
    """The first metric against multiply-adds and against the number of parameters, where the table has them."""
    metric = next((index for index, each in enumerate(better) if each), 0)
    for cost in _COSTS if metric else ():
        size = next((index for index, cell in enumerate(head) if index and cost.search(cell.text)), 0)
        if not size:
            continue
        rows = [
            (number, label.text, (x.value, x.text), (y.value, y.text), y.is_best)
            for number, (label, x, y) in enumerate(zip(columns[0], columns[size], columns[metric], strict=True))
            if x.value is not None and y.value is not None
        ]
        if drawn := scatter_of(head[metric].text, head[size].text, better[metric], rows):
            yield drawn


def _text(token: Token) -> str:
    """What a cell says, without its markup."""
    pieces = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "image"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or child.content == "<br>":
            pieces.append(" ")
    return "".join(pieces).strip()


def _plain_cell(tag: str, cell: Cell) -> str:
    """Safe HTML: `format` and `join` of Markup take as long as all else of a table."""
    of_class = f' class="{Markup.escape(cell.align)}"' if cell.align else ""
    return f"<{tag}{of_class}>{cell.html}</{tag}>\n"
