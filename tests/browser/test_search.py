"""Search as a visitor uses it: in both languages, by keyboard alone, with filters, under the site's own policy."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.config import Config
from generator.model.page import Page as HubPage
from generator.publishing import publish
from generator.reading.hub import read_hub
from tests.browser.chromium import served
from tests.kernels import ROOT
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import indexed, site_files

SMALL = {
    "org_vision_lite": a_page(
        title="LiteNet V2",
        tags=["vision", "classification"],
        zh="轻量级卷积网络，在移动设备上分类。",
        en="Runs on phones.",
    ),
    "org_vision_boxes": a_page(
        sample='model = hub.load("megengine/models", "boxnet_res50_coco_3x_800size")',
        title="Box R-CNN",
        tags=["vision", "detection"],
        zh="### 结构\n\n目标检测模型，用了特征金字塔。",
        en="### Structure\n\nDetecting objects with a pyramid.",
    ),
    "org_nlp_words": a_page(title="Words", tags=["nlp"], zh="<b>自然语言</b>处理，用于检索。", en=None),
}

TITLES = ".models > li h3"

IN_CHINESE: dict[str, set[str]] = {
    "轻量": {"LiteNet V2"},
    "轻量级": {"LiteNet V2"},
    "卷积": {"LiteNet V2"},
    "检测": {"Box R-CNN"},
    "目标检测模型": {"Box R-CNN"},
    "特征金字塔": {"Box R-CNN"},
    "自然语言": {"Words"},
    "检": {"Box R-CNN", "Words"},
    "检索": {"Words"},
    "检模": set(),
    "测型": set(),
    "res50": {"Box R-CNN"},
    "coco": {"Box R-CNN"},
    "boxnet_res50": {"Box R-CNN"},
    "BOX": {"Box R-CNN"},
    "rcnn": {"Box R-CNN"},
    "r-cnn": {"Box R-CNN"},
    "litenetv2": {"LiteNet V2"},
    "ｌｉｔｅ": {"LiteNet V2"},
    "检测coco": {"Box R-CNN"},
    "轻量 coco": set(),
    "mobilenet": set(),
    "detection": {"Box R-CNN"},
    "😀": set(),
    '"<img src=x onerror=alert(1)>': set(),
}
TERMS = ["检测", "目标检测", "轻量", "分类", "预训练", "关键点", "RetinaNet", "retina", "res50", "coco", "特征金字塔"]
IN_ENGLISH = {"detect": {"Box R-CNN"}, "phones": {"LiteNet V2"}, "words": {"Words"}, "检索": {"Words"}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of three models below a folder of a server, one of them verified and one in Chinese alone."""
    folder = tmp_path_factory.mktemp("server")
    pages = [read(text, f"{name}.md") for name, text in SMALL.items()]
    evidence = {pages[1].id: [a_run(pages[1])]}
    publish(site_files(*pages, evidence=evidence, index=indexed), folder / "hub")
    with served(folder) as url:
        yield f"{url}hub/"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that complains of nothing and asks nobody else."""
    opened = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    opened.close()
    assert said == []
    assert all(url.startswith(address) or not url.startswith("http") for url in asked)


def search(page: Page, query: str) -> list[str]:
    """Type a query into the box that is there, of the dialog or of the index; the titles that come."""
    if page.locator("dialog[open]").count():
        return search_in_dialog(page, query)
    page.get_by_role("searchbox").fill(query)
    expect(page.locator("#Found")).to_have_attribute("aria-busy", "false")
    return page.locator(TITLES).all_text_contents()


def search_in_dialog(page: Page, query: str) -> list[str]:
    """The same in the dialog."""
    box = page.locator("dialog[open]")
    typed = box.get_by_role("searchbox")
    if typed.input_value() != query:
        box.locator("[data-count]").evaluate_all("all => all.forEach((each) => (each.textContent = ''))")
        typed.fill(query)
    expect(box.locator(".search-results")).to_have_attribute("aria-busy", "false")
    expect(box.locator(".search-count")).to_have_text(re.compile(r"\d|没有|No model"))
    return box.locator(".search-title").all_inner_texts()


def choose(page: Page, pair: str) -> None:
    """Press a filter of the index."""
    page.locator(f'.filters [data-filter="{pair}"]').click()


def test_search_finds_what_is_on_the_card(page: Page, address: str) -> None:
    """Words of Chinese wherever a dictionary would cut them, parts of names, and nothing that is not there."""
    page.goto(f"{address}zh/")
    assert {query: set(search(page, query)) for query in IN_CHINESE} == IN_CHINESE


def test_search_in_english_finds_what_english_lists_have(page: Page, address: str) -> None:
    """A card that has no English text is found by its own: it stands in the list that is searched."""
    page.goto(f"{address}en/")
    assert {query: set(search(page, query)) for query in IN_ENGLISH} == IN_ENGLISH


def test_search_by_keyboard_alone(page: Page, address: str) -> None:
    """Arrows through the models, Escape clears, Enter opens."""
    page.goto(f"{address}zh/")
    box = page.get_by_role("searchbox")
    box.focus()
    page.keyboard.type("检")
    links = page.locator(f"{TITLES} a")
    expect(links).to_have_count(2)
    expect(page.get_by_role("status").first).to_have_text("2个模型")
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    expect(links).to_have_count(3)
    assert page.url == f"{address}zh/"
    page.keyboard.type("特征金字塔")
    expect(page.locator("#Found")).to_have_attribute("aria-busy", "false")
    expect(links).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}zh/models/org_vision_boxes/")


def test_enter_in_the_box_opens_the_best_result(page: Page, address: str) -> None:
    """Without a detour over the arrows."""
    page.goto(f"{address}en/")
    assert search(page, "phones") == ["LiteNet V2"]
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}en/models/org_vision_lite/")


def test_query_narrows_the_list_and_stays_in_its_address(page: Page, address: str) -> None:
    """With the filters; the address can be sent to somebody, and Back leads to what was there before it was typed."""
    page.goto(f"{address}zh/")
    titles = page.locator(TITLES)
    assert len(search(page, "检")) == 2
    choose(page, "task=nlp")
    expect(titles).to_have_text(["Words"])
    choose(page, "task=nlp")
    choose(page, "state=passed")
    expect(titles).to_have_text(["Box R-CNN"])
    assert page.url == f"{address}zh/?state=passed&q=%E6%A3%80"
    page.goto(page.url)
    expect(titles).to_have_text(["Box R-CNN"])
    expect(page.get_by_role("searchbox")).to_have_value("检")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{address}en/?state=passed&q=%E6%A3%80")
    expect(titles).to_have_text(["Box R-CNN"])
    page.go_back()
    search(page, "检测")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("检")


def test_index_is_loaded_when_the_box_is_first_used(page: Page, address: str) -> None:
    """Whoever does not search pays nothing for it."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}zh/")
    page.wait_for_load_state("networkidle")
    assert not any("pagefind" in url for url in asked)
    search(page, "检测")
    assert any("pagefind" in url for url in asked)


def test_names_are_found_at_once_and_texts_after_them(browser: Browser, address: str) -> None:
    """By title, summary, tag and id, under the filters; a search of the texts has the last word."""
    page = browser.new_page()
    page.route("**/pagefind/**", lambda route: route.abort())
    page.goto(f"{address}zh/")
    box, titles = page.get_by_role("searchbox"), page.locator(TITLES)
    for query, found in {
        "lite": ["LiteNet V2"],
        "检测": ["Box R-CNN"],
        "detection": ["Box R-CNN"],
        "小模型 vision_b": ["Box R-CNN"],
        "n": ["Box R-CNN", "LiteNet V2", "Words"],
    }.items():
        box.fill(query)
        expect(titles).to_have_text(found)
    choose(page, "task=nlp")
    expect(titles).to_have_text(["Words"])
    box.fill("")
    expect(titles).to_have_text(["Words"])
    expect(page.get_by_role("status").first).to_have_text("1个模型")
    choose(page, "task=nlp")
    page.unroute("**/pagefind/**")
    assert set(search(page, "检")) == {"Box R-CNN", "Words"}
    page.close()


def test_text_of_a_page_is_shown_as_text(page: Page, address: str) -> None:
    """A result is no way for markup into the page."""
    page.goto(f"{address}zh/")
    page.keyboard.press("/")
    search(page, "自然语言")
    results = page.locator("dialog .search-results")
    assert results.locator("b").count() == 0
    assert "自然语言" in results.inner_text()


def test_search_says_so_where_its_index_cannot_be_had(browser: Browser, address: str) -> None:
    """And the list below it can still be read; what models are called is found without it."""
    page = browser.new_page()
    page.route("**/pagefind/**", lambda route: route.abort())
    page.goto(f"{address}en/")
    page.get_by_role("searchbox").fill("pyramid")
    expect(page.get_by_role("status").first).to_contain_text("out of reach")
    page.get_by_role("searchbox").fill("litenet")
    expect(page.get_by_role("status").first).to_have_text("1 model")
    page.route("**/names.json", lambda route: route.abort())
    page.reload()
    page.get_by_role("searchbox").fill("litenet")
    expect(page.get_by_role("status").first).to_contain_text("out of reach")
    page.close()


def test_without_script_there_is_a_sentence_and_no_box(browser: Browser, address: str) -> None:
    """A box that does nothing would be a lie."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}en/")
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.locator(".search-off")).to_be_visible()
    page.goto(f"{address}en/status/")
    expect(page.get_by_role("button", name="Search")).to_be_hidden()
    page.locator(".site-head").get_by_role("link", name="Search").click()
    page.wait_for_url(f"{address}en/")
    context.close()


def test_search_finds_the_words_of_the_field_on_the_hubs_own_pages(browser: Browser, tmp_path: Path) -> None:
    """Every model's page that holds a term is found by it: the index's box narrows models."""
    pages, _ = read_hub([ROOT / "hub_pages"], Config().languages)
    publish(site_files(*pages, index=indexed), tmp_path / "site")
    texts = {page.front_matter.title: _shown_in_chinese(page) for page in pages if not page.is_guide}
    with served(tmp_path / "site") as url:
        opened = browser.new_page()
        opened.goto(f"{url}zh/")
        for term in TERMS:
            holds = {title for title, text in texts.items() if term.lower() in text.lower()}
            assert holds, f"no page has {term}"
            assert set(search(opened, term)) >= holds, term
        opened.close()


def _shown_in_chinese(page: HubPage) -> str:
    section = page.section("zh_CN")
    text = re.sub("(?s)```.*?```", "", section.text if section else "").replace("\n", "")
    return f"{page.front_matter.title} {page.front_matter.summary['zh_CN']} {page.sample_code} {text}"
