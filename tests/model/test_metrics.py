"""Results are read from the tables that a page has, by the columns that its front matter names."""

import pytest

from generator.model.metrics import Figure, Metric, TableText, reported_of

TABLE = TableText(
    ["入口", "验证集", "mIoU（%）", "AP_50", "mIoU", "说明"],
    [
        ["`voc_512`", "Pascal VOC 2012 val", "79.5", "0.71", "1", "好"],
        ["`voc_768`", "pascal  voc 2012 val", "**80.5**", "–", "2", "好"],
        ["`city`", "Cityscapes val", "78.5", "0.70", "3", "好"],
    ],
)


def figures(name: str, dataset: str = "everything", column: str = "") -> list[tuple[str, float]]:
    """Row and value of what is found."""
    found = reported_of(Metric(name, dataset, 1, column), [TABLE])
    return [(figure.row, figure.value) for figure in found.figures] if found else []


def test_column_is_found_by_its_header_and_then_without_its_unit() -> None:
    """Whatever its width and case."""
    assert figures("AP_50") == [("`voc_512`", 0.71), ("`city`", 0.70)]
    assert figures("MIOU") == [("`voc_512`", 1), ("`voc_768`", 2), ("`city`", 3)]
    assert figures("x", column="miou (%)") == [("`voc_512`", 79.5), ("`voc_768`", 80.5), ("`city`", 78.5)]
    without_the_other = TableText([*TABLE.head[:4], "other", "说明"], TABLE.rows)
    found = reported_of(Metric("mIoU", "x", 1), [without_the_other])
    assert found is not None
    assert (found.unit, found.better, found.best) == ("%", "higher", Figure("`voc_768`", "**80.5**", 80.5))


def test_rows_of_another_data_set_do_not_count() -> None:
    """Where the table tells them apart; else all do."""
    assert figures("AP_50", "Cityscapes val") == [("`city`", 0.70)]
    assert figures("x", "Pascal VOC 2012 val", "mIoU (%)") == [("`voc_512`", 79.5), ("`voc_768`", 80.5)]
    assert len(figures("x", "COCO val2017", "mIoU (%)")) == 3


@pytest.mark.parametrize("name", ["AP", "说明", "入口", "", "mIoU (%"])
def test_what_no_column_has_is_nothing(name: str) -> None:
    """Nor is a column without numbers."""
    assert figures(name) == []


def test_first_table_with_figures_tells() -> None:
    """One that has the column alone does not."""
    empty = TableText(["入口", "mAP"], [["a", "–"]])
    full = TableText(["入口", "mAP"], [["a", "38.8"]])
    found = reported_of(Metric("mAP", "COCO", 1), [empty, full, TABLE])
    assert found is not None
    assert found.figures == (Figure("a", "38.8", 38.8),)


@pytest.mark.parametrize(
    ("metric", "best"),
    [
        (Metric("FID", "x", 1), 1.5),
        (Metric("mAP", "x", 1, "FID"), 3.5),
        (Metric("FID", "x", 1, better="higher"), 3.5),
        (Metric("Speed", "x", 1, "Speed"), 2.0),
        (Metric("Speed", "x", 1, better="lower"), 1.0),
    ],
)
def test_best_is_the_least_where_less_is_better(metric: Metric, best: float) -> None:
    """And the first where nobody knows."""
    table = TableText(["Entry", "FID", "Speed"], [["a", "3.5", "2"], ["b", "1.5", "1"]])
    found = reported_of(metric, [table])
    assert found is not None
    assert found.best.value == best
