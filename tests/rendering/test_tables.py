"""Tables of results: numbers, directions, what is best, charts."""

from dataclasses import replace

import pytest

from generator.rendering.markdown import render_markdown
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


def test_chart_has_a_bar_for_every_value_from_zero() -> None:
    """The longest bar is the largest value; a lower-is-better metric is drawn the same way."""
    precision, error = a_table(RESULTS).charts
    assert [(bar.label, bar.share, bar.is_best) for bar in precision.bars] == [
        ("small", pytest.approx(86.41), False),
        ("large", 100.0, True),
    ]
    assert [(bar.label, bar.is_best) for bar in error.bars] == [("small", False), ("large", True), ("middle", False)]
    assert error.better == "lower"


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n| --- | --- |\n| x | 1 |\n| y | 2 |\n",
        "| a | mAP |\n| --- | --- |\n| x | 1 |\n",
        "| a | mAP |\n| --- | --- |\n| x | good |\n| y | 2 |\n",
        "| mAP | a |\n| --- | --- |\n| 1 | x |\n| 2 | y |\n",
        "| a | mAP |\n| --- | --- |\n",
    ],
    ids=["no-metric", "one-row", "text", "metric-is-the-label", "empty"],
)
def test_other_tables_have_no_chart(text: str) -> None:
    """A chart needs a metric, two values and something to name them by."""
    table = a_table(text)
    assert table.charts == ()
    assert not any(cell.is_best for row in table.rows for cell in row)


def test_bar_of_a_picture_is_called_by_its_description() -> None:
    """A chart has no place for it."""
    table = a_table("| | mAP |\n| --- | --- |\n| ![small](a.png) | 38.8 |\n| ![large](https://a.cn/b) | 44.9 |\n")
    assert [bar.label for bar in table.charts[0].bars] == ["small", "large"]


def test_card_has_the_chart_as_svg_that_a_screen_reader_can_tell() -> None:
    """Title and description, ids of its own, no style attribute; and the best value has a sign with a name."""
    site = a_site(read(a_page(zh=RESULTS, en=RESULTS)))
    elements = Elements(site["en/models/tiny/index.html"])
    charts = [a for tag, a in elements.tags if tag == "svg" and "Chart" in str(a.get("aria-labelledby"))]
    assert len(charts) == 2
    for chart in charts:
        ids = [a.get("id") for _, a in elements.tags]
        assert all(ids.count(name) == 1 for name in str(chart["aria-labelledby"]).split())
    assert "Bar chart of mAP @5-95 by 模型" in elements.text
    assert "large is best with 44.9." in elements.text
    assert elements.attributes("svg", "aria-label") == ["Best", "Best"]
    assert elements.unbalanced == []


def test_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    """With the heading above it as its name."""
    site = a_site(read(a_page(zh=RESULTS, en=None)))
    elements = Elements(site["zh/models/tiny/index.html"])
    boxes = [a for tag, a in elements.tags if tag == "div" and a.get("class") == "table"]
    assert [(box["tabindex"], box["aria-label"]) for box in boxes] == [("0", "表格：结果")]


def test_markup_in_a_table_stays_text() -> None:
    """In its cells, and in what is made of them: the chart's labels."""
    attack = "<img src=x onerror=alert(1)>"
    text = f"| {attack} | mAP {attack} |\n| --- | --- |\n| {attack} | 1 |\n| </svg>{attack} | 2 |\n"
    page = read(a_page(zh=text, en=None))
    for path, html in a_site(replace(page)).items():
        if path.endswith("models/tiny/index.html"):
            elements = Elements(html)
            assert "img" not in {tag for tag, _ in elements.tags}
            assert elements.unbalanced == []
