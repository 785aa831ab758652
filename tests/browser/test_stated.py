"""What front matter states, in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from generator.publishing import publish
from tests.browser.chromium import served
from tests.browser.test_site import opened
from tests.pages import a_page, read
from tests.rendering.sites import site_files

LONG = "(MIT OR Apache-2.0) AND LGPL-2.1-or-later WITH LGPL-3.0-linking-exception AND LicenseRef-" + "a" * 60


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three models: with a plain licence, with a long one, and with none."""
    table = "| Entry | mAP (%) |\n| --- | ---: |\n| `an_entry_with_a_very_long_name_that_has_no_end` | 38.8 |"
    metrics = f"metrics: [{{name: mAP, dataset: {'A data set of a very long name' * 2}, column: mAP (%)}}]"
    pages = [
        read(a_page(title="Plain", stated="license: MIT\ndatasets: [COCO, LVIS]"), "acme_vision_plain.md"),
        read(
            a_page(
                title="Long",
                stated=f'license: "{LONG}"\nweights-license: {LONG}\ndatasets: [{"COCO" * 20}, COCO]\n{metrics}',
                zh=table,
                en=table,
            ),
            "acme_vision_long.md",
        ),
        read(a_page(title="Bare"), "acme_vision_bare.md"),
    ]
    folder = tmp_path_factory.mktemp("site") / "hub"
    publish(site_files(*pages), folder)
    with served(folder.parent) as url:
        yield f"{url}hub/"


def test_index_is_filtered_by_licence_and_by_several_data_sets(browser: Browser, address: str) -> None:
    """A second data set is asked for besides the first; a second licence in its place."""
    with opened(browser, address + "en/") as page:
        titles = page.locator(".models > li:visible h3")
        filters = page.locator(".filters")
        filters.get_by_role("link", name="COCO 2").click()
        expect(titles).to_have_text(["Long", "Plain"])
        filters.get_by_role("link", name="LVIS 1").click()
        expect(titles).to_have_text(["Plain"])
        assert page.url.endswith("?dataset=coco&dataset=lvis")
        page.locator("[data-clear]").click()
        filters.get_by_role("link", name="MIT 1", exact=True).click()
        expect(titles).to_have_text(["Plain"])
        page.reload()
        expect(titles).to_have_text(["Plain"])


@pytest.mark.parametrize("path", ["en/", "en/models/acme_vision_long/", "zh/models/acme_vision_long/"])
def test_long_names_make_nothing_wider_than_a_phone(browser: Browser, address: str, path: str) -> None:
    """Nor wider than its column on a wide screen."""
    for width in (320, 1280):
        with opened(browser, address + path, viewport={"width": width, "height": 800}) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for found in page.locator(".stated, .card-head .plain, .side dd").all():
                assert found.evaluate("each => each.scrollWidth <= each.clientWidth + 1"), found.inner_text()
