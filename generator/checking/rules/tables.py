"""Rules about tables: that they are tables, and the same in every language."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it.token import Token

from generator.checking.alignment import align, apart, first_moved, languages
from generator.checking.numerals import numbers
from generator.checking.parts import Finding, Table, TableRow
from generator.checking.registry import Rule
from generator.checking.rules.figure_pairs import differing, unmatched
from generator.checking.view import PageView, SectionView
from generator.model.page import Section

_MOST = 3
"""More differing rows than this are told of together."""
_MOST_LINES_READ_AGAIN = 5000

_TABLE_RULE = re.compile(r"(?=[^|]*\|)\|?[ \t]*:?-+:?(?:[ \t]*\|[ \t]*:?-+:?)*(?:[ \t]*\|)?")
_CELL_END = re.compile(r"(?<!\\)\|")
_ROW_START = re.compile(r"^(?:[ \t>]|[-+*][ \t]|\d+[.)][ \t])*\|?")
_RAW_BLOCK = re.compile(r"\s*<(?!!|\?|(?:pre|script|style|textarea)\b)", re.IGNORECASE)
_CODE_CELL = re.compile(r"`[!-~]+`")
_LETTERS = re.compile(r"[^\W\d_]+")
_OTHER_SCALE = re.compile(r"[百千万亿]|\d\s?[KMGB]\b|million|billion|thousand", re.IGNORECASE)


def glued_table(view: PageView) -> Iterator[Finding]:
    """A table needs a head with as many cells as the rule below it, and a blank line between it and a list, a quote or
    HTML above or text below: else Markdown takes the table for text, or the text for a row of the table.

    Bad:
        - mAP on val2017:
        | model | mAP |
        | --- | --- |
        | res50 | 38.8 |
    Good:
        - mAP on val2017:

        | model | mAP |
        | --- | --- |
        | res50 | 38.8 |
    """
    for section in view.sections:
        if "|" not in section.section.text:
            continue
        budget = _Budget()
        for token in section.tokens:
            if token.type == "inline" or (token.type == "html_block" and _RAW_BLOCK.match(token.content)):
                yield from _lost_tables(view, section, token, budget)
        yield from _swallowed_lines(view, section)


def table_differs(view: PageView) -> Iterator[Finding]:
    """Every language has the same tables with the same numbers, place by place; words in them may be translated.

    Bad:  | 模型 | 38.8 | in Chinese and | Model | 38.3 | in English
    Good: | 模型 | 38.8 | in Chinese and | Model | 38.8 | in English
    """
    for first, other in languages(view):
        alone = apart(first, other)
        ours = [table for table in first.tables if not alone.holds_first(table.line)]
        theirs = [table for table in other.tables if not alone.holds_other(table.line)]
        for here, there in _pairs(ours, theirs):
            if here is not None and there is not None:
                yield from _compare_tables(first, ours[here], theirs[there])
            elif here is not None:
                line = ours[here].line
                message = f"the table on line {line} in {first.language} is missing in {other.language}: add it"
                yield Finding(other.section.marker_line, message)
            elif there is not None:
                message = f"this table is missing in {first.language}: add it there or remove it here"
                yield Finding(theirs[there].line, message)


def _lost_tables(view: PageView, section: SectionView, token: Token, budget: "_Budget") -> Iterator[Finding]:
    """Tables that are text of a paragraph or of raw HTML."""
    if "|" not in token.content or "\n" not in token.content or token.map is None:
        return  # a cell has one line
    first, end = token.map
    for index in range(first, end):
        line = section.lines[index]
        if not _TABLE_RULE.fullmatch(line.strip(" \t>")):
            continue
        number = section.section.first_line + index
        head = section.lines[index - 1] if index > first else ""
        if not head.strip(" \t>"):
            yield Finding(number, "this is not shown as a table, which needs a head: write one above this rule")
            continue
        cells, columns = _count_cells(head), _count_cells(line)
        if cells != columns:
            message = (
                f"this is not shown as a table: its head has {_cells(cells)} and the rule below it"
                f" {columns}; make them as many"
            )
            yield Finding(number - 1, message)
        elif budget.allows(section) and _is_table_after_blank_line(section, index - 1):
            message = "this is not shown as a table, it continues what stands above: put a blank line before it"
            yield Finding(number - 1, message, fix=view.edit(number - 1, 1, 0, "\n"))
        else:
            message = (
                "this is not shown as a table, it continues what stands above:"
                " put a blank line before it and begin its lines at the margin"
            )
            yield Finding(number - 1, message)


def _swallowed_lines(view: PageView, section: SectionView) -> Iterator[Finding]:
    """Text directly below a table, which became its last rows."""
    levels = {section.line_of(token): token.level for token in section.tokens if token.type == "table_open"}
    for table in section.tables:
        if len(table.header.cells) < 2:
            continue
        rows = [row for row in table.rows if "|" not in section.lines[row.line - section.section.first_line]]
        if not rows or tuple(rows) != table.rows[-len(rows) :]:
            continue  # a row in the middle is one whose bars were forgotten
        line = rows[0].line
        message = "this line is taken for a row of the table above: put a blank line before it"
        yield Finding(line, message, fix=view.edit(line, 1, 0, "\n") if levels[table.line] == 0 else None)


class _Budget:
    """How many lines of a section may be read once more to see what a blank line would change."""

    def __init__(self) -> None:
        self._lines = _MOST_LINES_READ_AGAIN

    def allows(self, section: SectionView) -> bool:
        """Whether there is enough left for the whole section; it is spent then."""
        self._lines -= len(section.lines)
        return self._lines >= 0


def _is_table_after_blank_line(section: SectionView, index: int) -> bool:
    """Whether a blank line before this one makes a table that begins here."""
    lines = [*section.lines[:index], "", *section.lines[index:]]
    mended = SectionView(Section(section.language, section.section.marker_line, "\n".join(lines), ()))
    starts = {table.line for table in mended.tables}
    return section.section.first_line + index + 1 in starts and len(starts) > len(section.tables)


def _count_cells(row: str) -> int:
    row = _ROW_START.sub("", row, count=1).rstrip(" \t")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return len(_CELL_END.split(row))


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _pairs(ours: Sequence[Table], theirs: Sequence[Table]) -> Iterator[tuple[int | None, int | None]]:
    shapes = [[(len(table.header.cells), len(table.rows)) for table in tables] for tables in (ours, theirs)]
    if shapes[0] == shapes[1]:
        return ((index, index) for index in range(len(ours)))
    keys = [[(len(table.header.cells), *map(_row_key, table.rows)) for table in tables] for tables in (ours, theirs)]
    return align(*keys)


def _compare_tables(first: SectionView, ours: Table, theirs: Table) -> Iterator[Finding]:
    place = f"the table on line {ours.line} in {first.language}"
    columns, other_columns = len(ours.header.cells), len(theirs.header.cells)
    if columns != other_columns:
        message = f"this table has {other_columns} columns and {place} {columns}: give both the same"
        yield Finding(theirs.line, message)
        return
    pairs: list[tuple[TableRow, TableRow]] = [(ours.header, theirs.header)]
    if len(ours.rows) == len(theirs.rows):
        pairs += zip(ours.rows, theirs.rows, strict=True)
        if not any(_differing_cells(*pair) for pair in pairs):
            return
    keys = [[_row_key(row) for row in table.rows] for table in (ours, theirs)]
    moved = first_moved(*keys)
    if moved is not None:
        message = f"from here on the rows have another order than in {place}: give both the same"
        yield Finding(theirs.rows[moved].line, message)
        return
    if len(ours.rows) != len(theirs.rows):
        for here, there in align(*keys):
            if here is not None and there is not None:
                pairs.append((ours.rows[here], theirs.rows[there]))
            elif here is not None:
                row = ours.rows[here]
                message = f"the row on line {row.line} in {first.language} is missing in this table: add it"
                yield Finding(theirs.line, message)
            elif there is not None:
                message = f"this row is missing in {place}: add it there or remove it here"
                yield Finding(theirs.rows[there].line, message)
    yield from _compare_rows(first, pairs)


def _compare_rows(first: SectionView, pairs: Sequence[tuple[TableRow, TableRow]]) -> Iterator[Finding]:
    found = []
    for ours, theirs in pairs:
        differing = _differing_cells(ours, theirs)
        if differing:
            here, there = (cell or "empty" for cell in differing)
            found.append((theirs, f"{there} here is {here} on line {ours.line} in {first.language}"))
    if len(found) > _MOST:
        row, message = found[0]
        yield Finding(row.line, f"{message}, and {len(found) - 1} more rows of this table differ: make them agree")
        return
    for row, message in found:
        yield Finding(row.line, f"{message}: make them agree")


def _differing_cells(ours: TableRow, theirs: TableRow) -> tuple[str, str] | None:
    """The first two that answer to each other and differ."""
    if ours.cells == theirs.cells:
        return None
    return next((pair for pair in zip(ours.cells, theirs.cells, strict=True) if _cell_differs(*pair)), None)


def _row_key(row: TableRow) -> tuple[object, ...]:
    """What a row says in any language: its numbers, and words that need no translation."""
    return tuple(cell.casefold() if cell.isascii() else numbers(cell) for cell in row.cells)


@lru_cache(8192)
def _cell_differs(ours: str, theirs: str) -> bool:
    """Whether two cells cannot both be right."""
    if ours == theirs:
        return False
    if _CODE_CELL.fullmatch(ours) and _CODE_CELL.fullmatch(theirs):
        return True
    if numbers(ours) == numbers(theirs):
        return False
    if _letters(ours) == _letters(theirs):
        return True
    if _OTHER_SCALE.search(ours) or _OTHER_SCALE.search(theirs):
        return False
    if differing(*unmatched(ours, theirs)):
        return True
    # A translation may write 2 as two, but not 38.8.
    return Counter(filter(_has_decimals, numbers(ours))) != Counter(filter(_has_decimals, numbers(theirs)))


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(unicodedata.normalize("NFKC", text))).casefold()


def _has_decimals(number: str) -> bool:
    return "." in number


RULES: tuple[Rule, ...] = (
    Rule(glued_table, fixable=True),
    Rule(table_differs),
)
