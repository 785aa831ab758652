"""A hub of one language: its site is that language's, and no word, folder or column speaks of any other."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import tomli_w
from playwright.sync_api import Browser

from tests.audits.npm import FOLDER, MODULES, node
from tests.audits.test_axe import violations
from tests.browser.chromium import chromium, served
from tests.kernels import Called, hubpages
from tests.rendering.sites import Elements

BASE = "https://example.org/hub/"
LANGUAGES = {
    "en_US": {"code": "en_US", "lang": "en", "name": "English"},
    "zh_CN": {"code": "zh_CN", "lang": "zh-Hans", "name": "中文"},
}
OTHER = {"en_US": "zh", "zh_CN": "en"}
TAGS = {"vision": "Vision", "nlp": "Language"}
_TEXT = """

### Results

| Model | Top-1 (%) |
|---|--:|
| tiny | 71.2 |
| small | 74.0 |

{words}

```python
print(x)
```
"""


def a_page(language: str, title: str, words: str, tag: str = "vision") -> str:
    """The text of a page: its summary is a line."""
    head = f"template: hub1\ntitle: {title}\nsummary: A model called {title}\nauthor: Somebody\ntags: [{tag}]\n"
    link = "github-link: https://github.com/megengine/models\n"
    body = _TEXT.replace("{words}", words)
    return f"---\n{head}{link}---\n\n```python\nx = 1\n```\n\n<!-- section: {language} -->{body}"


def a_hub(folder: Path, language: str, **more: object) -> Path:
    """Three related models that refer to each other, one with a picture, in one language."""
    pages = folder / "hub_pages"
    pages.mkdir(parents=True)
    settings = {"base_url": BASE, "title": "One", "languages": [LANGUAGES[language]], "tags": TAGS, **more}
    (folder / "hub.toml").write_text(tomli_w.dumps(settings), encoding="utf-8")
    shutil.copy(Path(__file__).parents[2] / "docs" / "card.png", pages / "picture.png")
    texts = {
        "acme_vision_tiny": a_page(language, "Tiny", "See [Small](acme_vision_small.md#results)."),
        "acme_vision_small": a_page(language, "Small", "![A picture](picture.png)"),
        "acme_nlp_words": a_page(language, "Words", "| a | b |\n|---|---|\n| ![p](picture.png) | 1 |", "nlp"),
    }
    for name, text in texts.items():
        (pages / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=sorted(LANGUAGES))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Called]:
    """Its language, its folder and how building it went."""
    folder = a_hub(tmp_path_factory.mktemp("one"), request.param)
    return request.param, folder, hubpages("-C", folder, "build")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser."""
    with chromium() as found:
        yield found


def _pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_site_is_the_languages_folder(built: tuple[str, Path, Called]) -> None:
    """No folder has a language's name; index, cards, lists, feeds and the page for lost addresses stand at the root."""
    _, folder, called = built
    assert called.status == 0, called.err
    site = folder / "site"
    folders = {path.name for path in site.iterdir() if path.is_dir()}
    assert not folders & {"zh", "en", "zh_CN", "en_US"}
    assert folders >= {"models", "tags", "tasks", "status", "compare", "api", "badges", "pagefind"}
    assert json.loads((site / "pagefind/cards.json").read_text()).keys()
    for path in ("index.html", "404.html", "feed.xml", "status/changes/feed.xml", "models/acme_vision_tiny/index.html"):
        assert (site / path).is_file(), path


def test_nothing_speaks_of_other_languages(built: tuple[str, Path, Called]) -> None:
    """No switch, no alternates, no columns, no words of what is missing, and no name that is not the hub's."""
    language, folder, _ = built
    for path in _pages(folder / "site"):
        page = Elements(path.read_text(encoding="utf-8"))
        assert page.attributes("html", "lang") == [LANGUAGES[language]["lang"]], path
        assert not [tag for tag, attributes in page.tags if "hreflang" in attributes], path
        assert not any("languages" in name for name in page.attributes("ul", "class")), path
        assert not re.search(r"only in|not been translated|暂无|Languages|语言", page.text), path
    for path in folder.glob("site/**/*.xml"):
        assert "hreflang" not in path.read_text(encoding="utf-8"), path
    assert OTHER[language] not in json.loads((folder / "site/pagefind/pagefind-entry.json").read_text())["languages"]


def test_status_has_a_head_for_each_cell(built: tuple[str, Path, Called]) -> None:
    """The table lost its languages in both."""
    html = (built[1] / "site/status/index.html").read_text(encoding="utf-8")
    head, *rows = re.findall(r"<tr.*?</tr>", html, re.S)
    assert len(rows) == 3
    assert {len(re.findall(r"<t[hd]\b", row)) for row in (head, *rows)} == {7}


def test_every_link_leads_somewhere(built: tuple[str, Path, Called]) -> None:
    """Links, pictures, scripts and styles of pages, and of the texts that programs are given."""
    site = built[1] / "site"
    here = [(path, found) for path in _pages(site) for found in _links(path.read_text(encoding="utf-8"))]
    for path in site.glob("api/v1/models/*.json"):
        texts = json.loads(path.read_text(encoding="utf-8"))["content"]["fullText"].values()
        here += [(path, source) for text in texts for source in Elements(text).attributes("img", "src")]
    for path in site.glob("models/*/index.md"):
        here += [(path, target) for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))]
    assert len(here) > 100
    assert any(path.suffix == ".json" for path, _ in here)
    for path, found in here:
        whole = urljoin(BASE + path.relative_to(site).as_posix(), found)
        assert whole.startswith(BASE) or "//example.org/" not in whole, (path, found)  # nothing leads above the site
        if whole.startswith(BASE):
            place = urlsplit(whole.removeprefix(BASE)).path
            assert (site / place / ("index.html" if place.endswith("/") or not place else "")).is_file(), (path, found)


def _links(html: str) -> list[str]:
    page = Elements(html)
    return [
        found
        for attribute in ("href", "src")
        for tag in ("a", "link", "img", "script")
        for found in page.attributes(tag, attribute)
    ]


def test_programs_are_told_the_same(built: tuple[str, Path, Called]) -> None:
    """Sitemap, llms.txt and JSON name the pages where they are; a summary still is a map of languages."""
    language, folder, _ = built
    site = folder / "site"
    places = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    assert {BASE, f"{BASE}models/acme_vision_tiny/", f"{BASE}status/"} <= set(places)
    assert len(places) == len(set(places))
    told = (site / "llms.txt").read_text(encoding="utf-8")
    assert f"({BASE}models/acme_vision_tiny/index.md)" in told
    assert LANGUAGES[language]["name"] not in told
    listed = json.loads((site / "api/v1/models.json").read_text(encoding="utf-8"))
    assert listed["models"][0]["summary"] == {language: "A model called Words"}
    assert listed["tags"]["vision"] == {language: "Vision"}
    assert list(json.loads((site / "api/v1/status.json").read_text())["models"][0]["languages"]) == [language]


def test_check_finds_nothing_and_the_schema_takes_a_line(built: tuple[str, Path, Called]) -> None:
    """A summary is a line of text, or a map of the one language."""
    language, folder, _ = built
    called = hubpages("-C", folder, "check")
    assert not [line for line in called.out.splitlines() if "error" in line], called.out
    summary = json.loads(hubpages("-C", folder, "schema").out)["properties"]["summary"]
    assert [each["type"] for each in summary["oneOf"]] == ["string", "object"]
    page = folder / "hub_pages" / "acme_nlp_words.md"
    page.write_text(page.read_text(encoding="utf-8").replace("summary: A", f"summary: {{{language}: A}} #"), "utf-8")
    assert not [line for line in hubpages("-C", folder, "check").out.splitlines() if "error" in line]


def test_search_and_browser_and_audits(built: tuple[str, Path, Called], browser: Browser) -> None:
    """A search finds a card and leads there; axe-core and html-validate find nothing on a page of each kind."""
    site = built[1] / "site"
    validate = MODULES / "html-validate" / "bin" / "html-validate.mjs"
    printed = node(validate, "--config", str(FOLDER / "htmlvalidate.json"), "--formatter", "json", str(site))
    assert [message for file in json.loads(printed) for message in file["messages"]] == []
    with served(site) as address:
        page = browser.new_page(reduced_motion="reduce")
        page.goto(address)
        page.keyboard.press("/")
        page.get_by_role("dialog").get_by_role("searchbox").fill("Small")
        page.locator("dialog .search-results a").first.click()
        page.wait_for_url(re.compile("/models/acme_vision_small/"))
        for place in ("", "status/", "models/acme_vision_small/", "models/acme_vision_tiny/compare/"):
            page.goto(address + place)
            assert violations(page) == [], place
        page.goto(f"{address}compare/?models=acme_vision_tiny,acme_vision_small")
        page.locator(".compare thead th").nth(1).wait_for()
        assert violations(page) == []
        page.close()
