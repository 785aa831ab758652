"""Models side by side: what stands in the same row, what is called the best, and when an input is called the same."""

import re
from dataclasses import replace

import pytest

from generator.model.asset import AssetRequest
from generator.model.page import Page
from generator.model.run import Facts, Output, ScriptRun
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import a_site

CAT, DOG = "https://example.org/cat.jpg", "https://example.org/dog.jpg"
METRICS = "metrics: [{name: mAP, dataset: COCO}, {name: %s, dataset: COCO}]"
A, B = "acme_vision_a", "acme_vision_b"


def page(name: str, value: str, other: str = "AR", **given: str) -> Page:
    """A page whose table reports two metrics, the second of which may be its own."""
    table = f"| Entry | mAP | {other} |\n| --- | --- | --- |\n| `small` | {value} | 50.0 |\n| `tiny` | 1.0 | 1.0 |"
    text = a_page(title=name.upper(), stated=METRICS % other, zh=table, en=table, **given)
    return read(text, f"acme_vision_{name}.md")


def run(of: Page, *urls: str, said: str = "a cat\n") -> ScriptRun:
    """A run of a page that loaded these files; equal addresses gave equal bytes."""
    assets = tuple(AssetRequest(url, "served", url[-7:] * 9, 10, None, 1.0) for url in urls)
    return replace(a_run(of, [Output("stdout", "text/plain", said)]), assets=assets)


def table(html: str) -> dict[str, list[str]]:
    """The rows as text, by what stands first in them; where the best stands it says so."""
    rows = {}
    for row in re.findall(r"<tr.*?</tr>", html, re.S):
        cells = re.findall(r"<(?:th|td)\b([^>]*)>(.*?)</(?:th|td)>", row, re.S)
        texts = [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for _, text in cells]
        best = ["*" if 'class="best"' in given else "" for given, _ in cells]
        rows[texts[0]] = [text + mark for text, mark in zip(texts, best, strict=True)][1:]
    return rows


def test_rows_are_those_of_both_and_the_best_is_marked() -> None:
    """A metric that one of them reports has a dash for the other, and no best."""
    a, b = page("a", "40.5"), page("b", "41.0", "AP50")
    rows = table(a_site(a, b)[f"en/models/{A}/compare/index.html"])
    assert rows["mAP · COCO"] == ["40.5 small", "41.0 small*"]
    assert rows["AR · COCO"] == ["50.0 small", "—"]
    assert rows["AP50 · COCO"] == ["—", "50.0 small"]
    assert rows["Author"] == ["Somebody", "Somebody"]
    assert "Code licence" not in rows  # neither says
    assert table(a_site(a, b)[f"zh/models/{B}/compare/index.html"])["mAP · COCO"] == ["41.0 small*", "40.5 small"]


def test_metric_that_is_better_when_lower() -> None:
    """As its name tells, the best of each table and of both."""
    a, b = page("a", "1", "top-1 error"), page("b", "2", "top-1 error")
    b = read(b.source.replace("| 1.0 | 1.0 |", "| 1.0 | 0.9 |"), b.path)
    rows = table(a_site(a, b)[f"en/models/{A}/compare/index.html"])
    assert rows["top-1 error · COCO"] == ["1.0 tiny", "0.9 tiny*"]


@pytest.mark.parametrize(
    ("of_a", "of_b", "said"),
    [
        ([CAT], [CAT], ["Input: cat.jpg", "Same input as A: cat.jpg"]),
        ([CAT], [DOG], ["Input: cat.jpg", "Input: dog.jpg"]),
        ([CAT], [CAT, DOG], ["Input: cat.jpg", "Input: cat.jpg, dog.jpg"]),
        ([CAT], [], ["Input: cat.jpg", ""]),
        ([], [], ["", ""]),
        (["https://example.org/net.pkl"], ["https://example.org/net.pkl"], ["", ""]),
    ],
)
def test_input_is_the_same_where_both_loaded_the_very_same_pictures(
    of_a: list[str], of_b: list[str], said: list[str]
) -> None:
    """Else each output says what it is of."""
    a, b = page("a", "1"), page("b", "2")
    site = a_site(a, b, evidence={A: [run(a, *of_a)], B: [run(b, *of_b, said="a dog\n")]})
    rows = table(site[f"en/models/{A}/compare/index.html"])
    assert [output.partition(" Output ")[0] if "nput" in output else "" for output in rows["Output"]] == said
    assert ["a cat" in rows["Output"][0], "a dog" in rows["Output"][1]] == [True, True]


@pytest.mark.parametrize(("change", "is_same"), [({"sha256": "0" * 64}, False), ({"url": DOG}, True)])
def test_bytes_make_an_input_the_same_and_not_names(change: dict[str, str], is_same: bool) -> None:
    """A file of the same name may be another one."""
    a, b = page("a", "1"), page("b", "2")
    of_b = run(b, CAT)
    of_b = replace(of_b, assets=tuple(replace(asset, **change) for asset in of_b.assets))  # type: ignore[arg-type]
    site = a_site(a, b, evidence={A: [run(a, CAT)], B: [of_b]})
    assert ("Same input" in site[f"en/models/{A}/compare/index.html"]) == is_same


def test_figures_are_of_the_run_and_dashes_where_there_was_none() -> None:
    """Nothing is taken from anywhere else."""
    a, b = page("a", "1"), page("b", "2")
    measured = replace(run(a), facts=Facts(12_300_000, 2**30, None), downloaded=2**20)
    rows = table(a_site(a, b, evidence={A: [measured]})[f"en/models/{A}/compare/index.html"])
    assert rows["Parameters"] == ["12.30 M", "—"]
    assert rows["Peak memory"] == ["1.00 GiB", "—"]
    assert rows["Download size"] == ["1.0 MiB", "—"]
    assert rows["Duration"] == ["3.5 s", "—"]
    assert rows["Last run"] == ["2026-11-21 · CPU", "—"]


def test_output_of_random_weights_is_told_as_such() -> None:
    """And folded, as on the card."""
    a, b = page("a", "1"), page("b", "2")
    evidence = {A: [replace(run(a), weights="standin")], B: [run(b)]}
    first, second = table(a_site(a, b, evidence=evidence)[f"en/models/{A}/compare/index.html"])["Output"]
    assert first.startswith("Output with random weights")
    assert "random" not in second


def test_output_of_code_that_failed_or_is_hidden_is_not_compared() -> None:
    """What is left is the last that a reader of the card sees."""
    hidden = "<!-- verify: setup -->\n\n```python\nprint(9)\n```"
    a, b = page("a", "1"), read(a_page(zh=hidden, en=hidden), f"{B}.md")
    failed = run(a)
    failed = replace(failed, verdict="failed", snippets=(replace(failed.snippets[0], status="failed"),))
    of_b = a_run(b, [Output("stdout", "text/plain", "seen\n")], [Output("stdout", "text/plain", "hidden\n")])
    rows = table(a_site(a, b, evidence={A: [failed], B: [of_b]})[f"en/models/{A}/compare/index.html"])
    assert rows["Output"][0] == "—"
    assert rows["State"][0] == "Fails"
    assert "seen" in rows["Output"][1] and "hidden" not in rows["Output"][1]


def test_long_output_is_cut_and_its_card_has_all_of_it() -> None:
    """In lines and in characters."""
    a, b = page("a", "1"), page("b", "2")
    lines, wide = "".join(f"line {number}\n" for number in range(90)), "w" * 4000
    site = a_site(a, b, evidence={A: [run(a, said=lines)], B: [run(b, said=wide)]})
    html = site[f"en/models/{A}/compare/index.html"]
    assert "line 19\n…" in html and "line 20" not in html and "line 89" in site[f"en/models/{A}/index.html"]
    assert f"{'w' * 1500}\n…" in html and "w" * 1501 not in html
    assert f'href="../../../../en/models/{A}/#L' in html


def test_every_related_model_leads_to_its_pair() -> None:
    """From the card, without a script; and a model that none is like has a page as well."""
    pages = [page(name, "1") for name in "abc"]
    alone = read(a_page(tags=["nlp"], title="Alone"), "acme_nlp_alone.md")
    site = a_site(*pages, alone)
    assert f'href="compare/#With-{B}"' in site[f"en/models/{A}/index.html"]
    html = site[f"en/models/{A}/compare/index.html"]
    assert re.findall(r'id="With-acme_vision_(\w)"', html) == ["a", "b", "c"]
    assert "No model is like this one yet." in site["en/models/acme_nlp_alone/compare/index.html"]
    assert table(site["en/models/acme_nlp_alone/compare/index.html"])["Author"] == ["Somebody"]


def test_text_of_a_page_is_no_markup() -> None:
    """Nor a place of the site, with the mark that stands for its root."""
    text = a_page(title='"<b>A</b>\\0"', stated="datasets: [<i>D</i>]\nlicense: MIT")
    a, b = read(text, "acme_vision_a.md"), page("b", "1")
    said = [Output("stdout", "text/plain", "<script>\0</script>\n")]
    html = a_site(a, b, evidence={A: [a_run(a, said)]})[f"en/models/{A}/compare/index.html"]
    assert not re.search(r"<b>|<i>|<script>[^<]|\0", html)
    assert "&lt;script&gt;�&lt;/script&gt;" in html and "&lt;b&gt;A&lt;/b&gt;�" in html
