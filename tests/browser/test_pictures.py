"""What models draw and log, as a real browser shows it: beside the title, in lists, below the snippet."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from generator.model.run import Output
from generator.publishing import publish
from tests.browser.chromium import served
from tests.browser.showcase import COMPLAINT, PROGRESS, WARNING, a_picture
from tests.browser.test_site import opened
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import site_files

SAMPLE = """\
from megengine import hub
model = hub.load("megengine/models", "resnet18", pretrained=True)
# model = hub.load("megengine/models", "resnet34", pretrained=True)"""
SHAPES = {"tall": (460, 1200), "wide": (1500, 200), "tiny": (24, 16), "usual": (640, 480)}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of models that draw pictures of several shapes, one of them with random weights; and one without any."""
    said = [Output("stderr", "text/plain", WARNING + PROGRESS + COMPLAINT), Output("stdout", "text/plain", "done\n")]
    pages, runs = [], []
    for name, size in SHAPES.items():
        page = read(a_page(f"draw('{name}')", sample=SAMPLE, title=name.title()), f"acme_vision_{name}.md")
        runs.append(a_run(page, (), [*said, Output("display", "image/png", a_picture(*size), f"{name}.png")]))
        pages.append(page)
    pages += [
        read(a_page("draw('random')", title="Random"), "acme_vision_random.md"),
        read(a_page("draw()", title="Plain"), "acme_vision_plain.md"),
    ]
    random = a_run(pages[-2], (), [*said, Output("display", "image/png", a_picture(640, 480))])
    runs += [replace(random, weights="standin"), a_run(pages[-1])]
    folder = tmp_path_factory.mktemp("site") / "site"
    publish(site_files(*pages, evidence={run.page: [run] for run in runs}), folder)
    with served(folder) as url:
        yield url


def box(of: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom."""
    found = of.bounding_box()
    assert found
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


@pytest.mark.parametrize("width", [320, 390, 1000, 1280])
@pytest.mark.parametrize("name", SHAPES)
def test_picture_stands_beside_the_title_or_below(browser: Browser, address: str, name: str, width: int) -> None:
    """Undistorted, not larger than it is, sized before it comes, and small enough that the sample is seen with it."""
    url = f"{address}en/models/acme_vision_{name}/"
    with opened(browser, url, viewport={"width": width, "height": 900}) as page:
        image = page.locator(".lead img")
        expect(image).to_have_js_property("complete", True)
        left, top, right, bottom = box(image)
        ratio = SHAPES[name][0] / SHAPES[name][1]
        assert right - left == pytest.approx((bottom - top) * ratio, abs=1 + ratio)  # whole pixels
        assert right - left <= min(280, SHAPES[name][0]) and bottom - top <= 176
        assert left >= 0 and right <= width
        at_title, at_state = box(page.locator("h1")), box(page.locator(".verification:visible"))
        if width >= 768:
            assert left > at_state[2] and top < at_title[3]
        else:
            assert top > at_state[3]
        assert box(page.locator("#Sample"))[1] < 800


@pytest.mark.parametrize("width", [390, 1280])
def test_place_is_kept_for_the_picture(browser: Browser, address: str, width: int) -> None:
    """Nothing moves when it comes."""
    waiting: list[Route] = []
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.route("**/assets/thumbnail.*", lambda route: waiting.append(route))
        with page.expect_request("**/assets/thumbnail.*"):
            page.goto(f"{address}en/models/acme_vision_usual/", wait_until="domcontentloaded")
        image = page.locator(".lead img")
        before = box(image)
        assert before[3] - before[1] == 176
        for route in waiting:
            route.continue_()
        page.unroute("**/assets/thumbnail.*")
        expect(image).to_have_js_property("naturalHeight", 352)
        assert box(image) == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_picture_leads_to_the_snippet_that_made_it(browser: Browser, address: str, language: str) -> None:
    """Which shows it with its name, as large as it fits."""
    with opened(browser, f"{address}{language}/models/acme_vision_usual/") as page:
        page.locator(".lead a").click()
        snippet = page.locator(".snippet:target")
        expect(snippet).to_contain_text("draw('usual')")
        expect(snippet.locator("figcaption")).to_have_text("usual.png")
        image = snippet.locator("figure img")
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("naturalWidth", 640)
        assert image.get_attribute("loading") == "lazy"
        assert "usual.png" in str(image.get_attribute("alt"))


def test_picture_is_that_of_the_entry_that_ran(browser: Browser, address: str) -> None:
    """While another one is chosen it is not shown."""
    with opened(browser, f"{address}en/models/acme_vision_usual/") as page:
        lead = page.locator(".lead")
        expect(lead).to_be_visible()
        page.locator("#Variant").select_option("resnet34")
        expect(lead).to_be_hidden()
        page.locator("#Variant").select_option("resnet18")
        expect(lead).to_be_visible()


def test_random_weights_draw_nothing_that_stands_for_a_model(browser: Browser, address: str) -> None:
    """Neither on the card nor in a list; below the snippet their picture is folded with the warning."""
    with opened(browser, f"{address}en/models/acme_vision_random/") as page:
        expect(page.locator(".lead")).to_have_count(0)
        expect(page.locator("details.standin figure img")).to_have_count(1)
        expect(page.locator("details.standin figure img")).to_be_hidden()
        related = page.locator(".related li")
        expect(related).to_have_count(4)
        assert 0 < related.locator("img.thumbnail").count() <= 4
    with opened(browser, f"{address}en/") as page:
        assert _titles(page.locator(".models > li:has(img)").all()) == sorted(name.title() for name in SHAPES)


def _titles(rows: Sequence[Locator]) -> list[str]:
    return [str(row.locator("h3").text_content()) for row in rows]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_thumbnails_stand_in_one_line_and_press_nobody(browser: Browser, address: str, width: int) -> None:
    """All of one size at the end of their rows, lazy; titles begin where they do without."""
    with opened(browser, f"{address}zh/", viewport={"width": width, "height": 900}) as page:
        rows = page.locator(".models > li").all()
        assert len(rows) == 6
        assert len({box(row.locator("h3"))[0] for row in rows}) == 1
        images = page.locator(".models img.thumbnail")
        boxes = [box(image) for image in images.all()]
        assert len({(left, right, round(bottom - top)) for left, top, right, bottom in boxes}) == 1
        for image, (left, _, right, _) in zip(images.all(), boxes, strict=True):
            assert image.get_attribute("loading") == "lazy"
            assert image.get_attribute("alt") == ""
            assert box(image.locator("xpath=..").locator("h3"))[2] <= left
            assert right <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_log_is_folded_and_as_quiet_as_output(browser: Browser, address: str, scheme: str) -> None:
    """What stands besides in standard error keeps its mark."""
    url = f"{address}en/models/acme_vision_usual/"
    with opened(browser, url, color_scheme=scheme) as page:
        log, output, error = (page.locator(f"details.{kind}") for kind in ("log", "stdout", "stderr"))
        colours = [
            each.evaluate("element => getComputedStyle(element).borderLeftColor") for each in (log, output, error)
        ]
        assert colours[0] == colours[1] != colours[2]
        expect(log.locator("pre")).to_be_hidden()
        expect(log.locator("summary")).to_have_text("Log")
        assert box(log)[3] - box(log)[1] < 32
        log.locator("summary").click()
        expect(log.locator("pre")).to_have_text(WARNING + PROGRESS)
        expect(error.locator("pre")).to_have_text(COMPLAINT)
