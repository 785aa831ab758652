"""Tables of a page with what their numbers say: which columns are metrics, which way is better, and what is best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token
from markupsafe import Markup

from generator.model.metrics import Better, better_of, number_of

_NOTHING = frozenset({"", "-", "–", "—", "/", "n/a", "N/A", "无"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it shows, and what it is worth where its column holds numbers."""

    html: Markup
    text: str
    align: str
    """align-left, align-center, align-right, or empty."""
    value: float | None = None
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart."""

    label: str
    text: str
    """The value as the table has it."""
    share: float
    """Its length in percent of the width."""
    is_best: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A metric column as bars from zero, in the table's order."""

    metric: str
    by: str
    """What the rows are: the first column's header."""
    better: Better
    bars: tuple[Bar, ...]

    @property
    def best(self) -> Bar:
        """The first of the best."""
        return next(bar for bar in self.bars if bar.is_best)


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
    charts: tuple[Chart, ...]

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
    charts: list[Chart] = []
    for index, column in enumerate(columns):
        valued = [replace(cell, value=number_of(cell.text)) for cell in column]
        is_numeric = any(cell.value is not None for cell in valued) and all(
            cell.value is not None or cell.text in _NOTHING for cell in valued
        )
        numeric.append(is_numeric)
        better = better_of(head[index].text) if is_numeric and index else ""
        values = [cell.value for cell in valued if cell.value is not None]
        if better and len(values) > 1 and min(values) >= 0:
            best = max(values) if better == "higher" else min(values)
            valued = [replace(cell, is_best=cell.value == best) for cell in valued]
            charts.append(_chart(head[index].text, head[0].text, better, columns[0], valued))
        if is_numeric:
            columns[index] = valued
    body = tuple(zip(*columns, strict=True)) if rows else ()
    return Table(heading, anchor, tuple(head), body, tuple(numeric), tuple(charts))


def _chart(metric: str, by: str, better: Better, labels: Sequence[Cell], column: Sequence[Cell]) -> Chart:
    longest = max(cell.value or 0 for cell in column) or 1
    bars = tuple(
        Bar(label.text, cell.text, round(100 * cell.value / longest, 2), cell.is_best)
        for label, cell in zip(labels, column, strict=True)
        if cell.value is not None
    )
    return Chart(metric, by, better, bars)


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
