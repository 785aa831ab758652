"""Cards and indexes in a real browser: readable on a phone, quiet, and asking nobody else for anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from generator.model.run import Output, SnippetError
from generator.model.site import RenderedFile
from generator.publishing import publish
from tests.browser.chromium import chromium, served
from tests.end_to_end.seeds import SEEDS
from tests.pages import read
from tests.rendering.runs import a_run
from tests.rendering.sites import site_files

PAGES = ["", "zh/", "en/", "zh/models/passed/", "en/models/passed/", "zh/models/failed/", "en/models/failed/"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with a card that passed and one that failed, both with long lines."""
    folder = tmp_path_factory.mktemp("site") / "site"
    passed, failed = read(SEEDS["freeanchor"], "passed.md"), read(SEEDS["faster_rcnn"], "failed.md")
    long_line = "a-very-long-word-" * 40
    evidence = {
        "passed": [a_run(passed, (), [Output("stdout", "text/plain", long_line)])],
        "failed": [a_run(failed, error=SnippetError("AttributeError", long_line, {"zh_CN": 47}, traceback=long_line))],
    }
    files: list[RenderedFile] = site_files(passed, failed, evidence=evidence)
    publish(files, folder)
    with served(folder) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with chromium() as found:
        yield found


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_a_phone_and_stays_quiet(browser: Browser, address: str, path: str, scheme: str) -> None:
    """No sideways scrolling at 320 pixels, nothing on the console, no request to anyone else, no script."""
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert said == []
    assert all(url.startswith(address) for url in asked)
    assert page.evaluate("document.scripts.length") == 0
    assert page.title()
    page.close()


def test_language_switch_leads_to_the_same_card(browser: Browser, address: str) -> None:
    """And back again."""
    page = browser.new_page()
    page.goto(address + "zh/models/passed/")
    page.get_by_role("link", name="English").click()
    assert page.url == address + "en/models/passed/"
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="中文").click()
    assert page.url == address + "zh/models/passed/"
    page.close()


def test_card_can_be_reached_from_the_chooser_by_keyboard(browser: Browser, address: str) -> None:
    """Chooser, index, card: links with visible text, no pointer needed."""
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("link", name="English").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(address + "en/")
    page.get_by_role("link", name="FreeAnchor").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(address + "en/models/passed/")
    assert page.get_by_role("heading", level=1).inner_text() == "FreeAnchor"
    page.close()


def test_folder_of_a_card_is_its_address_under_any_path(browser: Browser, address: str, tmp_path: Path) -> None:
    """Links are relative, so the site works below any folder of a server."""
    page = browser.new_page()
    page.goto(address + "en/models/passed/")
    style = page.locator("link[rel=stylesheet]").get_attribute("href")
    assert style is not None
    assert style.startswith("../../../assets/")
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    page.close()
