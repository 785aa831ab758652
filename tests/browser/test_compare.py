"""Models chosen in lists and put side by side, in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from generator.publishing import publish
from tests.browser.chromium import served
from tests.browser.showcase import showcase
from tests.browser.test_site import opened
from tests.pages import a_page, read
from tests.rendering.sites import site_files

FREE, FASTER, BROKEN = "megengine_vision_freeanchor", "megengine_vision_faster_rcnn", "acme_vision_broken"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with a card in every state."""
    folder = tmp_path_factory.mktemp("site") / "hub"
    publish(showcase(), folder)
    with served(folder.parent) as url:
        yield f"{url}hub/"


def titles(page: Page) -> Locator:
    """The heads of the columns."""
    return page.locator(".compare thead th a")


def cells(page: Page, head: str) -> list[str]:
    """A row's cells by its head, as they are seen."""
    row = page.locator(".compare tbody tr").filter(has=page.get_by_role("rowheader", name=head, exact=True))
    return row.locator("td").all_inner_texts()


def choose(page: Page, *names: str) -> None:
    """Tick them in the list."""
    for name in names:
        page.get_by_role("checkbox", name=f"Compare {name}", exact=True).check()


def test_chosen_in_lists_and_put_side_by_side(browser: Browser, address: str) -> None:
    """From list to list; the address tells which ones, to whoever it is sent."""
    with opened(browser, f"{address}en/") as page:
        bar = page.locator(".comparing")
        expect(bar).to_be_hidden()
        choose(page, "Faster R-CNN")
        page.goto(f"{address}en/tags/vision/")
        expect(bar).to_contain_text("Faster R-CNN")
        choose(page, "FreeAnchor", "Broken")
        bar.get_by_role("link", name="Compare").click()
        expect(titles(page)).to_have_text(["Faster R-CNN", "FreeAnchor", "Broken"])
        assert page.url.endswith(f"/en/compare/?models={FASTER},{FREE},{BROKEN}")
        shared = page.url
    with opened(browser, shared) as page:
        expect(titles(page)).to_have_text(["Faster R-CNN", "FreeAnchor", "Broken"])
        assert cells(page, "mAP · COCO val2017") == [
            "44.1% faster_rcnn_resx101_coco_2x_800size",
            "44.9% freeanchor_resx101_coco_2x_800size",
            "—",
        ]
        assert page.locator(".compare td.best").all_inner_texts() == ["44.9% freeanchor_resx101_coco_2x_800size"]
        assert [text.split("\n")[0] for text in cells(page, "State")] == [
            "Code runs · results not checked: random weights",
            "Code runs · output as it came: published weights",
            "Fails",
        ]
        assert cells(page, "Output")[0].startswith("Output with random weights")
        assert "0.973" in cells(page, "Output")[1]
        for image in page.locator(".compare .output img").all():
            expect(image).to_have_js_property("complete", True)
        links = page.locator(".compare a").evaluate_all("all => all.map((link) => link.href)")
        statuses = {page.request.get(link).status for link in links}
        assert (len(links) > 3, statuses) == (True, {200})


def test_comparison_says_what_the_pages_without_script_say(browser: Browser, address: str) -> None:
    """Cell by cell, for the two that one of these compares."""
    with opened(browser, f"{address}en/models/{FREE}/compare/") as page:
        table = page.locator(".compare tr")
        built = [row.locator("th, td").all_inner_texts() for row in table.all()]
    with opened(browser, f"{address}en/compare/?models={FREE},{FASTER}") as page:
        expect(titles(page)).to_have_text(["FreeAnchor", "Faster R-CNN"])
        page.locator(".compare .remove").evaluate_all("all => all.forEach((one) => one.remove())")
        made = [row.locator("th, td").all_inner_texts() for row in page.locator(".compare tr").all()]
    assert made == built


def test_one_is_taken_out_and_comes_back(browser: Browser, address: str) -> None:
    """With the browser's way back; and the list knows which are chosen."""
    with opened(browser, f"{address}en/compare/?models={FASTER},{FREE},{BROKEN}") as page:
        page.get_by_role("button", name="Remove: FreeAnchor").click()
        expect(titles(page)).to_have_text(["Faster R-CNN", "Broken"])
        page.go_back()
        expect(titles(page)).to_have_text(["Faster R-CNN", "FreeAnchor", "Broken"])
        page.get_by_role("link", name="中文").click()
        expect(titles(page)).to_have_text(["Faster R-CNN", "FreeAnchor", "Broken"])
        page.get_by_role("link", name="添加模型").click()
        checked = page.locator("[data-choose]:checked")
        expect(checked).to_have_count(3)
        page.get_by_role("button", name="清除", exact=True).click()
        expect(checked).to_have_count(0)
        expect(page.locator(".comparing")).to_be_hidden()
        page.reload()
        expect(checked).to_have_count(0)


def test_no_more_than_four(browser: Browser, address: str) -> None:
    """The other boxes are shut until one is free again."""
    with opened(browser, f"{address}en/") as page:
        boxes = page.locator("[data-choose]")
        for index in range(4):
            boxes.nth(index).check()
        expect(boxes.nth(4)).to_be_disabled()
        boxes.nth(0).uncheck()
        expect(boxes.nth(4)).to_be_enabled()


@pytest.mark.parametrize("name", ["no_such_model", "..", "%3Cb%3Ex", "page"])
def test_model_that_is_not_there_is_told(browser: Browser, address: str, name: str) -> None:
    """Beside those that are."""
    with opened(browser, f"{address}en/compare/?models={FREE},{name},{FASTER}") as page:
        expect(titles(page)).to_have_text(["FreeAnchor", "Faster R-CNN"])
        expect(page.locator("[data-told]")).to_contain_text(
            f"There is no such model, or it cannot be loaded: {name.replace('%3C', '<').replace('%3E', '>')}"
        )


def test_nothing_is_chosen_yet(browser: Browser, address: str) -> None:
    """The page says what to do."""
    with opened(browser, f"{address}en/compare/") as page:
        expect(page.locator("[data-told]")).to_have_text("Tick Compare beside two to four models in the list.")
        page.get_by_role("link", name="Add a model").click()
        page.wait_for_load_state()
        choose(page, "Broken")
        page.goto(f"{address}en/compare/")  # as a bookmark has it
        expect(titles(page)).to_have_text(["Broken"])


def test_without_script_a_card_leads_to_its_pairs(browser: Browser, address: str) -> None:
    """Nothing is offered that needs one."""
    with opened(browser, f"{address}en/models/{FREE}/", java_script_enabled=False) as page:
        page.get_by_role("link", name="Compare Faster R-CNN").click()
        expect(page).to_have_url(re.compile(f"/compare/#With-{FASTER}$"))
        expect(titles(page)).to_have_text(["FreeAnchor", "Faster R-CNN"])
        page.goto(f"{address}en/")
        expect(page.locator("[data-choose]").first).to_be_hidden()
        page.goto(f"{address}en/compare/")
        expect(page.locator("main")).to_contain_text("Choosing models needs JavaScript.")


@pytest.mark.parametrize("models", [[FREE, FASTER], [FREE, FASTER, BROKEN, "acme_nlp_flaky"]])
def test_comparison_fits_a_phone(browser: Browser, address: str, models: list[str]) -> None:
    """Two side by side; of more the table alone scrolls."""
    with opened(
        browser, f"{address}en/compare/?models={','.join(models)}", viewport={"width": 360, "height": 700}
    ) as page:
        expect(titles(page)).to_have_count(len(models))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator(".compare").evaluate("it => it.scrollWidth <= it.clientWidth") == (len(models) == 2)


def test_link_to_one_model_leaves_the_pair(browser: Browser, tmp_path: Path) -> None:
    """Of five, also without a script; and all of them are a link away."""
    publish(site_files(*(read(a_page(title=name), f"acme_vision_{name}.md") for name in "abcde")), tmp_path / "hub")
    with (
        served(tmp_path) as url,
        opened(browser, f"{url}hub/en/models/acme_vision_a/", java_script_enabled=False) as page,
    ):
        for name in "bcde":
            page.goto(f"{url}hub/en/models/acme_vision_a/")
            page.get_by_role("link", name=f"Compare {name}", exact=True).click()
            expect(page.locator(".compare thead a:visible")).to_have_text(["a", name])
            expect(page.locator(".compare tbody tr:last-child td:visible").first).to_be_visible()
            assert page.locator(".compare [data-row=author] td:visible").count() == 2
        page.get_by_role("link", name="Show all models").click()
        expect(page.locator(".compare thead a:visible")).to_have_text(list("abcde"))
        expect(page.get_by_role("link", name="Show all models")).to_be_hidden()
