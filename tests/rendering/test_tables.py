"""Tables of results: numbers, directions, what is best, charts."""

import re
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.rendering.markdown import render_markdown
from generator.rendering.scatter import HEIGHT, NARROW, WIDE, label_box, scatter_of
from generator.rendering.tables import Table, better_of
from tests.pages import a_page, read
from tests.rendering.sites import Elements, a_site

RESULTS = """### 结果

| 模型 | mAP<br>@5-95 | top-1 error (%) | 参数量（百万） | 备注 |
| --- | :---: | ---: | ---: | --- |
| `small` | 38.8 | 24.1% | 12 | 快 |
| `large` | **44.9** | 21.0% | 1,024 | 慢 |
| `middle` | - | 22.5 ± 0.1 | 96 | |
"""


def a_table(text: str) -> Table:
    """The only table of a section."""
    (table,) = [part for part in render_markdown(text, 1).parts if isinstance(part, Table)]
    return table


@pytest.mark.parametrize(
    ("header", "better"),
    [
        ("mAP（%）", "higher"),
        ("mAP @5-95", "higher"),
        ("AP50", "higher"),
        ("Top-1 accuracy", "higher"),
        ("准确率", "higher"),
        ("验证集mAP（%）", "higher"),
        ("mIoU", "higher"),
        ("Top-5 error", "lower"),
        ("错误率（%）", "lower"),
        ("FID", "lower"),
        ("Parameters (millions)", ""),
        ("参数量", ""),
        ("FLOPs", ""),
        ("Epochs", ""),
        ("Mapping", ""),
        ("Apples", ""),
    ],
)
def test_direction_is_read_from_the_header(header: str, better: str) -> None:
    """Nothing is claimed of a column whose name is not known."""
    assert better_of(header) == better


def test_best_value_of_a_metric_is_found_and_only_of_a_metric() -> None:
    """The highest or the lowest, whatever is printed around the number; an empty cell is no number."""
    table = a_table(RESULTS)
    best = [[cell.text for cell in row if cell.is_best] for row in table.rows]
    assert best == [[], ["44.9", "21.0%"], []]
    assert table.numeric == (False, True, True, True, False)
    assert [cell.value for cell in table.rows[1]] == [None, 44.9, 21.0, 1024.0, None]


def shares(table: Table) -> list[list[float | None]]:
    """How long the bars of each column are."""
    return [[cell.share for cell in column] for column in zip(*table.rows, strict=True)]


def test_cells_have_bars_from_zero() -> None:
    """The longest is the largest value, whichever way is better; what a model costs is drawn as well."""
    models, precision, error, parameters, notes = shares(a_table(RESULTS))
    assert precision == [pytest.approx(86.41), 100.0, None]
    assert error == [100.0, pytest.approx(87.14), pytest.approx(93.36)]
    assert parameters == [pytest.approx(1.17), 100.0, pytest.approx(9.38)]
    assert models == notes == [None] * 3


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n| --- | --- |\n| x | 1 |\n| y | 2 |\n",
        "| a | mAP |\n| --- | --- |\n| x | 1 |\n",
        "| a | mAP |\n| --- | --- |\n| x | good |\n| y | 2 |\n",
        "| mAP | a |\n| --- | --- |\n| 1 | x |\n| 2 | y |\n",
        "| a | mAP |\n| --- | --- |\n",
        "| a | epochs |\n| --- | --- |\n| x | 1 |\n| y | 2 |\n",
        "| a | mAP |\n| --- | --- |\n| x | 0 |\n| y | 0 |\n",
    ],
    ids=["no-metric", "one-row", "text", "metric-is-the-label", "empty", "no-cost", "nothing"],
)
def test_other_columns_have_no_bars(text: str) -> None:
    """Bars need a metric or a cost, two values and something to name them by."""
    table = a_table(text)
    assert not any(share for column in shares(table) for share in column)
    assert table.scatters == ()


@pytest.mark.parametrize("number", ["1e999", "1e-320", "9" * 400])
def test_numbers_that_no_plot_holds(number: str) -> None:
    """They are shown, as all that a page says."""
    table = a_table(
        f"| a | mAP | params |\n| --- | --- | --- |\n| x | {number} | {number} |\n| y | 1 | 2 |\n| z | 3 | 4 |\n"
    )
    assert table.rows[0][1].text == number


def test_bars_that_look_the_same_are_left_out() -> None:
    """The best is told all the same."""
    table = a_table("| a | top-5 |\n| --- | --- |\n| x | 92.1 |\n| y | 94.6 |\n")
    assert shares(table)[1] == [None, None]
    assert [row[1].is_best for row in table.rows] == [False, True]


MANY = """| Entry | top-1 (%) | top-5 (%) | Params (M) |
| --- | ---: | ---: | ---: |
| `small` | 60 | 80 | 10 |
| `middle` | 75 | 92 | 35 |
| `unknown` | - | 93 | 40 |
| `large` | 80 | 95 | 80 |
"""


def test_first_metric_is_drawn_against_the_parameters() -> None:
    """Parameters from zero to the right, the metric upwards, on round marks; a row without a value has no point."""
    (scatter,) = a_table(MANY).scatters
    assert (scatter.metric, scatter.size, scatter.better) == ("top-1 (%)", "Params (M)", "higher")
    assert [(tick.at, tick.text) for tick in scatter.x_ticks] == [(25 * n, f"{20 * n}") for n in range(5)]
    assert [tick.text for tick in scatter.y_ticks] == ["60", "65", "70", "75", "80"]
    points = [(point.row, point.label, point.left, point.top / HEIGHT, point.is_best) for point in scatter.points]
    assert points == [(0, "small", 12.5, 1, False), (1, "middle", 43.75, 0.25, False), (3, "large", 100, 0, True)]


def test_multiply_adds_are_drawn_before_parameters() -> None:
    """What running a model takes comes first; a table that has one of the two alone has one plot."""
    head, rule, *rows = MANY.splitlines()
    flops = [8, 4, 3, 9]
    both = "\n".join(
        [f"{head} FLOPs (G) |", f"{rule} ---: |", *(f"{row} {n} |" for row, n in zip(rows, flops, strict=True))]
    )
    assert [each.size for each in a_table(both).scatters] == ["FLOPs (G)", "Params (M)"]
    assert [point.x_text for point in a_table(both).scatters[0].points] == ["8", "4", "9"]
    assert [each.size for each in a_table(both.replace("Params (M)", "Width")).scatters] == ["FLOPs (G)"]
    assert next(each.size for each in a_table(both.replace("FLOPs (G)", "计算量（G）")).scatters) == "计算量（G）"


@pytest.mark.parametrize(
    "rows",
    [
        "| x | 60 | 10 |\n| y | 70 | 20 |\n",
        "| x | 60 | 10 |\n| y | 70 | 10 |\n| z | 80 | 10 |\n",
        "| x | 60 | 10 |\n| y | 60 | 20 |\n| z | 60 | 30 |\n",
        "| x | 60 | -1 |\n| y | 70 | 20 |\n| z | 80 | 30 |\n",
    ],
    ids=["two", "one-size", "one-value", "no-count"],
)
def test_points_that_say_no_more_than_the_table_are_left_out(rows: str) -> None:
    """Too few, or all alike."""
    assert a_table(f"| a | top-1 | parameters |\n| --- | --- | --- |\n{rows}").scatters == ()


@given(
    st.lists(
        st.tuples(
            st.floats(0, allow_infinity=False),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text("abcdefgh_0123456789", min_size=1, max_size=24),
        ),
        min_size=3,
        max_size=30,
    )
)
def test_no_label_covers_another_or_leaves_the_plot(found: list[tuple[float, float, str]]) -> None:
    """At either width: what has no room for its label is a point with a name for whoever points at it."""
    rows = [(n, name, (x, ""), (y, ""), n == 0) for n, (x, y, name) in enumerate(found)]
    scatter = scatter_of("top-1", "parameters", "higher", rows)
    if scatter is None:
        return
    for width, side_of in ((WIDE, lambda point: point.wide_side), (NARROW, lambda point: point.side)):
        boxes = [label_box(point, side_of(point), width) for point in scatter.points if side_of(point)]
        for left, top, right, bottom in boxes:
            assert left >= 0 and right <= width and top >= 0 and bottom <= HEIGHT
        for one, other in combinations(boxes, 2):
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def test_point_leads_to_its_row_and_tells_its_values() -> None:
    """As links with names, without a style attribute; every id is there once."""
    site = a_site(read(a_page(zh=MANY, en=MANY)))
    elements = Elements(site["en/models/tiny/index.html"])
    points = [a for tag, a in elements.tags if tag == "a" and "Row" in str(a.get("href"))]
    assert re.findall(r"<title>(.*?)</title><circle", site["en/models/tiny/index.html"]) == [
        "small: top-1 (%) 60, Params (M) 10",
        "middle: top-1 (%) 75, Params (M) 35",
        "large: top-1 (%) 80, Params (M) 80",
    ]
    ids = [a.get("id") for _, a in elements.tags]
    assert all(ids.count(str(a["href"]).removeprefix("#")) == 1 for a in points)
    assert "top-1 (%) by Params (M)" in elements.text
    assert "A plot of 3 points: Params (M) to the right, top-1 (%) upwards;" in elements.text
    assert "large is best with 80, at 80." in elements.text
    assert elements.attributes("svg", "aria-label") == ["Best"] * 2
    assert elements.unbalanced == []


def test_point_of_an_entry_chooses_it() -> None:
    """As its name in the table does."""
    sample = 'model = hub.load("cases/models", "small")\n# model = hub.load("cases/models", "large")'
    site = a_site(read(a_page(zh=MANY, en=MANY, sample=f"from megengine import hub\n{sample}")))
    points = re.findall(r'<a href="([^"]*)"[^>]*><title>', site["en/models/tiny/index.html"])
    assert points == ["?entry=small#Sample", "#Row1-2", "?entry=large#Sample"]


def test_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    """With the heading above it as its name."""
    site = a_site(read(a_page(zh=RESULTS, en=None)))
    elements = Elements(site["zh/models/tiny/index.html"])
    boxes = [a for tag, a in elements.tags if tag == "div" and a.get("class") == "table"]
    assert [(box["tabindex"], box["aria-label"]) for box in boxes] == [("0", "表格：结果")]


def test_markup_in_a_table_stays_text() -> None:
    """In its cells, and in what is made of them: the labels of points."""
    attack = "<img src=x onerror=alert(1)>"
    rows = f"| {attack} | 1 | 10 |\n| </svg>{attack} | 2 | 20 |\n| {attack} | 3 | 30 |\n"
    text = f"| {attack} | mAP {attack} | params {attack} |\n| --- | --- | --- |\n{rows}"
    page = read(a_page(zh=text, en=None))
    for path, html in a_site(replace(page)).items():
        if path.endswith("models/tiny/index.html"):
            elements = Elements(html)
            assert "img" not in {tag for tag, _ in elements.tags}
            assert elements.unbalanced == []
