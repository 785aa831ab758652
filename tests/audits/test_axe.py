"""Everybody can read it: axe-core on every kind of page, in both languages and both themes."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.audits.npm import MODULES
from tests.audits.site import OFFERING, addresses
from tests.browser import showcase

_RUN = """async (rules) => (await axe.run(document, {resultTypes: ['violations'],
  ...(rules.length && {runOnly: rules})})).violations.flatMap(
  (found) => found.nodes.map((node) => `${found.id}: ${node.target} ${node.failureSummary.split('\\n')[1]}`))"""


_OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""What may differ between two themes of one page."""


def violations(page: Page) -> list[str]:
    """What axe-core finds in both themes, with the rule and the element."""
    page.emulate_media(color_scheme="light")
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found: Any = page.evaluate(_RUN, [])
    page.emulate_media(color_scheme="dark")
    dark: Any = page.evaluate(_RUN, _OF_COLOUR)
    return [*found, *(f"dark: {one}" for one in dark)]


def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, site: Path, address: str) -> None:
    """In light and dark."""
    page = browser.new_page(reduced_motion="reduce")  # a colour that fades in is none yet
    found: dict[str, list[str]] = {}
    for path in addresses(site):
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('.runs').forEach((each) => (each.open = true))")
        found[path] = violations(page)
    page.close()
    assert {path: some for path, some in found.items() if some} == {}


def test_axe_finds_nothing_whichever_entry_is_chosen(browser: Browser, address: str) -> None:
    """One that was run, one that failed, one that was looked up and one that was not, in the table of all of them."""
    for entry in (showcase.RAN, showcase.FAILED, showcase.LOOKED_UP, "faster_rcnn_res101_coco_3x_800size"):
        page = browser.new_page(reduced_motion="reduce")
        page.goto(f"{address}zh/models/{OFFERING}/?entry={entry}")
        page.locator(".entries summary").click()
        assert page.locator("#Sample [data-name]:visible").inner_text() == entry
        assert violations(page) == []
        page.close()


def test_axe_finds_nothing_in_a_comparison_of_chosen_models(browser: Browser, address: str) -> None:
    """Made by a script, of models in three states; nor in the list where they were chosen."""
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{address}zh/compare/?models={OFFERING},test_vision_failed,test_vision_passed")
    page.locator(".compare thead th").nth(2).wait_for()
    assert violations(page) == []
    page.goto(f"{address}zh/")
    page.locator(".comparing").wait_for()
    assert violations(page) == []
    page.close()


def test_axe_finds_nothing_in_what_is_narrowed(browser: Browser, address: str) -> None:
    """A list under a query and a choice, and a search, are made by script: they must be as good as what was built."""
    for path, query in (
        ("zh/?tag=vision", "检测"),
        ("en/?tag=wombat", "zzzz"),
        ("zh/status/", "检测"),
        ("en/status/", ""),
    ):
        page = browser.new_page(reduced_motion="reduce")
        page.goto(address + path)
        busy = page.locator("#Found")
        if "status" in path:
            page.keyboard.press("/")
            page.locator("dialog select").first.wait_for()
            busy = page.locator("dialog .search-results")
        page.get_by_role("searchbox").fill(query)
        busy.and_(page.locator("[aria-busy=false]")).wait_for(state="attached")
        assert violations(page) == []
        page.close()
