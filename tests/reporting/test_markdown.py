"""The summary of a job, as it is rendered."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

from markdown_it import MarkdownIt

from generator.model.diagnostic import Diagnostic
from generator.model.run import ScriptRun, SnippetError
from generator.reporting.markdown import markdown_summary
from tests.reporting.runs import (
    CALL,
    UNREAD,
    a_failing_run,
    a_mismatch,
    a_skip,
    a_tiny_run,
    an_unstable_run,
    one_of_each,
)

NASTY = "a|b `c` <script>x</script> &amp; *d* _e_ [f](g) ~~h~~ ```"


def rendered(*runs: ScriptRun, findings: Sequence[Diagnostic] = ()) -> str:
    """The HTML that a reader gets, by the rules of GitHub's Markdown."""
    text = markdown_summary(runs, lambda run: f"verify {run.path}", findings=findings)
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)


def cells(html: str) -> list[list[str]]:
    """The texts of a table's cells, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def test_every_run_is_a_row() -> None:
    """Below a heading that counts them, and what they were run with."""
    html = rendered(*one_of_each())
    assert "<h2>6 scripts run: 2 passed, 2 failed, 1 flaky, 1 unstable; 1 skipped; 15 of 21 snippets ran</h2>" in html
    assert "<p>MegEngine 1.13.0, Python 3.10.13, cpu</p>" in html
    table = cells(html)
    assert table[0] == ["page", "languages", "verdict", "cause", "ran", "seconds"]
    assert table[2] == ["b", "zh_CN, en_US", "✘ failed", "page-or-upstream", "2 of 3", "3.5"]
    assert [row[0] for row in table[1:]] == ["a", "b", "c", "中文页", "e", "f", "g"]


def test_failures_are_folded_with_their_place_and_command() -> None:
    """One fold each, that opens on places, error, cause, stack and what to type."""
    html = rendered(*one_of_each())
    folds = re.findall(r"<details><summary>(.*?)</summary>(.*?)</details>", html, re.DOTALL)
    assert [unescape(heading) for heading, _ in folds][:1] == [
        "<b>b [zh_CN, en_US]</b> AttributeError: 'int' object has no attribute 'shape' (page-or-upstream)"
    ]
    assert len(folds) == 4
    told = unescape(folds[0][1])
    assert "b.md:20: in zh_CN\nb.md:34: in en_US\nAttributeError" in told
    assert "---> 15     return x / x.shape[0]" in told
    assert "verify b.md\n" in told


def test_every_skip_is_listed_with_its_reason() -> None:
    """One line for each place."""
    html = rendered(a_skip())
    assert "<li>tiny.md:24 in zh_CN: needs a camera</li>\n<li>tiny.md:38 in en_US: needs a camera</li>" in html


def test_page_that_could_not_be_read_is_a_row_with_its_findings() -> None:
    """And the heading counts it: nothing of it was run, which is not the same as nothing being wrong with it."""
    html = rendered(a_tiny_run(), findings=UNREAD)
    assert "<h2>1 script run: 1 passed, 0 failed; 1 page could not be read</h2>" in html
    assert cells(html)[2] == ["broken", "", "✘ could not be read", "", "", ""]
    assert "<li>broken.md:3: title is missing: add `title: ResNet` (missing-key)</li>" in html


def test_difference_of_an_output_is_shown() -> None:
    """Who reads the summary sees what is printed now."""
    assert "-3\n+2\n" in unescape(rendered(a_mismatch()))


def test_text_of_pages_stays_text() -> None:
    """In cells, headings, blocks and lists, whatever it holds."""
    error = SnippetError("ValueError", f"{NASTY}\n</details>\n````\n# big", CALL)
    run = replace(a_failing_run(error), page=NASTY)
    skipped = a_skip(f"{NASTY}\n- more")
    html = rendered(run, skipped, an_unstable_run(f"</details>\n```\n{NASTY}"))
    assert cells(html)[1][0] == NASTY
    assert len(cells(html)) == 4
    headings = [unescape(heading) for heading in re.findall(r"<summary>(.*?)</summary>", html)]
    assert headings[0] == f"<b>{NASTY} [zh_CN, en_US]</b> ValueError: {NASTY} (page)"
    assert html.count("<details>") == html.count("</details>") == 2
    assert "<script>" not in html and "<h1>" not in html and "<em>" not in html
    assert f"{NASTY}\n</details>\n````\n# big\ncause: page" in unescape(html)
    assert f"in zh_CN: {NASTY} - more</li>" in unescape(html)


def test_text_that_begins_like_a_list_or_a_heading_stays_text() -> None:
    """Reasons are free text."""
    for reason in ("# one", "1. two", "- three", "+ four"):
        assert f": {reason}</li>" in rendered(a_skip(reason))
        assert f"<td>{reason}</td>" in rendered(replace(a_tiny_run(), page=reason))


def test_summary_never_grows_too_long_to_be_shown() -> None:
    """GitHub refuses more than a mebibyte; the rest is counted."""
    error = SnippetError("ValueError", "\n".join("中" * 2000 for _ in range(10)), CALL)
    text = markdown_summary([a_failing_run(error)] * 100, lambda run: "again")
    assert len(text.encode()) < 1 << 20
    shown = text.count("<details>")
    assert 0 < shown < 100
    assert f"and {100 - shown} more: the log of the job has them" in text


def test_stand_in_weights_are_said() -> None:
    """Numbers from random weights must not pass for the model's."""
    assert "cpu, stand-in weights</p>" in rendered(replace(a_tiny_run(), weights="standin"))
