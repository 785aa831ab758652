"""What a page may hold, and what is said of one that holds more."""

import pytest

from generator.reading.bounds import MAX_CELLS, MAX_HEAD, MAX_LINES, MAX_MARKS, MAX_PARAGRAPH
from generator.reading.hub import read_page
from tests.pages import LANGUAGES, a_page, line_of

LINES = a_page(zh="", en=None).count("\n")
MARKS = sum(a_page(zh="", en=None).count(mark) for mark in "*_`[]<>&\\!~|")


def _told(text: str) -> list[tuple[int, str]]:
    page, findings = read_page(text, "tiny.md", LANGUAGES)
    assert (page is None) is bool(findings)
    return [(finding.line, finding.rule) for finding in findings]


def test_page_has_so_many_lines_and_no_more() -> None:
    """The first line too many is told of."""
    assert _told(a_page(zh="\n" * (MAX_LINES - LINES - 1), en=None)) == []
    assert _told(a_page(zh="\n" * MAX_LINES, en=None)) == [(MAX_LINES + 1, "too-complex")]


def test_page_has_so_many_marks_and_no_more() -> None:
    """The line of the first mark too many is told of."""
    sound = a_page(zh="x *\n" * 100 + "*" * (MAX_MARKS - MARKS - 100), en=None)
    assert _told(sound) == []
    assert _told(sound + "\n*\n") == [(sound.count("\n") + 2, "too-complex")]


def test_paragraph_has_so_many_characters_and_no_more() -> None:
    """Where it begins is told."""
    assert _told(a_page(zh="汉" * (MAX_PARAGRAPH - 1), en=None)) == []
    long = a_page(zh="短\n\n长\n" + "汉" * MAX_PARAGRAPH, en=None)
    assert _told(long) == [(line_of(long, "长"), "too-complex")]
    blank = a_page(zh="短\n\n空\n\n" + " " * (MAX_PARAGRAPH + 1), en=None)
    assert _told(blank) == [(line_of(blank, "空") + 2, "too-complex")]
    assert _told(a_page(zh="短\n\n" + " " * MAX_PARAGRAPH, en=None)) == []


@pytest.mark.parametrize("prefix", ["", "> ", "  "])
def test_tables_have_so_many_cells_and_no_more(prefix: str) -> None:
    """A row that is one character long has them all the same."""
    columns, rows = 100, MAX_CELLS // 100
    table = [prefix + line for line in ("|a" * columns + "|", "|-" * columns + "|", *["|"] * rows)]
    text = a_page(zh="\n".join(table), en=None)
    assert _told(text) == [(line_of(text, "|-|-") + MAX_CELLS // (columns + 2), "too-complex")]
    assert _told(a_page(zh="\n".join(table[: rows // 2]), en=None)) == []


def test_front_matter_has_so_many_characters_and_no_more() -> None:
    """It is told at once, and no YAML is read."""
    assert _told(a_page(title="a" * (MAX_HEAD - 1000))) == []
    assert _told(a_page(title="a" * MAX_HEAD)) == [(1, "too-complex")]
