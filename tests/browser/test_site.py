"""Cards, lists and the status page in a real browser: quiet, readable on a phone, and handy."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.publishing import publish
from tests.browser.chromium import served
from tests.browser.showcase import FAILED, LOOKED_UP, RAN, showcase

KINDS = [
    "",
    "404.html",
    "zh/",
    "en/",
    "zh/tags/detection/",
    "en/states/failed/",
    "zh/status/",
    "en/status/",
    "zh/models/megengine_vision_freeanchor/",
    "en/models/megengine_vision_freeanchor/",
    "en/models/megengine_vision_faster_rcnn/",
    "zh/models/acme_vision_broken/",
    "zh/models/acme_vision_directed/",
    "en/models/acme_vision_unstable/",
    "zh/models/acme_nlp_flaky/",
    "en/models/megengine_vision_faster_rcnn/compare/",
    "zh/compare/?models=megengine_vision_faster_rcnn,megengine_vision_freeanchor,acme_vision_broken",
]
"""Every kind of page, and cards in every state that looks different."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with a card in every state."""
    folder = tmp_path_factory.mktemp("site") / "site"
    publish(showcase(), folder)
    with served(folder) as url:
        yield url


def keep_what_is_said(page: Page) -> None:
    """On a slow machine nobody looks within the three seconds after which a copy button says again what it does."""
    page.evaluate("() => { window.setTimeout = () => 0; }")


@contextmanager
def opened(browser: Browser, url: str, **settings: object) -> Iterator[Page]:
    """A page in a context of its own, so that nothing is remembered from another test."""
    context = browser.new_context(**settings)  # type: ignore[arg-type]
    page = context.new_page()
    try:
        page.goto(url)
        yield page
    finally:
        context.close()


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "without-script"])
def test_page_fits_a_phone_and_stays_quiet(browser: Browser, address: str, path: str, has_script: bool) -> None:
    """No sideways scrolling at 320 pixels, nothing on the console, no request to anyone else."""
    said: list[str] = []
    asked: list[str] = []
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=has_script)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + path)
    assert page.locator("html").evaluate("element => element.scrollWidth") <= 320
    assert said == []
    assert all(url.startswith(address) for url in asked)
    assert page.title()
    context.close()


def test_long_words_widen_no_card(browser: Browser, address: str) -> None:
    """What a kernel printed scrolls in its own box, or breaks."""
    with opened(browser, address + "en/models/acme_vision_broken/", viewport={"width": 320, "height": 640}) as page:
        for details in page.locator("details").all():
            details.evaluate("element => { element.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [390, 1280])
def test_pictures_fit_and_move_nothing_when_they_come(browser: Browser, address: str, width: int) -> None:
    """In a paragraph, a table and a quote; their place is kept for them, and they come only when they are near."""
    with opened(browser, address + "zh/models/acme_nlp_flaky/", viewport={"width": width, "height": 700}) as page:
        images = page.locator(".prose img")
        boxes = [image.bounding_box() for image in images.all()]
        assert len(boxes) == 4
        for image, before in zip(images.all(), boxes, strict=True):
            image.scroll_into_view_if_needed()
            expect(image).to_have_js_property("naturalWidth", 800)
            after = image.bounding_box()
            assert before and after
            assert (after["width"], after["height"]) == (before["width"], before["height"])
            assert after["x"] > 0 and after["x"] + after["width"] <= width
            assert abs(after["width"] / after["height"] - 800 / 480) < 0.05


def test_sample_is_above_the_fold_and_can_be_copied(browser: Browser, address: str) -> None:
    """On a phone too; the button says that it worked."""
    url = address + "zh/models/megengine_vision_freeanchor/"
    settings = {"viewport": {"width": 390, "height": 844}, "permissions": ["clipboard-read", "clipboard-write"]}
    with opened(browser, url, **settings) as page:
        box = page.locator("#Sample pre").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 844
        copy = page.locator("#Sample .copy")
        keep_what_is_said(page)
        copy.click()
        expect(copy).to_have_text("已复制")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("from megengine import hub\n")
        assert copied.endswith("model.eval()\n")


RCNN = "models/megengine_vision_faster_rcnn/"
OWN = "faster_rcnn_res50_coco_3x_800size"
NOT_RUN = "faster_rcnn_res101_coco_3x_800size"


def test_chosen_entry_is_told_by_its_own_run(browser: Browser, address: str) -> None:
    """State, figures, seconds, outputs, error, record and notebook; there and back again."""
    with opened(browser, f"{address}en/{RCNN}") as page:
        page.locator(".related").evaluate("of => of.remove()")  # which tells of other models
        choice, shown = page.get_by_label("Entry", exact=True), page.locator("main")
        told = {
            OWN: ("results not checked: random weights", "33.84 M", "1.60 GiB", "41.7 s"),
            RAN: ("output as it came: published weights", "103.00 M", "2.70 GiB", "66.6 s", "0.991", "77.7 s"),
            FAILED: ("Fails", "ValueError: no such backbone"),
            LOOKED_UP: ("Exists, not run",),
            NOT_RUN: ("has not been run with this entry",),
        }
        for name in (RAN, FAILED, LOOKED_UP, NOT_RUN, OWN, NOT_RUN, RAN):
            choice.select_option(name)
            code = page.locator("#Sample pre:visible")
            expect(code).to_contain_text(f'"{name}"')
            assert code.inner_text().count("faster_rcnn") == 1
            text = shown.inner_text()
            for entry, values in told.items():
                assert [value for value in values if (value in text) is not (entry == name)] == [], (name, entry)
        assert page.locator(".hll:visible").count() == 0
        choice.select_option(FAILED)
        expect(page.locator(".hll:visible")).to_have_count(1)


def test_entry_stays_in_the_address_and_in_the_other_language(browser: Browser, address: str) -> None:
    """It can be sent to somebody; the page's own needs no mention, and one that is not offered is none."""
    with opened(browser, f"{address}en/{RCNN}") as page:
        steps = page.evaluate("history.length")
        page.get_by_label("Entry", exact=True).select_option(RAN)
        assert page.url == f"{address}en/{RCNN}?entry={RAN}"
        assert page.evaluate("history.length") == steps
        page.reload()
        expect(page.get_by_label("Entry", exact=True)).to_have_value(RAN)
        expect(page.locator("#Sample pre")).to_contain_text(RAN)
        page.get_by_role("link", name="中文").click()
        page.wait_for_url(f"{address}zh/{RCNN}?entry={RAN}")
        expect(page.get_by_label("选择入口")).to_have_value(RAN)
        page.get_by_label("选择入口").select_option(OWN)
        assert page.url == f"{address}zh/{RCNN}"
        page.goto(f"{address}en/{RCNN}?entry=nobody")
        expect(page.locator("#Sample pre")).to_contain_text(OWN)


def test_row_of_the_results_chooses_its_entry(browser: Browser, address: str) -> None:
    """And goes to the sample, at once."""
    with opened(browser, f"{address}en/{RCNN}") as page:
        page.evaluate("window.isSame = true")
        row = page.locator(".prose .table a", has_text=re.compile(f"^{RAN}$"))
        row.click()
        expect(page.locator("#Sample pre")).to_contain_text(RAN)
        expect(page.locator("#Sample pre")).to_be_in_viewport()
        expect(row).to_have_attribute("aria-current", "true")
        assert page.evaluate("window.isSame")
        assert page.url == f"{address}en/{RCNN}?entry={RAN}"


def test_entry_is_in_what_is_copied_and_in_the_notebook(browser: Browser, address: str) -> None:
    """A notebook that is there for the chosen one; of an entry that was not run, that of the page, which says so."""
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(browser, f"{address}en/{RCNN}?entry={RAN}", permissions=permissions) as page:
        keep_what_is_said(page)
        page.locator("#Sample .copy:visible").click()
        expect(page.locator("#Sample .copy:visible")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert f'hub.load("megengine/models", "{RAN}", pretrained=True)' in copied and OWN not in copied
        link = page.get_by_role("link", name="Download notebook")
        expect(link).to_have_text(f"Download notebook {RAN}")
        notebook = page.request.get(str(link.evaluate("link => link.href"))).json()
        code = "".join(line for cell in notebook["cells"] if cell["cell_type"] == "code" for line in cell["source"])
        assert [line for line in code.split("\n") if line.startswith("model = hub.load")] == [
            f'model = hub.load("megengine/models", "{RAN}", pretrained=True)'
        ]
        assert "0.991" in str(notebook) and "0.973" not in str(notebook)
        page.get_by_label("Entry", exact=True).select_option(NOT_RUN)
        expect(link).to_have_text(f"Download notebook {OWN}")


def test_later_snippet_is_copied_with_all_above(browser: Browser, address: str) -> None:
    """With the chosen entry in the sample, and of snippets that another entry fails at only the code that is shown."""
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(browser, f"{address}en/{RCNN}?entry={RAN}", permissions=permissions) as page:
        later = page.locator(".prose .snippet[data-run]").first
        expect(later.locator(".follows")).to_have_text("continues the code above")
        expect(page.locator("#Sample .follows")).to_have_count(0)
        later.hover()
        keep_what_is_said(page)
        later.get_by_role("button", name="Copy with all above").click()
        expect(later.get_by_role("button", name="Copied")).to_have_count(1)
        copied = page.evaluate("navigator.clipboard.readText()")
        own = later.locator("pre.code:visible").evaluate("code => code.textContent")
        assert copied.startswith("from megengine import hub\n") and copied.endswith(own)
        assert copied.count("hub.load(") == 1 and f'"{RAN}"' in copied
    with opened(browser, f"{address}en/models/acme_vision_directed/") as page:
        expect(page.locator(".snippet", has_text="train()").locator(".copy-all")).to_have_count(0)


def test_all_code_is_copied_at_once(browser: Browser, address: str) -> None:
    """From the head, with the chosen entry; a card with one snippet has no such button, and no card without script."""
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(browser, f"{address}zh/{RCNN}?entry={RAN}", permissions=permissions) as page:
        keep_what_is_said(page)
        page.get_by_role("button", name="复制全部代码").click()
        expect(page.locator(".actions").get_by_role("button", name="已复制")).to_have_count(1)
        copied = page.evaluate("navigator.clipboard.readText()")
        code = page.locator(".snippet[data-run] > pre.code:visible").all_inner_texts()
        assert len(code) > 1 and copied.split() == "\n".join(code).split() and f'"{RAN}"' in copied
    with opened(browser, f"{address}zh/{RCNN}", java_script_enabled=False) as page:
        expect(page.locator(".actions button")).to_be_hidden()


def test_contents_and_facts_are_folded_on_a_phone(browser: Browser, address: str) -> None:
    """And unfold when pressed; beside the text, and without script, they are open."""
    path = address + "en/models/megengine_vision_freeanchor/"
    with opened(browser, path, viewport={"width": 390, "height": 844}) as page:
        expect(page.locator(".contents")).to_be_hidden()
        page.get_by_role("heading", name="Contents").click()
        expect(page.locator(".contents")).to_be_visible()
        expect(page.locator(".side dl").first).to_be_hidden()
        page.set_viewport_size({"width": 1280, "height": 844})
        expect(page.locator(".side dl").first).to_be_visible()
    for settings in ({"viewport": {"width": 1280, "height": 844}}, {"java_script_enabled": False}):
        with opened(browser, path, **settings) as page:
            expect(page.locator(".contents")).to_be_visible()
            expect(page.locator(".side dl").first).to_be_visible()


def test_entries_and_their_states_are_a_table_without_script(browser: Browser, address: str) -> None:
    """A choice that does nothing is not offered; what is shown is what the page loads, whatever the address says."""
    with opened(browser, f"{address}en/{RCNN}?entry={RAN}#Sample", java_script_enabled=False) as page:
        expect(page.get_by_role("combobox")).to_have_count(0)
        page.get_by_text("All 5 entries").click()
        expect(page.locator(".entries tbody tr:visible")).to_have_count(5)
        expect(page.locator(".entries tr", has_text=RAN)).to_contain_text("103.00 M")
        expect(page.locator(".entries tr", has_text=LOOKED_UP)).to_contain_text("Exists, not run")
        expect(page.locator("#Sample pre")).to_contain_text(OWN)
        expect(page.locator(".side")).to_contain_text("33.84 M")
        expect(page.locator(".side dl:visible").first).not_to_contain_text("103.00 M")
        expect(page.locator(".theme")).to_be_hidden()


def test_table_sorts_by_numbers_and_by_text(browser: Browser, address: str) -> None:
    """With the keyboard; the head says which way."""
    with opened(browser, address + "en/models/megengine_vision_freeanchor/") as page:
        table = page.locator(".table", has_text="Backbone")
        first = table.locator("tbody tr").first
        expect(first).to_contain_text("res18")
        head = table.locator("th", has_text="mAP")
        head.get_by_role("button").focus()
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", "descending")
        expect(first).to_contain_text("44.9")
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", "ascending")
        expect(first).to_contain_text("38.1")
        parameters = table.locator("th", has_text="Parameters")
        parameters.get_by_role("button").click()
        expect(first).to_contain_text("97.07")
        expect(head).not_to_have_attribute("aria-sort", re.compile(".*"))


def test_theme_is_kept_and_there_before_the_first_paint(browser: Browser, address: str) -> None:
    """System, light, dark, and round again."""
    with opened(browser, address + "en/", color_scheme="light") as page:
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        switch = page.locator("[data-theme-switch]")
        expect(switch).to_have_accessible_name("Theme: as the system")
        switch.click()
        expect(switch).to_have_accessible_name("Theme: light")
        switch.click()
        expect(switch).to_have_accessible_name("Theme: dark")
        dark = page.evaluate(paper)
        assert dark != light
        # Without the script that runs at the end, the theme stands all the same.
        page.route("**/site.*.js", lambda route: route.abort())
        page.goto(address + "zh/status/")
        assert page.evaluate(paper) == dark
        page.unroute("**/site.*.js")
        page.goto(address + "en/")
        switch.click()
        assert page.evaluate(paper) == light


def test_theme_of_the_system_needs_no_script(browser: Browser, address: str) -> None:
    """By the style sheet alone."""
    papers = set()
    for scheme in ("light", "dark"):
        with opened(browser, address + "en/", color_scheme=scheme, java_script_enabled=False) as page:
            papers.add(page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor"))
    assert len(papers) == 2


def test_filters_work_at_once_and_stay_in_the_address(browser: Browser, address: str) -> None:
    """They add up, survive a reload and the way back, and their number is announced."""
    with opened(browser, address + "en/") as page:
        filters = page.get_by_role("navigation", name="Filters")
        shown = page.locator(".models > li:visible")
        count = page.locator(".found [role=status]")
        expect(shown).to_have_count(9)
        filters.get_by_role("link", name=re.compile("^Classification")).click()
        expect(shown).to_have_count(2)
        expect(count).to_contain_text("2 models")
        filters.get_by_role("link", name=re.compile("^Fails")).click()
        expect(shown).to_have_count(1)
        expect(count).to_contain_text("1 model")
        assert page.url == address + "en/?tag=classification&state=failed"
        page.reload()
        expect(shown).to_have_count(1)
        page.get_by_role("link", name="中文").click()
        page.wait_for_url(address + "zh/?tag=classification&state=failed")
        expect(shown).to_have_count(1)
        page.go_back()
        page.go_back()
        expect(shown).to_have_count(2)
        page.locator("[data-clear]").click()
        expect(shown).to_have_count(9)
        assert page.url == address + "en/"


def test_filters_without_a_match_say_so(browser: Browser, address: str) -> None:
    """An address may ask for what is not there."""
    with opened(browser, address + "zh/?tag=nlp&state=failed") as page:
        expect(page.locator(".models > li:visible")).to_have_count(0)
        expect(page.locator("[data-nothing]")).to_be_visible()


def test_filters_are_links_without_script(browser: Browser, address: str) -> None:
    """To lists of their own."""
    with opened(browser, address + "en/", java_script_enabled=False) as page:
        page.get_by_role("navigation", name="Filters").get_by_role("link", name=re.compile("^Fails")).click()
        page.wait_for_url(address + "en/states/failed/")
        expect(page.locator(".models > li")).to_have_count(1)
        expect(page.locator("h1")).to_have_text("Fails")


def test_language_switch_keeps_the_place(browser: Browser, address: str) -> None:
    """The same card, at the same heading, there and back."""
    with opened(browser, address + "zh/models/megengine_vision_freeanchor/") as page:
        page.get_by_role("navigation", name="目录").get_by_role("link", name="结果").click()
        assert page.url.endswith("#results")
        page.get_by_role("link", name="English").click()
        page.wait_for_url(address + "en/models/megengine_vision_freeanchor/#results")
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("link", name="中文").click()
        page.wait_for_url(address + "zh/models/megengine_vision_freeanchor/#results")


def test_citation_can_be_copied_as_bibtex(browser: Browser, address: str) -> None:
    """It unfolds below its reference."""
    url = address + "en/models/megengine_vision_freeanchor/"
    with opened(browser, url, permissions=["clipboard-read", "clipboard-write"]) as page:
        first = page.locator(".bibtex").first
        first.locator("summary").click()
        keep_what_is_said(page)
        first.locator(".copy").click()
        expect(first.locator(".copy")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()").startswith("@inproceedings{zhang2019freeanchor,")


def test_card_can_be_reached_by_keyboard_alone(browser: Browser, address: str) -> None:
    """Chooser, index, card: the link past the head comes first, and nothing that has focus is hidden by the head."""
    with opened(browser, address, reduced_motion="reduce") as page:
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_attribute("href", "#Main")
        page.keyboard.press("Enter")
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.locator(":focus").inner_text() == "English":
                break
        page.keyboard.press("Enter")
        page.wait_for_url(address + "en/")
        page.get_by_role("link", name="FreeAnchor").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(address + "en/models/megengine_vision_freeanchor/")
        head = page.locator(".site-head").bounding_box()
        assert head is not None
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.locator(".card-foot a").first.focus()
        for _ in range(30):
            page.keyboard.press("Shift+Tab")
            box = page.locator(":focus").bounding_box()
            assert box is not None
            assert box["y"] + box["height"] > head["height"]


def test_small_targets_are_24_pixels(browser: Browser, address: str) -> None:
    """All that is pressed, links within sentences aside."""
    for path in ("zh/", "en/status/", "zh/models/megengine_vision_faster_rcnn/"):
        with opened(browser, address + path) as page:
            pressed = page.locator(
                "button:visible, select:visible, .choose, .filter a, .languages a, .site-nav a, .tags a, .marks a"
            )
            for target in pressed.all():
                box = target.bounding_box()
                assert box is not None
                assert min(box["width"], box["height"]) >= 24, (path, target.inner_text(), box)


def test_chinese_is_upright_and_airy(browser: Browser, address: str) -> None:
    """No slanted Han, lines 1.75 apart, 40 characters at most."""
    with opened(browser, address + "zh/models/megengine_vision_freeanchor/") as page:
        paragraph = page.locator(".prose > p").first
        style = paragraph.evaluate(
            "p => { const s = getComputedStyle(p); return [s.lineHeight, s.fontSize, s.lineBreak, p.clientWidth]; }"
        )
        size = float(style[1].removesuffix("px"))
        assert float(style[0].removesuffix("px")) == pytest.approx(1.75 * size)
        assert style[2] == "strict"
        assert style[3] <= 40 * size
        slanted = paragraph.evaluate(
            "p => { p.innerHTML = '<em>强调</em>'; return getComputedStyle(p.firstChild).fontStyle; }"
        )
        assert slanted == "normal"


@pytest.mark.parametrize(
    ("path", "has_script", "said"),
    [
        ("zh/nowhere/at/all/", True, ["找不到这个页面"]),
        ("en/nowhere/at/all/", True, ["There is no such page"]),
        ("nowhere/", True, ["找不到这个页面", "There is no such page"]),
        ("en/nowhere/", False, ["找不到这个页面", "There is no such page"]),
    ],
)
def test_page_for_what_is_not_found_speaks_the_language_of_its_path(
    browser: Browser, address: str, path: str, has_script: bool, said: list[str]
) -> None:
    """As a host shows its one page for an address that leads nowhere, at any depth; all of it, the head too."""
    with opened(browser, address + "404.html", java_script_enabled=has_script) as page:
        html = page.request.get(address + "404.html").text()
        page.route("**/nowhere/**", lambda route: route.fulfill(status=404, body=html, content_type="text/html"))
        page.goto(address + path)
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
        expect(page.get_by_role("main").locator("h1, h2")).to_have_text(said)
        is_english = said == ["There is no such page"]
        expect(page).to_have_title("There is no such page · Model Hub" if is_english else "找不到这个页面 · Model Hub")
        expect(page.locator("html")).to_have_attribute("lang", "en" if is_english else "zh-Hans")
        expect(page.locator(".site-nav a").first).to_have_text("Models" if is_english else "模型")
        page.get_by_role("main").get_by_role("link").last.click()
        page.wait_for_url(address + ("zh/" if path.startswith("zh") else "en/"))


@pytest.mark.parametrize(
    ("locale", "first"), [("en-GB", "English"), ("zh-TW", "中文"), ("fr-FR", "中文"), ("zh-Hans-CN", "中文")]
)
def test_chooser_goes_by_the_readers_languages_and_remembers(
    browser: Browser, address: str, locale: str, first: str
) -> None:
    """That of the browser comes first until one is chosen; it shows some models, and leads to them."""
    with opened(browser, address, locale=locale) as page:
        expect(page.locator(".choices h2").first).to_have_text(first)
        expect(page.locator(".choices section.own")).to_have_count(0 if locale == "fr-FR" else 1)
        page.goto(address + "zh/status/")
        page.get_by_role("link", name="English").click()
        page.goto(address)
        expect(page.locator(".choices h2").first).to_have_text("English")
        expect(page.locator(".choices .own li")).to_have_count(5)
        page.locator(".choices .own li a").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_chooser_works_without_script(browser: Browser, address: str) -> None:
    """In the order of the hub."""
    with opened(browser, address, java_script_enabled=False) as page:
        expect(page.locator(".choices h2")).to_have_text(["中文", "English"])
        page.get_by_role("link", name="All 8 models").click()
        page.wait_for_url(address + "en/")


def test_site_works_below_any_folder(browser: Browser, tmp_path: Path) -> None:
    """Links are relative."""
    publish(showcase(), tmp_path / "some" / "where")
    with served(tmp_path) as url, opened(browser, url + "some/where/en/models/acme_vision_never/") as page:
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
        page.locator(".tags a").first.click()
        page.wait_for_url(url + "some/where/en/tags/keypoints/")
        page.locator(".models h3 a").first.click()
        page.wait_for_url(url + "some/where/en/models/acme_vision_never/")


def test_paper_has_the_text_and_no_controls(browser: Browser, address: str) -> None:
    """Printed, long lines break and what is pressed is gone."""
    with opened(browser, address + "en/models/megengine_vision_freeanchor/") as page:
        page.emulate_media(media="print")
        expect(page.locator(".site-head")).to_be_hidden()
        expect(page.locator(".copy").first).to_be_hidden()
        assert page.locator("pre").first.evaluate("pre => getComputedStyle(pre).whiteSpace").startswith("pre-wrap")
        expect(page.locator("#Facts")).to_be_visible()
        expect(page.locator("#Contents")).to_be_hidden()


def test_list_of_one_page_is_sorted_where_it_stands(browser: Browser, address: str) -> None:
    """Offered is only what tells models apart; filters go on working, and the first order comes back."""
    with opened(browser, address + "en/") as page:
        rows, sort = page.locator(".models > li:visible"), page.get_by_label("Sort by")
        first = rows.locator("h3").all_text_contents()
        offered = sort.locator("option").evaluate_all("options => options.map((option) => option.value)")
        assert offered == ["", "state"]
        sort.select_option("state")
        states = rows.evaluate_all("rows => rows.map((row) => row.querySelector('.state').classList[1])")
        assert list(dict.fromkeys(states)) == ["passed", "partial", "skipped", "never", "stale", "flaky", "failed"]
        page.locator(".filters [data-filter='task=detection']").click()
        expect(page).to_have_url(re.compile(r"\?task=detection&sort=state$"))
        assert 0 < rows.count() < len(first)
        page.go_back()
        sort.select_option("")
        assert rows.locator("h3").all_text_contents() == first


def test_totals_of_the_status_page_leave_one_state(browser: Browser, address: str) -> None:
    """Once pressed, all again once more; the choice is in the address, and without a script they are links to lists."""
    with opened(browser, address + "en/status/") as page:
        rows = page.locator("tbody tr:visible")
        whole = rows.count()
        failed = page.locator(".totals a[data-state=failed]")
        failed.click()
        expect(page).to_have_url(re.compile(r"\?state=failed$"))
        assert 0 < rows.count() < whole
        assert rows.evaluate_all("rows => rows.every((row) => row.dataset.state === 'failed')")
        page.reload()
        expect(failed).to_have_attribute("aria-current", "true")
        failed.click()
        expect(rows).to_have_count(whole)
        page.go_back()
        expect(failed).to_have_attribute("aria-current", "true")
    with opened(browser, address + "en/status/", java_script_enabled=False) as page:
        page.locator(".totals a[data-state=failed]").click()
        expect(page).to_have_url(re.compile("/en/states/failed/$"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_status_page_fits_a_phone(browser: Browser, address: str, language: str) -> None:
    """Each model is a block; nothing is cut, and a screen reader is told of a table still."""
    with opened(browser, f"{address}{language}/status/", viewport={"width": 390, "height": 800}) as page:
        table = page.get_by_role("table")
        assert table.get_by_role("row").count() == 10
        assert table.get_by_role("row").nth(1).get_by_role("cell").count() == 7
        assert page.locator(".table").evaluate("box => box.scrollWidth <= box.clientWidth")
