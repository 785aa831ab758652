"""How much a page may hold: some ten times what real ones do, and no more than is read and shown within a second.

The parser of Markdown takes tens of microseconds for each line, mark and cell, however short.
"""

import re
from collections.abc import Sequence
from itertools import islice

from generator.model.diagnostic import Diagnostic

MAX_LINES = 5_000
MAX_MARKS = 10_000
MAX_PARAGRAPH = 50_000
"""Characters between two blank lines."""
MAX_CELLS = 5_000
"""Of all tables together. A row has as many as its table's head, and may be a single character."""
MAX_HEAD = 20_000
"""Characters of front matter."""

_MARK = re.compile(r"[*_`\[\]<>&\\!~|]")
_TABLE_RULE = re.compile(r"[ \t>]*[|:-][|: \t-]*\|[|: \t-]*")


def out_of_bounds(text: str, path: str) -> list[Diagnostic]:
    """Which bounds a page passes, each with the line where it does; nothing of such a page is parsed."""
    lines = text.split("\n")
    found = [_many_lines(lines), _many_marks(text)]
    # Nearly every page is too short to pass the bounds that take a look at each of its lines.
    found += [_long_paragraph(lines)] if len(text) > MAX_PARAGRAPH else []
    found += [_many_cells(lines)] if len(lines) * (text.count("|") + 1) > MAX_CELLS else []
    return [
        Diagnostic(path, line, 1, "too-complex", f"{what}: move data out of it") for line, what in filter(None, found)
    ]


def head_out_of_bounds(head: str, path: str) -> list[Diagnostic]:
    """The same of the text of front matter alone."""
    what = f"the front matter has more than {MAX_HEAD:,} characters: it is a few lines that say what the page is"
    return [Diagnostic(path, 1, 1, "too-complex", what)] if len(head) > MAX_HEAD else []


_Passed = tuple[int, str] | None
"""Line where a bound is passed, and which."""


def _many_lines(lines: Sequence[str]) -> _Passed:
    return (MAX_LINES + 1, f"the page has more than {MAX_LINES:,} lines") if len(lines) > MAX_LINES else None


def _many_marks(text: str) -> _Passed:
    if len(text) <= MAX_MARKS:
        return None
    mark = next(islice(_MARK.finditer(text), MAX_MARKS, None), None)
    if mark is None:
        return None
    what = f"the page has more than {MAX_MARKS:,} marks such as * ` [ < and |"
    return text.count("\n", 0, mark.start()) + 1, what


def _long_paragraph(lines: Sequence[str]) -> _Passed:
    length = first = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            if len(line) > MAX_PARAGRAPH:
                return number, f"the line has more than {MAX_PARAGRAPH:,} characters"
            length = 0
            continue
        first = first if length else number
        length += len(line) + 1
        if length > MAX_PARAGRAPH:
            return first, f"from here on there are more than {MAX_PARAGRAPH:,} characters without a blank line"
    return None


def _many_cells(lines: Sequence[str]) -> _Passed:
    cells = columns = 0
    for number, line in enumerate(lines, start=1):
        if _TABLE_RULE.fullmatch(line):
            columns = line.count("|") + 1
        elif not line.strip():
            columns = 0
        cells += columns
        if cells > MAX_CELLS:
            return number, f"the tables of the page have more than {MAX_CELLS:,} cells"
    return None
