"""Guides: pages that tell how to choose among models, and are none of them."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from generator.checking.schema import front_matter_schema
from generator.model.front_matter import KEYS
from generator.model.page import Page
from generator.model.site import SiteContext
from generator.reading.hub import read_page
from generator.rendering.environment import load_templates
from generator.rendering.search import search_documents
from generator.rendering.template_folders import template_folders
from generator.rendering.verification import NOTHING_RUN
from generator.rendering.whole_site import render_site, show_page
from generator.scripts.planning import plan
from tests.pages import LANGUAGES, a_page, line_of, read
from tests.rendering.sites import HUB, ROOT, Elements, a_site

GUIDE = """---
template: hub1
title: Choosing a model
summary: {zh_CN: 怎样选, en_US: Which to take}
author: Somebody
tags: [vision]
github-link: https://github.com/megengine/models
titles: {zh_CN: 怎样选模型, en_US: Choosing a model}
kind: guide
---

<!-- section: zh_CN -->

### 需求

请看[Tiny](org_vision_tiny.md)。

```python
print(1)
```

<!-- section: en_US -->

### Needs

See [Tiny](org_vision_tiny.md#needs).

```python
print(1)
```
"""


def a_guide(text: str = GUIDE) -> Page:
    """A guide that must be sound."""
    return read(text, "org_guide_choosing.md")


def a_model(name: str = "tiny") -> Page:
    """A page of a model."""
    return read(a_page("y = x", title=name.title(), en="### Needs\n\nText"), f"org_vision_{name}.md")


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Two models and a guide."""
    return a_site(a_model(), a_model("other"), a_guide())


def test_a_guide_needs_no_sample() -> None:
    """Its code is that of its sections, and a script begins with it."""
    guide = a_guide()
    assert guide.sample is None and guide.is_guide and guide.task == ""
    (script,) = plan([guide])
    assert [snippet.code for snippet in script.snippets] == ["print(1)\n"]
    assert script.languages == ("zh_CN", "en_US")


def test_a_guide_of_words_alone_has_nothing_to_run() -> None:
    """There is no script, and the page is sound."""
    assert plan([a_guide(GUIDE.replace("```python\nprint(1)\n```\n", ""))]) == []


def test_a_model_needs_one_and_words_above_the_first_section_are_told() -> None:
    """As they are for a page that does not say what it is."""
    for text, rules in (
        (GUIDE.replace("kind: guide", "kind: model"), ["no-sample"]),
        (GUIDE.replace("kind: guide\n", ""), ["no-sample"]),
        (GUIDE.replace("<!-- section: zh_CN", "Words.\n\n<!-- section: zh_CN"), ["sample-not-alone"]),
        (GUIDE.replace("tags: [vision]", "tags: vision: x"), ["yaml-syntax"]),
    ):
        page, findings = read_page(text, "org_guide_choosing.md", LANGUAGES, date(2026, 1, 1))
        assert page is None and [finding.rule for finding in findings] == rules


def test_a_guide_may_have_a_sample() -> None:
    """Then it comes first, as on any page."""
    guide = a_guide(GUIDE.replace("<!-- section: zh_CN", "```python\nx = 1\n```\n\n<!-- section: zh_CN"))
    (script,) = plan([guide])
    assert [snippet.code for snippet in script.snippets] == ["x = 1\n", "print(1)\n"]
    assert "x</span>" in a_site(guide)["en/models/org_guide_choosing/index.html"]


def test_an_unknown_kind_is_told_at_its_line() -> None:
    """With those that there are."""
    text = GUIDE.replace("kind: guide", "kind: howto")
    _, findings = read_page(text, "g.md", LANGUAGES)
    (finding,) = [finding for finding in findings if finding.rule == "wrong-type"]
    assert finding.line == line_of(text, "kind:") and "model or guide" in finding.message
    schema = front_matter_schema(HUB, ["hub1"])["properties"]
    assert schema["kind"]["enum"] == ["model", "guide"]
    assert {"kind", "titles"} <= {key.name for key in KEYS}


def test_it_stands_above_the_models_and_among_none(site: dict[str, str]) -> None:
    """Neither the list, nor its count, nor the files by which scripts narrow it, have it."""
    for path, name, title in (("en", "Guides", "Choosing a model"), ("zh", "指南", "怎样选模型")):
        index = site[f"{path}/index.html"]
        head, _, rest = index.partition('id="Found"')
        assert name in head and title in head and f'href="../{path}/models/org_guide_choosing/"' in head
        assert title not in rest
        assert '"models": 2' in index.replace("&#34;", '"')
        assert title not in site[f"{path}/tags/vision/index.html"]
    assert (
        "org_guide_choosing" not in site["api/v1/models.json"] and "api/v1/models/org_guide_choosing.json" not in site
    )
    assert '"total": 2' in site["api/v1/models/page/1.json"]


def test_no_guides_no_row_of_them() -> None:
    """Nothing says that there are none."""
    assert 'class="guides"' not in a_site(a_model())["en/index.html"]


def test_it_is_nobodys_relative(site: dict[str, str]) -> None:
    """It is not compared, and no model names it."""
    assert not [path for path in site if "org_guide_choosing/compare" in path]
    assert "org_guide_choosing" not in site["en/models/org_vision_tiny/index.html"]
    assert "org_vision_other" in site["en/models/org_vision_tiny/index.html"]


def test_its_page_is_words_and_code_in_both_languages(site: dict[str, str]) -> None:
    """With its own title, notebook and Markdown; it shows no sample and offers nothing that models have."""
    for path, title in (("en", "Choosing a model"), ("zh", "怎样选模型")):
        page = site[f"{path}/models/org_guide_choosing/index.html"]
        assert f"<h1>{title}</h1>" in page and f"<title>{title} · " in page
        assert 'id="Sample"' not in page and page.count("data-run") == 1
        assert 'class="follows"' not in page  # there is no code above
        assert '"@type":"TechArticle"' in page and f'"headline":"{title}"' in page
        assert not Elements(page).unbalanced
        assert site[f"{path}/models/org_guide_choosing/index.md"].startswith(f"# {title}\n")
        cells = json.loads(site[f"{path}/models/org_guide_choosing/org_guide_choosing.ipynb"])["cells"]
        assert [cell["cell_type"] for cell in cells] == ["markdown", "markdown", "code"]
        assert "".join(cells[0]["source"]).startswith(f"# {title}")


def test_a_link_to_a_page_leads_to_its_card(site: dict[str, str]) -> None:
    """On the card, in Markdown and in the notebook, with the heading that it names."""
    page = site["en/models/org_guide_choosing/index.html"]
    assert '<a href="../org_vision_tiny/#needs">Tiny</a>' in page
    assert "[Tiny](../../../en/models/org_vision_tiny/#needs)" in site["en/models/org_guide_choosing/index.md"]
    assert "../../../zh/models/org_vision_tiny/)" in site["zh/models/org_guide_choosing/org_guide_choosing.ipynb"]


def test_the_status_page_has_it_and_counts_it_as_a_page(site: dict[str, str]) -> None:
    """In a list of its own for programs."""
    status = json.loads(site["api/v1/status.json"])
    assert [each["id"] for each in status["models"]] == ["org_vision_other", "org_vision_tiny"]
    assert [each["id"] for each in status["guides"]] == ["org_guide_choosing"]
    page = site["zh/status/index.html"]
    assert page.count("<tr data-state") == 3 and '<span class="number">3</span>' in page
    assert "怎样选模型" in page


def test_the_search_finds_it_behind_the_models() -> None:
    """Its words are indexed, and names of models keep their places: facets know these alone."""
    pages = [a_guide(), a_model()]
    shown = [show_page(page, plan([page]), NOTHING_RUN, (), {}) for page in pages]
    documents = {document.path: document.html for document in search_documents(shown, HUB)}
    assert "怎样选模型" in documents["zh/models/org_guide_choosing/index.html"]
    templates = load_templates(template_folders(ROOT))
    files = {file.path: file.data for file in render_site(shown, HUB, templates, SiteContext(has_search=True))}
    names = json.loads(files["zh/names.json"])
    assert [row[:2] for row in names["models"]] == [["org_vision_tiny", "Tiny"], ["org_guide_choosing", "怎样选模型"]]


def test_a_theme_of_ones_own_need_not_know_guides(tmp_path: Path) -> None:
    """Its pages are laid out by hub1 then; one that knows them does it itself."""
    own = tmp_path / "templates" / "plain"
    own.mkdir(parents=True)
    (own / "card.html").write_text("{{ sample.line }}", encoding="utf-8")
    guide = a_guide(GUIDE.replace("template: hub1", "template: plain"))
    shown = show_page(guide, plan([guide]), NOTHING_RUN, (), {})
    path = "en/models/org_guide_choosing/index.html"

    def rendered() -> bytes:
        templates = load_templates([tmp_path / "templates", *template_folders(ROOT)])
        return next(file.data for file in render_site([shown], HUB, templates) if file.path == path)

    assert b"<h1>Choosing a model</h1>" in rendered()
    (own / "guide.html").write_text("my own {{ page.id }}", encoding="utf-8")
    assert rendered() == b"my own org_guide_choosing"
    shutil.rmtree(own)
