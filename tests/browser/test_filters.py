"""Lists of several pages in a browser: filters that work over all of them, and links where no script runs."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.model.record import PageRecord
from generator.model.site import RenderedFile
from generator.publishing import publish
from tests.browser.chromium import served
from tests.browser.test_site import opened
from tests.rendering.many import HUB, TEMPLATES, a_record, files_of

TAGS = ["vision", "gan", "nlp"]
# What moved of the list and of all that follows it; a slow browser paints the head while it still reads the page.
MOVED = """() => new Promise((done) => {
  const moved = [];
  new PerformanceObserver((list) => {
    for (const { node } of list.getEntries().flatMap((entry) => entry.sources)) {
      const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
      if (element?.closest(".found, .models, .pager, footer")) moved.push(element.outerHTML.slice(0, 200));
    }
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(moved), 500);
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Lists of 1,200 models, each with a tag and every seventh with a second one; every tenth fails in English.

    Every fifth has a licence; every fourth has two data sets, the others one of these. Of every fourth nobody knows how
    many parameters it has.
    """
    records = [
        replace(
            a_sorted_record(
                index,
                f"org_vision_m{index:05}",
                tags=[TAGS[index % 3], *(["detection"] if index % 7 == 0 else [])],
                en_US="failed" if index % 10 == 0 else "never",
            ),
            license="" if index % 5 else "MIT",
            datasets=("COCO",) if index % 2 else ("COCO", "Pascal VOC") if index % 4 == 0 else ("Pascal VOC",),
        )
        for index in range(1200)
    ]
    files = [RenderedFile(path, data) for path, data in files_of(records, replace(HUB, base_url="")).items()]
    folder = tmp_path_factory.mktemp("site") / "hub"
    publish([*files, *TEMPLATES.static], folder)
    with served(folder.parent) as url:
        yield f"{url}hub/"


def size(index: int) -> int:
    """How many parameters a model has, each another number; -1 where nobody knows."""
    return -1 if index % 4 == 0 else index * 7 % 1200


BY_SIZE = sorted(range(1200), key=lambda index: (size(index) < 0, size(index), index))
"""The models by their parameters, those behind of which nobody knows."""


def a_sorted_record(index: int, page_id: str, tags: list[str], **states: str) -> PageRecord:
    """A record of a model of that many parameters."""
    record = a_record(page_id, tags=tags, **states)
    sorts = {"parameters": size(index)} if size(index) >= 0 else {}
    return replace(record, told={code: replace(one, sorts=sorts) for code, one in record.told.items()})


def choose(page: Page, name: str) -> None:
    """Press a filter."""
    page.locator(".filters").get_by_role("link", name=re.compile(f"^{name} ")).click()


def numbers(page: Page) -> list[int]:
    """The models that are shown."""
    return [int(title[-5:]) for title in page.locator(".models > li:visible h3").all_text_contents()]


def test_filters_work_over_every_page(browser: Browser, address: str) -> None:
    """They add up, the first hundred are shown and more on demand; the address keeps them, and Back undoes each."""
    with opened(browser, address + "en/") as page:
        count = page.locator(".found [role=status]")
        expect(count).to_contain_text("1,200 models, 1–100")
        choose(page, "GAN")
        expect(count).to_contain_text("400 models")
        assert numbers(page) == list(range(1, 300, 3))
        expect(page.locator(".pager")).to_be_hidden()
        choose(page, "Fails")
        expect(count).to_contain_text("40 models")
        assert page.url == address + "en/?tag=gan&state=failed"
        assert numbers(page) == list(range(10, 1200, 30))
        expect(page.locator(".more")).to_be_hidden()
        page.go_back()
        expect(count).to_contain_text("400 models")
        for shown in (200, 300, 400):
            page.get_by_role("button", name="Show 100 more").click()
            expect(page.locator(".models > li")).to_have_count(shown)
            expect(page.locator(".models > li h3 a").nth(shown - 100)).to_be_focused()
        expect(page.locator(".more")).to_be_hidden()
        assert numbers(page) == list(range(1, 1200, 3))
        page.locator(".models > li a").last.click()
        expect(page).to_have_url(re.compile("/en/tags/gan/"))
        page.go_back()
        expect(count).to_contain_text("400 models")
        page.get_by_role("link", name="中文").click()
        page.wait_for_url(address + "zh/?tag=gan")
        expect(count).to_contain_text("400个模型")
        page.locator("[data-clear]").click()
        expect(count).to_contain_text("共1,200个模型，第1–100个")
        expect(page.locator(".pager")).to_be_visible()
        assert numbers(page) == list(range(100))


def test_licence_and_data_sets_are_filters_too(browser: Browser, address: str) -> None:
    """A model may have several data sets, and has one licence; what they lead to is kept in the address."""
    with opened(browser, address + "en/") as page:
        count = page.locator(".found [role=status]")
        choose(page, "MIT")
        expect(count).to_contain_text("240 models")
        choose(page, "Pascal VOC")
        expect(count).to_contain_text("120 models")
        choose(page, "COCO")
        expect(count).to_contain_text("60 models")
        assert page.url == address + "en/?license=mit&dataset=pascal-voc&dataset=coco"
        assert numbers(page) == list(range(0, 1200, 20))
        page.get_by_role("link", name="中文").click()
        expect(count).to_contain_text("60个模型")
    with opened(browser, address + "en/", java_script_enabled=False) as page:
        choose(page, "Pascal VOC")
        page.wait_for_url(address + "en/datasets/pascal-voc/")
        expect(page.locator(".found .count")).to_contain_text("600 models, 1–100")
        assert numbers(page) == list(range(0, 200, 2))


def test_list_can_be_sorted_over_every_page(browser: Browser, address: str) -> None:
    """Whole or filtered, with the order in the address; what nobody knows stays in the order of the names."""
    with opened(browser, address + "en/") as page:
        count = page.locator(".found [role=status]")
        sort = page.get_by_label("Sort by")
        assert sort.locator("option").all_text_contents() == ["name", "parameters, fewest first"]
        sort.select_option("parameters")
        expect(page.locator(".models > li h3").first).to_have_text(f"org_vision_m{BY_SIZE[0]:05}")
        expect(count).to_contain_text("1,200 models")
        assert numbers(page) == BY_SIZE[:100]
        page.get_by_role("button", name="Show 100 more").click()
        expect(page.locator(".models > li")).to_have_count(200)
        assert numbers(page) == BY_SIZE[:200]
        choose(page, "GAN")
        expect(count).to_contain_text("400 models")
        assert page.url == address + "en/?tag=gan&sort=parameters"
        assert numbers(page) == [index for index in BY_SIZE if index % 3 == 1][:100]
        page.reload()
        expect(sort).to_have_value("parameters")
        expect(count).to_contain_text("400 models")
        assert numbers(page) == [index for index in BY_SIZE if index % 3 == 1][:100]
        sort.select_option("")
        assert page.url == address + "en/?tag=gan"
        expect(page.locator(".models > li h3").first).to_have_text("org_vision_m00001")
        page.go_back()
        expect(page.locator(".models > li h3").first).to_have_text(f"org_vision_m{BY_SIZE[0]:05}")
    with opened(browser, address + "en/", java_script_enabled=False) as page:
        expect(page.get_by_label("Sort by")).to_be_hidden()


def test_nothing_is_loaded_until_a_filter_is_chosen(browser: Browser, address: str) -> None:
    """And then no more than the first matches are in; nothing is said on the console."""
    asked: list[str] = []
    said: list[str] = []
    with opened(browser, "about:blank") as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(address + "en/")
        page.wait_for_load_state("networkidle")
        assert not [url for url in asked if url.endswith(".json")]
        choose(page, "GAN")
        expect(page.locator(".pager")).to_be_hidden()
        assert len([url for url in asked if url.endswith(".json")]) == 2
        choose(page, "Detection")
        expect(page.locator(".found [role=status]")).to_contain_text("57 models")
        assert len([url for url in asked if url.endswith(".json")]) == 4
        assert numbers(page) == list(range(7, 1200, 21))
        assert said == []


def test_filtered_rows_are_those_of_the_lists(browser: Browser, address: str) -> None:
    """The same links, the same words."""
    with opened(browser, address + "zh/") as page:
        rows = "rows => rows.map(row => row.textContent.trim() + [...row.querySelectorAll('a')].map(a => a.href))"
        choose(page, "自然语言处理")
        expect(page.locator(".pager")).to_be_hidden()
        filtered = page.locator(".models > li").evaluate_all(rows)
        page.goto(address + "zh/tags/nlp/")
        assert page.locator(".models > li").evaluate_all(rows) == filtered


def test_nothing_moves_when_a_filtered_index_is_opened(browser: Browser, address: str) -> None:
    """Few matches or many: what is below the list does not come into sight and leave it."""
    views = [(query, width) for query in ("?tag=gan", "?tag=detection&tag=gan", "?tag=none") for width in (390, 1280)]
    for query, width in views:
        with opened(browser, address + "en/" + query, viewport={"width": width, "height": 800}) as page:
            expect(page.locator(".pager")).to_be_hidden()
            assert page.evaluate(MOVED) == []
    with opened(browser, address + "en/?tag=none") as page:
        expect(page.locator("[data-nothing]")).to_be_visible()


def test_filter_that_cannot_be_had_leads_to_its_list(browser: Browser, address: str) -> None:
    """Chosen, or in the address."""
    with opened(browser, "about:blank") as page:
        page.route("**/*.json", lambda route: route.abort())
        page.goto(address + "en/")
        choose(page, "GAN")
        page.wait_for_url(address + "en/tags/gan/")
        page.go_back()
        page.wait_for_url(address + "en/")
        page.goto(address + "zh/?tag=nlp")
        page.wait_for_url(address + "zh/tags/nlp/")


def test_filters_of_a_later_page_lead_to_the_first(browser: Browser, address: str) -> None:
    """Where they work over all pages."""
    with opened(browser, address + "en/models/page/3/") as page:
        choose(page, "Fails")
        page.wait_for_url(address + "en/?state=failed")
        expect(page.locator(".found [role=status]")).to_contain_text("120 models")


def test_pages_and_lists_are_links_without_script(browser: Browser, address: str) -> None:
    """To the next page, and to the pages of a tag's list."""
    with opened(browser, address + "en/", java_script_enabled=False) as page:
        page.get_by_role("link", name="Next", exact=True).click()
        page.wait_for_url(address + "en/models/page/2/")
        assert numbers(page) == list(range(100, 200))
        choose(page, "NLP")
        page.wait_for_url(address + "en/tags/nlp/")
        page.get_by_role("link", name="Page 4", exact=True).click()
        page.wait_for_url(address + "en/tags/nlp/page/4/")
        assert numbers(page) == list(range(902, 1200, 3))
        page.get_by_role("link", name="中文").click()
        page.wait_for_url(address + "zh/tags/nlp/page/4/")


@pytest.mark.parametrize("path", ["zh/", "en/models/page/6/", "en/tags/vision/page/2/", "zh/status/page/7/"])
def test_pager_fits_a_phone(browser: Browser, address: str, path: str) -> None:
    """Nothing is pressed that is too small, nothing scrolls sideways."""
    with opened(browser, address + path, viewport={"width": 320, "height": 640}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for target in page.locator(".pager a").all():
            box = target.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24
