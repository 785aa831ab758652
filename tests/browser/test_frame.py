"""What every page has around its text, and how text, code and tables stand in it."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from generator.publishing import publish
from tests.browser.chromium import chromium, served
from tests.browser.showcase import showcase
from tests.browser.test_site import keep_what_is_said, opened

CARD = "models/megengine_vision_freeanchor/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a card in every state."""
    place = tmp_path_factory.mktemp("site") / "site"
    publish(showcase(), place)
    return place


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where it is served."""
    with served(folder) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser, to which another host is this machine too."""
    with chromium("--host-resolver-rules=MAP hub.test 127.0.0.1") as found:
        yield found


def style(element: Locator, name: str) -> str:
    """A property of an element, as it is computed."""
    return str(element.evaluate("(element, name) => getComputedStyle(element).getPropertyValue(name)", name))


def test_last_entry_of_the_contents_lights_up(browser: Browser, address: str) -> None:
    """At the end of the page, where its heading cannot come to the top; and so does that which was gone to."""
    with opened(
        browser, f"{address}en/{CARD}", viewport={"width": 1280, "height": 1000}, reduced_motion="reduce"
    ) as page:
        current = page.locator(".contents [aria-current]")
        expect(current).to_have_text("Sample")
        page.locator("main img").last.scroll_into_view_if_needed()  # the page grows when it comes
        expect(page.locator("main img").last).to_have_js_property("complete", True)
        for _ in range(100):  # what grows after the key was pressed has the end of the page further down
            page.keyboard.press("End")
            if current.inner_text() == "Run record":
                break
            page.wait_for_timeout(100)
        expect(current).to_have_text("Run record")
        page.locator(".contents a", has_text="References").click()
        expect(current).to_have_text("References")
        page.evaluate("scrollTo(0, 0)")
        expect(current).to_have_text("Sample")


def test_copy_works_over_plain_http(browser: Browser, address: str) -> None:
    """Where a browser gives no clipboard to scripts."""
    other = address.replace("127.0.0.1", "hub.test")
    with opened(browser, f"{other}en/{CARD}") as page:
        assert page.evaluate("[isSecureContext, navigator.clipboard === undefined]") == [False, True]
        keep_what_is_said(page)
        page.locator("#Sample .copy").click()
        expect(page.locator("#Sample .copy")).to_have_text("Copied")
        page.evaluate("document.body.prepend(document.createElement('textarea'))")
        page.locator("textarea").focus()
        page.keyboard.press("Control+v")
        code = str(page.locator("#Sample pre").text_content())
        expect(page.locator("textarea")).to_have_value(re.compile(f"^{re.escape(code.rstrip())}\\n*$"))


def test_copy_that_fails_says_what_to_do(browser: Browser, address: str) -> None:
    """And has selected what is to be copied."""
    other = address.replace("127.0.0.1", "hub.test")
    with opened(browser, f"{other}zh/{CARD}") as page:
        keep_what_is_said(page)
        page.evaluate("document.execCommand = () => false")
        page.locator("#Sample .copy").click()
        expect(page.locator("#Sample .copy")).to_have_text("已选中，请按Ctrl+C")
        selected = page.evaluate("getSelection().toString()").strip()
        assert selected == str(page.locator("#Sample pre").text_content()).strip()


def test_heading_leads_to_itself(browser: Browser, address: str) -> None:
    """A sign that is there for pointer and keyboard, is named by its heading, and puts its place into the address."""
    with opened(browser, f"{address}en/{CARD}", reduced_motion="reduce") as page:
        heading = page.locator("h2#results")
        link = heading.locator(".anchor")
        assert style(link, "opacity") == "0"
        heading.hover()
        assert style(link, "opacity") == "1"
        expect(link).to_have_accessible_name("Results")
        expect(heading).to_have_accessible_name("Results")
        page.mouse.move(0, 0)
        link.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(link).to_be_focused()
        assert style(link, "opacity") == "1"
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("#results$"))


def test_chosen_filter_is_seen_in_forced_colours(browser: Browser, address: str) -> None:
    """By the colour of what is selected."""
    with opened(browser, f"{address}en/?task=detection", forced_colors="active", reduced_motion="reduce") as page:
        chosen, other = page.locator(".filter a[aria-current]"), page.locator(".filter a:not([aria-current])").first
        expect(chosen).to_have_count(1)
        assert style(chosen, "background-color") != style(other, "background-color")
        assert style(chosen.locator(".number"), "color") != style(other.locator(".number"), "color")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_shape_stands_in_one_line(browser: Browser, address: str, width: int) -> None:
    """Numbers of one array are not torn apart."""
    with opened(browser, f"{address}zh/{CARD}", viewport={"width": width, "height": 900}) as page:
        shapes = page.locator(".shape:visible")
        assert shapes.count() > 1
        for shape in shapes.all():
            assert shape.evaluate("shape => shape.getClientRects().length") == 1, shape.inner_text()


def test_code_stands_close_to_full_width_marks(browser: Browser, address: str) -> None:
    """They bring their own room."""
    with opened(browser, f"{address}zh/{CARD}") as page:
        before = page.locator("code.before-mark").first
        usual = page.locator(".prose :not(pre) > code:not([class])").first
        assert float(style(before, "padding-right")[:-2]) < float(style(usual, "padding-right")[:-2])
        assert style(before, "padding-left") == style(usual, "padding-left")


def test_marks_of_chinese_are_from_its_font(browser: Browser, address: str) -> None:
    """A quotation mark of a Latin font is half as wide; Japanese has fonts of its own, English none of these."""
    with opened(browser, f"{address}zh/{CARD}") as page:
        page.evaluate(
            """() => { document.querySelector("main").innerHTML =
            "<p id=zh>“”……</p><p id=en lang=en>“”</p><p id=ja lang=ja>日本語</p>" }"""
        )
        page.evaluate("document.fonts.ready")
        used = page.context.new_cdp_session(page)
        used.send("DOM.enable")
        used.send("CSS.enable")
        root = used.send("DOM.getDocument")["root"]["nodeId"]

        def fonts(name: str) -> set[str]:
            node = used.send("DOM.querySelector", {"nodeId": root, "selector": f"#{name}"})["nodeId"]
            return {font["familyName"] for font in used.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}

        assert all("CJK" in font or "Han" in font for font in fonts("zh")), fonts("zh")
        assert not any("CJK" in font for font in fonts("en")), fonts("en")
        assert all("JP" in font for font in fonts("ja")), fonts("ja")


def test_paper_is_light_in_any_theme(browser: Browser, address: str) -> None:
    """Ink on white, with the facts; the theme that was chosen is one of screens."""
    with opened(browser, f"{address}en/{CARD}", color_scheme="dark") as page:
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        dark = style(page.locator("body"), "background-color")
        page.emulate_media(media="print")
        assert style(page.locator("body"), "background-color") == "rgb(255, 255, 255)" != dark
        expect(page.locator("#Facts")).to_be_visible()
        expect(page.locator("#Contents")).to_be_hidden()
        expect(page.locator(".anchor").first).to_be_hidden()
        pre = page.locator("pre").first
        pre.evaluate("pre => { pre.textContent = 'x = 1\\n'.repeat(400) }")
        assert style(pre, "break-inside") == "auto"


@pytest.mark.parametrize("width", [1280, 1600])
def test_hundred_columns_of_code_need_no_scrolling(browser: Browser, address: str, width: int) -> None:
    """In the text of a card, beside its contents."""
    with opened(browser, f"{address}en/{CARD}", viewport={"width": width, "height": 900}) as page:
        pre = page.locator(".prose pre.code").first
        for columns, fits in ((100, True), (120, False)):
            pre.evaluate("(pre, text) => { pre.firstChild.textContent = text }", "x" * columns)
            assert pre.evaluate("pre => pre.scrollWidth <= pre.clientWidth") == fits


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_table_that_is_cut_shows_it(browser: Browser, address: str, scheme: str) -> None:
    """At the edge behind which there is more, and at no other."""
    with opened(browser, f"{address}en/{CARD}", viewport={"width": 320, "height": 800}, color_scheme=scheme) as page:
        table = page.locator(".table", has_text="Backbone")
        assert table.evaluate("table => table.scrollWidth > table.clientWidth")
        table.scroll_into_view_if_needed()

        def shaded() -> tuple[bool, bool]:
            picture = Image.open(io.BytesIO(table.screenshot())).convert("L")
            paper = (
                255 if scheme == "light" else Image.open(io.BytesIO(page.screenshot())).convert("L").getpixel((1, 799))
            )
            edges = (picture.crop((x, 4, x + 1, 10)).resize((1, 1)).getpixel((0, 0)) for x in (0, picture.width - 1))
            left, right = (abs(int(edge) - int(paper)) > 8 for edge in edges)  # type: ignore[call-overload]
            return left, right

        assert shaded() == (False, True)
        table.evaluate("table => { table.scrollLeft = table.scrollWidth }")
        assert shaded() == (True, False)
