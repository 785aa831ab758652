"""The search that every page has: a dialog, slips and other languages' words, in the hub's own pages."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from generator.config import Config
from generator.publishing import publish
from generator.reading.hub import read_hub
from tests.browser.chromium import served
from tests.browser.test_search import search
from tests.kernels import ROOT, hubpages
from tests.pages import a_page, write
from tests.rendering.sites import indexed, site_files

CARD = "models/megengine_vision_resnet/"

FIRST: list[tuple[str, str]] = [
    ("retianet", "RetinaNet"),
    ("RETIANET", "RetinaNet"),
    ("retinanet_res5o", "RetinaNet"),
    ("bret", "BERT"),
    ("big gan", "BigGAN-deep"),
    ("shuflenet", "ShuffleNet V2"),
    ("freeancor", "FreeAnchor"),
    ("fasterrcn", "Faster R-CNN"),
    ("deeplba", "DeepLabV3+"),
    ("gna", "BigGAN-deep"),
]
"""A query and the title of the model that it finds before all others, in both languages."""

FOUND: list[tuple[str, str]] = [
    ("目标减测", "RetinaNet"),
    ("目标減测", "RetinaNet"),
    ("目標檢測", "RetinaNet"),
    ("無錨框", "FCOS"),
    ("无猫框", "FCOS"),
    ("预训连模型", "BigGAN-deep"),
    ("猫", "ResNet"),
    ("貓", "ResNet"),
    ("cat", "ResNet"),
    ("cats", "ResNet"),
    ("检测", "FCOS"),
    ("检测模型", "FCOS"),
    ("detection", "FCOS"),
    ("detecton", "FCOS"),
    ("anchor-free", "FCOS"),
    ("anchor free", "FCOS"),
    ("语义分割", "DeepLabV3+"),
    ("semantic segmentation", "DeepLabV3+"),
    ("clasification", "ResNet"),
    ("分類", "ResNet"),
    ("licence", "Faster R-CNN"),
    ("license", "Faster R-CNN"),
    ("许可证", "Faster R-CNN"),
    ("量化", "Quantised ResNet-18"),
    ("quantised", "Quantised ResNet-18"),
    ("关键点 coco", "SimpleBaseline"),
    ("tokeniser", "BERT"),
    ("分词器", "BERT"),
]
"""A query and the title of a model that it finds in both languages."""

NOTHING = ["zzzzqq", "qqcat", "量子纠缠", "检测 zzzzqq"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The hub's own pages."""
    folder = tmp_path_factory.mktemp("server")
    pages, _ = read_hub([ROOT / "hub_pages"], Config().languages)
    publish(site_files(*pages, index=indexed), folder / "site")
    with served(folder / "site") as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that complains of nothing."""
    opened = browser.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    opened.close()
    assert said == []


@contextmanager
def held(page: Page, pattern: str) -> Iterator[list[Route]]:
    """What is asked for is not answered until this ends."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))
    yield waiting
    for route in waiting:
        route.continue_()
    page.unroute(pattern)  # what comes between is not held


@pytest.mark.parametrize("language", ["zh", "en"])
def test_slips_and_words_of_another_language_find(page: Page, address: str, language: str) -> None:
    """From a card, whose own language does not matter."""
    page.goto(f"{address}{language}/{CARD}")
    page.keyboard.press("/")
    assert {query: search(page, query)[:1] for query, _ in FIRST} == {query: [title] for query, title in FIRST}
    found = {query: search(page, query) for query, _ in FOUND}
    assert {query: title for query, title in FOUND if title not in found[query]} == {}
    assert {query: search(page, query) for query in NOTHING} == {query: [] for query in NOTHING}


def test_what_was_found_instead_is_said(page: Page, address: str) -> None:
    """Nobody is shown answers to another question without a word."""
    page.goto(f"{address}zh/{CARD}")
    page.keyboard.press("/")
    found = search(page, "retianet")
    assert "RetinaNet" in found
    said = f"没有找到“retianet”，以下是“retinanet”的{len(found)}个结果"
    expect(page.get_by_role("status").first).to_have_text(said)
    search(page, "猫")
    expect(page.get_by_role("status").first).to_have_text(re.compile(r"^找到\d+个结果$"))


@pytest.mark.parametrize("path", ["", "404.html", "zh/", "en/tags/detection/", "zh/status/", f"en/{CARD}"])
def test_every_page_has_a_search(page: Page, address: str, path: str) -> None:
    """By two keys and a button; Escape closes it and gives the focus back. Nothing of it is loaded before."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert not any(re.search(r"pagefind|names|search", url) for url in asked)
    dialog = page.get_by_role("dialog")
    link = page.locator(".site-nav a").first
    for keys in ("/", "Control+k", "Meta+k"):
        link.focus()
        page.keyboard.press(keys)
        expect(dialog.get_by_role("searchbox")).to_be_focused()
        expect(dialog.get_by_role("searchbox")).to_have_value("")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(link).to_be_focused()
    button = page.locator("[data-search-open]")
    button.click()
    expect(dialog).to_be_visible()
    page.mouse.click(2, 2)
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_focus_stays_in_the_dialog(page: Page, address: str) -> None:
    """Tab goes round within it, arrows go through the results."""
    page.goto(f"{address}en/{CARD}")
    page.keyboard.press("/")
    search(page, "retinanet")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.get_by_role("searchbox").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".search-results a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}en/models/megengine_vision_retinanet/")


def test_slash_is_typed_where_one_types(page: Page, address: str) -> None:
    """And not taken for the key that opens the search."""
    page.goto(f"{address}en/{CARD}")
    page.keyboard.press("/")
    page.keyboard.type("a/b")
    expect(page.get_by_role("searchbox")).to_have_value("a/b")


@pytest.mark.parametrize("late", ["**/pagefind/**", "**/names.json", "**/search.*.js"])
def test_enter_waits_for_what_is_still_coming(page: Page, address: str, late: str) -> None:
    """Whoever types fast gets the result, whatever of the search comes late."""
    page.goto(f"{address}en/{CARD}")
    with held(page, late):
        with page.expect_request(late):  # and it is not answered yet
            page.keyboard.press("/")
            page.keyboard.type("bert")
            page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('dialog input').value === 'bert'")
        assert page.url == f"{address}en/{CARD}"
    page.wait_for_url(f"{address}en/models/megengine_nlp_bert/")


def test_enter_does_not_open_what_was_not_asked_for(page: Page, address: str) -> None:
    """What a slip was taken for is shown first; a second Enter opens it."""
    page.goto(f"{address}en/{CARD}")
    with held(page, "**/pagefind/**"):
        with page.expect_request("**/pagefind/**"):  # else the results are there before Enter is pressed
            page.keyboard.press("/")
            page.keyboard.type("bret")
            page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('dialog input').value === 'bret'")
    expect(page.get_by_role("status").first).to_contain_text("bert")
    assert page.url == f"{address}en/{CARD}"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}en/models/megengine_nlp_bert/")


def test_filter_pressed_while_models_are_being_found_keeps_the_query(page: Page, address: str) -> None:
    """No name holds the word: until the index is there the list is as it was, and so were the filters' links."""
    page.goto(f"{address}en/")
    box = page.get_by_role("searchbox")
    with held(page, "**/pagefind/**"):
        with page.expect_request("**/pagefind/**"):
            box.fill("licence")
        page.locator('.filters [data-filter="task=detection"]').click()
        page.wait_for_url(re.compile("task=detection"))
    expect(box).to_have_value("licence")
    expect(page.locator("#Found")).to_have_attribute("aria-busy", "false")
    assert page.url == f"{address}en/?task=detection&q=licence"


def test_who_is_at_a_title_when_another_list_comes_is_not_lost(page: Page, address: str) -> None:
    """The keys go on working: at the same title where it is still there, else in the box."""
    page.goto(f"{address}en/")
    with held(page, "**/pagefind/**"):
        with page.expect_request("**/pagefind/**"):
            page.get_by_role("searchbox").fill("licence")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#Found h3 a:focus")).to_have_count(1)
    expect(page.locator("#Found")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#Found h3 a:focus, [type=search]:focus")).to_have_count(1)


def test_enter_is_forgotten_by_whoever_asks_for_something_else(page: Page, address: str) -> None:
    """A filter that is pressed afterwards opens nothing, nor do results that come when the dialog is closed again."""
    page.goto(f"{address}en/")
    with held(page, "**/pagefind/**"):
        with page.expect_request("**/pagefind/**"):
            page.get_by_role("searchbox").fill("licence")
            page.keyboard.press("Enter")
        page.locator('.filters [data-filter="task=detection"]').click()
    expect(page.locator("#Found")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#Found h3 a").first).to_be_visible()
    assert page.url == f"{address}en/?task=detection&q=licence"
    page.goto(f"{address}en/{CARD}")
    with held(page, "**/pagefind/**"):
        with page.expect_request("**/pagefind/**"):
            page.keyboard.press("/")
            page.keyboard.type("bert")
            page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('dialog input').value === 'bert'")
        page.keyboard.press("Escape")
    expect(page.locator("dialog .search-results")).to_have_attribute("aria-busy", "false")
    assert page.url == f"{address}en/{CARD}"


@pytest.mark.parametrize("by", ["keys", "mouse"])
def test_what_one_has_gone_on_to_stays_in_the_list(page: Page, address: str, by: str) -> None:
    """As in the dialog: what the index of all words finds comes too late for whoever is at a title already."""
    page.goto(f"{address}en/")
    rows = page.locator("#Found h3 a")
    with held(page, "**/pagefind/**"):
        with page.expect_request("**/pagefind/**"):
            page.get_by_role("searchbox").fill("retinanet")
        expect(rows).to_have_count(1)
        if by == "keys":
            page.keyboard.press("ArrowDown")
            expect(rows).to_be_focused()
        else:
            rows.hover()
            page.mouse.down()
    expect(page.locator("#Found")).to_have_attribute("aria-busy", "false")
    if by == "keys":
        page.keyboard.press("Enter")
    else:
        page.mouse.up()
    page.wait_for_url(f"{address}en/models/megengine_vision_retinanet/")


def test_what_a_mouse_is_pressed_on_stays(page: Page, address: str) -> None:
    """Names are found at once, and what the index finds takes their place: not while one of them is clicked."""
    page.goto(f"{address}en/{CARD}")
    waiting: list[Route] = []
    seen: list[Route] = []
    is_held = threading.Event()
    is_held.set()

    def hold_all_but_the_first(route: Route) -> None:
        seen.append(route)
        if len(seen) == 1 or not is_held.is_set():  # by which it is seen whether the word is on a card at all
            route.continue_()
        else:
            waiting.append(route)

    page.route("**/fragment/**", hold_all_but_the_first)
    results = page.locator("dialog .search-results")
    page.keyboard.press("/")
    page.get_by_role("dialog").get_by_role("searchbox").fill("retinanet")
    place = results.get_by_text("RetinaNet", exact=True).first.bounding_box()
    assert place
    while not waiting:
        page.wait_for_timeout(1)  # which lets the routes be heard
    page.mouse.move(place["x"] + 2, place["y"] + 2)
    page.mouse.down()
    is_held.clear()
    for route in waiting:
        route.continue_()
    expect(results).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("status").first).to_have_text("1 result")
    page.mouse.up()
    page.wait_for_url(f"{address}en/models/megengine_vision_retinanet/")


@pytest.mark.parametrize(
    ("language", "queries"), [("zh", ["res50", "vision", "coco", "卷积"]), ("en", ["res50", "视觉"])]
)
def test_no_word_of_the_index_is_shown(page: Page, address: str, language: str, queries: list[str]) -> None:
    """What a result shows of a card stands on that card."""
    page.goto(f"{address}{language}/")
    page.keyboard.press("Control+k")
    for query in queries:
        assert search(page, query), query
        for shown in page.locator("dialog .search-text").all_inner_texts():
            assert not re.search(r"[\ue000\ue001]|\bq[b-w]{5,}", shown)
            assert not re.search(r"\b(vision|detection) (视觉|检测)", shown), shown


def test_search_says_so_where_its_script_cannot_be_had(browser: Browser, address: str) -> None:
    """Rather than nothing at all; and it works when the network is back."""
    page = browser.new_page()
    page.route("**/search.*.js", lambda route: route.abort())
    page.goto(f"{address}en/{CARD}")
    page.keyboard.press("/")
    expect(page.get_by_role("status").first).to_contain_text("out of reach")
    page.close()


def test_search_keeps_up_with_the_pages(browser: Browser, tmp_path: Path) -> None:
    """A build that makes one page again: its new title is found, slips of it too, and the old one is not."""
    write(tmp_path, one=a_page(title="Wombatnet"), two=a_page(title="Other"))
    assert hubpages("-C", tmp_path, "build").status == 0
    write(tmp_path, one=a_page(title="Quokkanet", zh="小袋鼠。", en="Small."))
    assert hubpages("-C", tmp_path, "build").status == 0
    with served(tmp_path / "site") as url:
        page = browser.new_page()
        page.goto(f"{url}zh/models/two/")
        page.keyboard.press("/")
        found = {query: search(page, query) for query in ("quokanet", "小袋鼠", "wombatnet")}
        assert found == {"quokanet": ["Quokkanet"], "小袋鼠": ["Quokkanet"], "wombatnet": []}
        own = 'same = [["袋鼠", "marsupial"]]\n'
        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "search.toml").write_text(own, encoding="utf-8")
        assert hubpages("-C", tmp_path, "build").status == 0
        page.reload()
        page.keyboard.press("/")
        assert search(page, "marsupial") == ["Quokkanet"]
        page.close()


@pytest.mark.parametrize(("language", "title"), [("zh", "怎样选检测模型"), ("en", "Choosing a detector")])
def test_guides_are_found_and_are_in_no_list(page: Page, address: str, language: str, title: str) -> None:
    """The dialog leads to a guide; the index narrows models alone, and says that it has none called so."""
    page.goto(f"{address}{language}/{CARD}")
    page.keyboard.press("/")
    assert search(page, title)[:1] == [title]
    expect(page.locator(".search-in-list")).to_be_hidden()
    page.goto(f"{address}{language}/?q={title}")
    expect(page.locator("[data-found][aria-busy=false]")).to_be_visible()
    expect(page.locator("[data-list] a")).to_have_count(0)
    expect(page.locator("[data-nothing]")).to_be_visible()
    expect(page.locator(".guides a", has_text=title)).to_be_visible()
