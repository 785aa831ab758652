"""Cards, indexes and the machine-readable twin."""

import base64
import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from generator.model.page import Page
from generator.model.run import Output, ScriptRun, SnippetError
from tests.browser.showcase import a_picture
from tests.pages import a_page, line_of, read
from tests.rendering.runs import a_run
from tests.rendering.sites import HUB, Elements, a_site
from tests.test_pictures import a_png

PNG = a_picture(32, 20)
"""In base64."""


def test_every_page_has_a_card_in_every_language_and_a_place_in_the_index() -> None:
    """The addresses are those that are linked to from elsewhere."""
    site = a_site(read(a_page(), "a.md"), read(a_page(en=None), "b.md"))
    for path in ("zh/models/a", "en/models/a", "zh/models/b", "en/models/b", "zh", "en"):
        assert f"{path}/index.html" in site
    assert Elements(site["zh/index.html"]).attributes("a", "href").count("../zh/models/a/") == 1


def test_links_inside_the_site_lead_to_its_files() -> None:
    """Every relative link of every page, from wherever the site lies."""
    site = a_site(read(a_page("x", zh="### 标题\n\n正文"), "a.md"))
    for path, text in site.items():
        if path.endswith(".html") and not path.endswith("404.html"):  # which is shown for any address
            elements = Elements(text)
            for link in elements.attributes("a", "href") + elements.attributes("link", "href"):
                inside = link.startswith("#") and any(a.get("id") == link[1:] for _, a in elements.tags)
                assert "://" in link or inside or _resolve(path, link) in site, (path, link)


def test_card_shows_what_was_printed_below_its_snippet() -> None:
    """Outputs stand under their own snippet, escaped."""
    page = read(a_page("print(x)", "print(y)"))
    run = a_run(page, (), [Output("stdout", "text/plain", "first <b>\n")], [Output("stdout", "text/plain", "second\n")])
    card = a_site(page, evidence={"tiny": [run]})["en/models/tiny/index.html"]
    assert card.index("first &lt;b&gt;") < card.index("second")
    text = Elements(card).text
    assert text.index("print(x)") < text.index("first <b>") < text.index("print(y)") < text.index("second")
    assert "Code runs" in text
    assert "MegEngine 1.13.0" in text
    assert "2026-11-21" in text


def test_card_shows_a_failure_at_the_line_that_its_reader_has() -> None:
    """Each language is told its own line, and why."""
    text = a_page("y = 1\nboom(x)", en="Longer.\n\nText.")
    page = read(text)
    lines = {"zh_CN": line_of(text, "boom"), "en_US": line_of(text, "boom", 2)}
    run = a_run(page, error=SnippetError("NameError", "no <boom>", lines, traceback="the traceback"))
    site = a_site(page, evidence={"tiny": [run]})
    for path, line in (("zh", lines["zh_CN"]), ("en", lines["en_US"])):
        elements = Elements(site[f"{path}/models/tiny/index.html"])
        assert "NameError: no <boom>" in elements.text
        assert str(line) in elements.text
        assert "the traceback" in elements.text
        assert "boom" not in {tag for tag, _ in elements.tags}


def test_line_of_a_failure_follows_prose_that_was_added_since() -> None:
    """The run is as good as before, only the page's lines have moved."""
    before = a_page("boom(x)")
    lines = {"zh_CN": line_of(before, "boom"), "en_US": line_of(before, "boom", 2)}
    run = a_run(read(before), error=SnippetError("NameError", "boom", lines))
    after = a_page("boom(x)", zh="一段\n\n又一段\n\n第三段")
    card = a_site(read(after), evidence={"tiny": [run]})["zh/models/tiny/index.html"]
    assert f"第{line_of(after, 'boom')}行" in card


def test_changed_code_makes_evidence_stale() -> None:
    """Old results are not shown beside new code."""
    run = a_run(read(a_page("print(1)")), (), [Output("stdout", "text/plain", "printed long ago\n")])
    card = a_site(read(a_page("print(2)")), evidence={"tiny": [run]})["en/models/tiny/index.html"]
    assert "Changed since it ran" in card
    assert "printed long ago" not in card


def test_latest_run_counts() -> None:
    """Evidence comes with the latest run first."""
    page = read(a_page("x"))
    failed = a_run(page, error=SnippetError("NameError", "x", {"zh_CN": 20, "en_US": 28}))
    card = a_site(page, evidence={"tiny": [a_run(page), failed]})["en/models/tiny/index.html"]
    assert "Code runs" in Elements(card).text


def test_page_without_a_run_says_so() -> None:
    """Nothing is claimed that was not seen."""
    site = a_site(read(a_page("x")))
    assert "Not run yet" in site["en/models/tiny/index.html"]
    assert "尚未运行" in site["zh/index.html"]


def test_captured_picture_becomes_a_file_with_alternative_text() -> None:
    """A PNG is a file of the site; what only says that it is one is not, nor what would fill a browser's memory."""
    page = read(a_page("show()", "show()"))
    fake, bomb = (base64.b64encode(data).decode() for data in (b"<svg onload=alert(1)>", a_png(20_000, 20_000)))
    outputs = [[Output("display", "image/png", data)] for data in (PNG, fake, bomb)]
    run = replace(a_run(page, (), outputs[0], outputs[1] + outputs[2]), weights="standin")
    site = a_site(page, evidence={"tiny": [run]})
    elements = Elements(site["en/models/tiny/index.html"])
    (source,) = elements.attributes("img", "src")
    assert _resolve("en/models/tiny/index.html", source) in site
    assert elements.attributes("img", "alt") == ["Picture that this snippet showed when it was run"]
    assert elements.attributes("img", "width") + elements.attributes("img", "height") == ["32", "20"]
    assert not any("svg onload" in text for text in site.values())


def test_picture_that_was_written_to_a_file_is_called_as_that_is() -> None:
    """On the card, in the notebook and in the Markdown, whatever marks its name has."""
    page = read(a_page("show()", en="- A list\n\n  ```python\n  show()\n  ```", english_snippets=()))
    run = a_run(page, (), [Output("display", "image/png", PNG, "out/<b>[1].png")])
    site = a_site(page, evidence={"tiny": [run]})
    for language in ("zh", "en"):
        card = Elements(site[f"{language}/models/tiny/index.html"])
        assert "out/<b>[1].png" in card.text
        assert any("out/<b>[1].png" in alt for alt in card.attributes("img", "alt"))
        notebook = json.loads(site[f"{language}/models/tiny/tiny.ipynb"])
        (shown,) = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
        assert shown["data"] == {"image/png": PNG, "text/plain": ["out/<b>[1].png"]}
    (file,) = (path for path in site if path.startswith("assets/output"))
    drawn = rf"![out/\<b\>\[1\].png](../../../{file})"
    assert f"```python\nshow()\n```\n\n{drawn}\n" in site["zh/models/tiny/index.md"]
    assert f"  ```python\n  show()\n  ```\n\n  {drawn}\n" in site["en/models/tiny/index.md"]


def test_missing_language_falls_back_with_a_notice() -> None:
    """The interface stays in the visitor's language, the text is marked as being in its own."""
    card = a_site(read(a_page("x", en=None)))["en/models/tiny/index.html"]
    elements = Elements(card)
    assert elements.attributes("html", "lang") == ["en"]
    assert "not been translated yet" in elements.text
    assert any("body" in str(a.get("class")) and a.get("lang") == "zh-Hans" for tag, a in elements.tags if tag == "div")
    assert "正文" in elements.text


def test_anchors_are_the_same_in_both_languages() -> None:
    """A link to a section survives the change of language."""
    page = read(a_page(zh="### 模型描述\n\n一\n\n### 参考文献", en="### Model description\n\nOne\n\n### References"))
    site = a_site(page)
    for path in ("zh", "en"):
        card = site[f"{path}/models/tiny/index.html"]
        assert 'id="model-description"' in card
        assert 'id="references"' in card


def test_no_page_has_inline_script_or_style_and_all_have_a_policy() -> None:
    """What a contributor writes cannot run, whatever gets through."""
    site = a_site(read(a_page("x")))
    for path, text in site.items():
        if path.endswith(".html"):
            elements = Elements(text)
            assert not any(tag == "style" for tag, _ in elements.tags)
            assert elements.inline_scripts == []
            sources = elements.attributes("script", "src")
            assert path.endswith("404.html") or all(_resolve(path, source) in site for source in sources)
            assert not any(name == "style" or name.startswith("on") for _, a in elements.tags for name in a)
            assert any("default-src 'none'" in policy for policy in elements.attributes("meta", "content"))
            assert elements.unbalanced == []


@pytest.mark.parametrize("field", ["title", "summary", "author"])
def test_front_matter_is_text(field: str) -> None:
    """No markup gets in by the head of a page."""
    page = read(a_page())
    attack = "<script>alert(1)</script>"
    value = {"en_US": attack, "zh_CN": attack} if field == "summary" else attack
    site = a_site(replace(page, front_matter=replace(page.front_matter, **{field: value})))
    for path, text in site.items():
        if path.endswith(".html"):
            assert Elements(text).inline_scripts == []


def test_api_has_the_keys_and_types_that_its_consumers_rely_on() -> None:
    """The list of models and each model, as the format's existing readers know them."""
    text = a_page("print(x)", title="Tiny", tags=["vision"], zh="### 标题")
    page = replace(read(text), updated="2025-03-01T12:00:00+08:00")
    site = a_site(page, read(a_page(en=None), "other.md"))
    meta = {
        "id": "tiny",
        "title": "Tiny",
        "author": "Somebody",
        "summary": {"zh_CN": "小模型", "en_US": "A tiny model"},
        "githubLink": "https://github.com/megengine/models",
        "tags": ["vision"],
        "updateTime": "2025-03-01T12:00:00+08:00",
    }
    models = json.loads(site["api/v1/models.json"])
    assert [model["id"] for model in models["models"]] == ["other", "tiny"]
    assert {key: models["models"][1][key] for key in meta} == meta
    assert models["models"][0]["updateTime"] is None
    assert models["tags"]["vision"] == {"zh_CN": "视觉", "en_US": "Vision"}
    model = json.loads(site["api/v1/models/tiny.json"])
    assert model["meta"] == models["models"][1]
    assert model["content"]["sampleCode"] == "x = 1\n"
    assert set(model["content"]["fullText"]) == {"zh_CN", "en_US"}
    english = Elements(model["content"]["fullText"]["en_US"]).text
    assert english.index("x = 1") < english.index("Text") < english.index("print(x)")
    assert set(json.loads(site["api/v1/models/other.json"])["content"]["fullText"]) == {"zh_CN"}


def _resolve(page: str, link: str) -> str:
    parts = page.split("/")[:-1]
    for part in link.split("#")[0].split("?")[0].split("/"):
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    path = "/".join(parts)
    return path if "." in path.rpartition("/")[2] else f"{path}/index.html".lstrip("/")


DIRECTED = """<!-- verify: setup -->

```python
secret = 1
```

<!-- verify: skip reason="two GPUs" -->

```python
train()
```

<!-- verify: no-run -->

```python
compiled()
```

<!-- verify: xfail error=TypeError reason="renamed" -->

```python
renamed()
```

```python
print(42)
```

<!-- verify: output -->

```text
about forty-two
```
"""


def _directed_run(page: Page) -> ScriptRun:
    run = a_run(page, (), [Output("stdout", "text/plain", "said by the setup")])
    sample, setup, skip, compiled, failing, printing = run.snippets
    error = SnippetError("TypeError", "no such argument", failing.lines)
    return replace(
        run,
        snippets=(
            sample,
            setup,
            replace(skip, status="skipped", reason="two GPUs"),
            replace(compiled, status="compiled"),
            replace(failing, status="xfailed", error=error, reason="renamed"),
            replace(printing, outputs=(Output("stdout", "text/plain", "42.0\n"),)),
        ),
    )


def test_card_says_what_came_of_every_snippet_and_why() -> None:
    """Skipped, compiled and expected to fail, with their reasons."""
    page = read(a_page(en=DIRECTED, zh=DIRECTED))
    text = Elements(a_site(page, evidence={"tiny": [_directed_run(page)]})["en/models/tiny/index.html"]).text
    assert "Skipped: two GPUs" in text
    assert "Syntax checked, not run" in text
    assert "TypeError: no such argument" in text
    assert "Failed as expected: renamed" in text
    assert text.index("train()") < text.index("Skipped") < text.index("compiled()") < text.index("Syntax checked")


def test_state_says_how_much_of_the_code_it_speaks_of() -> None:
    """On the card, in lists and on the status page, in the language of the interface; nothing where that is all."""
    page = read(a_page(en=DIRECTED, zh=DIRECTED))
    of_part = a_site(page, evidence={"tiny": [_directed_run(page)]})
    told = "4 of 6 snippets ran; 1 skipped; 1 only checked for syntax; 1 failed as expected"
    for path in ("en/models/tiny/index.html", "en/index.html", "en/states/partial/index.html", "en/status/index.html"):
        assert told in Elements(of_part[path]).text
    assert "6段代码运行了4段；跳过1段；1段仅检查语法；1段如预期失败" in Elements(of_part["zh/status/index.html"]).text
    whole = a_site(page, evidence={"tiny": [a_run(page)]})
    assert not any("snippets ran" in text for text in whole.values())


def test_what_its_author_hides_is_not_shown() -> None:
    """Neither the snippet nor what it printed, nor the comments that say so."""
    page = read(a_page(en=DIRECTED, zh=DIRECTED))
    for runs in ([], [_directed_run(page)]):
        card = a_site(page, evidence={"tiny": runs})["en/models/tiny/index.html"]
        for hidden in ("secret", "said by the setup", "verify:", "<!--"):
            assert hidden not in card


def test_expected_output_gives_way_to_the_real_one() -> None:
    """It is shown where there is nothing better: without a run, and beside numbers that mean nothing."""
    page = read(a_page(en=DIRECTED, zh=DIRECTED))
    run = _directed_run(page)
    for runs, is_shown in (([], True), ([run], False), ([replace(run, weights="standin")], True)):
        text = Elements(a_site(page, evidence={"tiny": runs})["en/models/tiny/index.html"]).text
        assert ("about forty-two" in text) is is_shown
        assert ("42.0" in text) is bool(runs)


def test_output_of_stand_in_weights_is_folded_under_a_warning() -> None:
    """Nobody takes its numbers for the model's."""
    page = read(a_page("print(x)"))
    run = replace(a_run(page, (), [Output("stdout", "text/plain", "0.97\n")]), weights="standin")
    card = a_site(page, evidence={"tiny": [run]})["en/models/tiny/index.html"]
    folded = card[card.index('<details class="output standin">') :]
    assert folded.index("the numbers mean nothing") < folded.index("0.97")
    assert "0.97" not in card[: card.index('<details class="output standin">')]
    assert "results not checked: random weights" in card


def test_a_pass_with_published_weights_outweighs_a_later_one_with_stand_ins() -> None:
    """But not a later failure with the published ones: what readers would meet is what is shown."""
    page = read(a_page("print(x)"))
    published = a_run(page, (), [Output("stdout", "text/plain", "0.97\n")], started="2026-11-01T08:00:00+00:00")
    standin = replace(a_run(page, started="2026-11-03T08:00:00+00:00"), weights="standin")
    failed = a_run(
        page, error=SnippetError("NameError", "x", {"zh_CN": 20, "en_US": 28}), started="2026-11-02T08:00:00+00:00"
    )
    for runs, state in (
        ([standin, published], "output as it came: published weights"),
        ([standin, failed, published], "results not checked: random weights"),
    ):
        assert state in Elements(a_site(page, evidence={"tiny": runs})["en/models/tiny/index.html"]).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "flaky"}, "Runs on retry"),
        ({"verdict": "unstable", "difference": "- 0.1\n+ 0.2\n"}, "+ 0.2"),
        ({"verdict": "skipped"}, "skipped, as its author asks"),
        ({"weights": "standin"}, "results not checked: random weights"),
    ],
)
def test_head_of_the_card_says_how_it_was_verified(change: dict[str, object], said: str) -> None:
    """Whether the code runs, and what is known of the results."""
    page = read(a_page("x"))
    run = replace(a_run(page), **change)  # type: ignore[arg-type]
    text = Elements(a_site(page, evidence={"tiny": [run]})["en/models/tiny/index.html"]).text
    assert said in text.replace("\n", " ").replace("  ", " ") or said in text


@pytest.mark.parametrize(("downloaded", "is_told"), [(0, False), (7, True), (None, True)])
def test_weights_are_told_of_a_run_that_may_have_loaded_some(downloaded: int | None, is_told: bool) -> None:
    """What was watched and downloaded nothing loaded none: nothing says so of it, on the card, in lists or feeds."""
    page = read(a_page("print(1)"))
    evidence = {"tiny": [replace(a_run(page), downloaded=downloaded)]}
    site = a_site(page, evidence=evidence)
    told = {path for path, text in site.items() if isinstance(text, str) and "published weights" in text.lower()}
    assert ("en/models/tiny/index.html" in told, "en/status/index.html" in told) == (is_told, is_told)
    assert is_told or not told
    assert "output as it came" in Elements(site["en/models/tiny/index.html"]).text


def test_run_of_a_variant_is_no_run_of_the_page() -> None:
    """What is said of another entry says nothing of the one that is shown."""
    page = read(a_page("x"))
    run = replace(a_run(page), variant="other", script="0" * 64)
    assert "Not run yet" in a_site(page, evidence={"tiny": [run]})["en/models/tiny/index.html"]


def test_window_without_a_display_is_no_matter_of_the_framework() -> None:
    """In both languages; of another crash, another machine is advised."""
    page = read(a_page("show(x)"), "tiny.md")
    words = {"zh": ("没有显示器", "换一台机器"), "en": ("there was no display", "try another machine")}
    for last, at in [("qt.qpa.xcb: could not connect to display", 0), ("Segmentation fault", 1)]:
        error = SnippetError("SIGABRT", "killed", {"zh_CN": 20, "en_US": 28}, traceback=last)
        site = a_site(page, evidence={"tiny": [replace(a_run(page, error=error), cause="crash")]})
        for language, told in words.items():
            card = site[f"{language}/models/tiny/index.html"]
            assert [word in card for word in told] == [at == 0, at == 1]


def test_line_that_failed_is_marked_in_its_snippet() -> None:
    """So that it is found at a glance."""
    text = a_page("y = 1\nboom(x)\nz = 2")
    error = SnippetError("NameError", "boom", {"zh_CN": line_of(text, "boom"), "en_US": line_of(text, "boom", 2)})
    page = read(text)
    card = a_site(page, evidence={"tiny": [a_run(page, error=error)]})["en/models/tiny/index.html"]
    (marked,) = [part.split("\n")[0] for part in card.split('<span class="hll" ')[1:]]
    assert "boom" in marked


def test_error_at_its_line_says_what_a_traceback_in_its_message_ends_with() -> None:
    """As a worker's does; of a stack of native code nothing is shown but in the traceback."""
    text = a_page("boom(x)")
    lines = {"zh_CN": line_of(text, "boom"), "en_US": line_of(text, "boom", 2)}
    message = "Caught it.\nTraceback (most recent call last):\n  File\nKeyError: 1\n\nbacktrace:\na.so(+0x1) [0x2]\n"
    page = read(text)
    run = a_run(page, error=SnippetError("RuntimeError", message, lines, traceback="t"))
    card = a_site(page, evidence={"tiny": [replace(run, reason="")]})["en/models/tiny/index.html"]
    assert 'data-error="RuntimeError: Caught it. … KeyError: 1"' in card
    assert "a.so(" not in card


def test_tag_that_the_hub_does_not_know_is_left_out() -> None:
    """Where its owner has the rule off, which keeps such a page from being published."""
    site = a_site(read(a_page(tags=["vision", "no-such-tag"])))
    assert 'tags/vision/"' in site["zh/models/tiny/index.html"]
    assert not [path for path, text in site.items() if "no-such-tag" in text]


@pytest.mark.parametrize("padding", ["", "#" * 13_000], ids=["short", "long"])
def test_head_of_a_failing_card_leads_to_the_line(padding: str) -> None:
    """With the number of the snippet; the error stands at the line, or below code too long to have its lines marked."""
    text = a_page("y = 1\nboom(x)\nz = 2" + padding)
    lines = {"zh_CN": line_of(text, "boom"), "en_US": line_of(text, "boom", 2)}
    page = read(text)
    run = a_run(page, error=SnippetError("NameError", 'no "<boom>"\nmore', lines, traceback="t"))
    card = a_site(page, evidence={"tiny": [run]})["en/models/tiny/index.html"]
    elements = Elements(card)
    anchor = f"Line-{lines['en_US']}"
    assert f'<a href="#{anchor}">snippet 2, line {lines["en_US"]}</a>' in card
    ((tag, of),) = [(tag, of) for tag, of in elements.tags if of.get("id") == anchor]
    assert (tag, of.get("data-error")) == (("div", None) if padding else ("span", 'NameError: no "<boom>"'))
    assert padding or "boom" in card.split(f'id="{anchor}"')[1].split("\n")[0]
    assert "all that was run before this line passed" in elements.text


def test_report_of_a_problem_begins_with_what_was_seen() -> None:
    """Page, section, run and line, to where the hub's pages are; nowhere without that."""
    text = a_page("boom(x)")
    page, lines = read(text), {"zh_CN": line_of(text, "boom"), "en_US": line_of(text, "boom", 2)}
    run = a_run(page, error=SnippetError("NameError", "no & <boom>", lines))
    hub = replace(HUB, repository="https://github.com/acme/hub")
    card = a_site(page, evidence={"tiny": [run]}, hub=hub)["en/models/tiny/index.html"]
    (link,) = [link for link in Elements(card).attributes("a", "href") if "/issues/new" in link]
    place, _, query = link.partition("?")
    told = parse_qs(query)
    assert place == "https://github.com/acme/hub/issues/new"
    assert told["title"] == [f"Tiny: tiny.md:{lines['en_US']}"]
    rows = dict(row.split(": ", 1) for row in told["body"][0].split("\n") if row)
    assert rows["page"] == "tiny.md" and rows["section"] == "en_US" and rows["state"] == "failed"
    assert rows["run"] == run.started and rows["script"] == run.script and rows["reason"] == "NameError: no & <boom>"
    assert rows["line"] == f"{lines['en_US']} (snippet 2)"
    assert "/issues/new" not in a_site(page, evidence={"tiny": [run]})["en/models/tiny/index.html"]


def test_contents_and_facts_come_before_the_text() -> None:
    """For whoever hears the page, or has no room beside it."""
    card = a_site(read(a_page("x")))["en/models/tiny/index.html"]
    assert card.index('id="Contents"') < card.index('id="Facts"') < card.index('id="Sample"')


def test_failure_that_its_author_hides_is_no_link() -> None:
    """There is no line to lead to."""
    text = a_page(zh="<!-- verify: hide -->\n\n```python\nboom(x)\n```", en=None)
    page = read(text)
    run = a_run(page, error=SnippetError("NameError", "no", {"zh_CN": line_of(text, "boom")}))
    assert "#Line-" not in a_site(page, evidence={"tiny": [run]})["zh/models/tiny/index.html"]


def test_no_snippet_ran_in_no_time() -> None:
    """What took less than is shown is told so."""
    page = read(a_page("fast()", "slow()"))
    run = a_run(page)
    seconds = (0.001, 0.049, 0.05)
    run = replace(run, snippets=tuple(replace(one, seconds=of) for one, of in zip(run.snippets, seconds, strict=True)))
    text = Elements(a_site(page, evidence={page.id: [run]})["en/models/tiny/index.html"]).text
    assert text.count("Ran · < 0.1 s") == 2
    assert text.count("Ran · 0.1 s") == 1
    assert "0.0 s" not in text
