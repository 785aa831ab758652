"""One filter system: what the index counts is what it then shows, and what the search of any page counts and finds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.model.page import Page as HubPage
from generator.model.run import ScriptRun, SnippetError
from generator.publishing import publish
from tests.browser.chromium import served
from tests.browser.test_search import search_in_dialog
from tests.browser.test_site import opened
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT, a_run
from tests.rendering.sites import indexed, site_files

TASKS = ["detection", "classification", "nlp"]
CARD = "en/models/acme_nlp_m02/"


def pages() -> list[HubPage]:
    """Three dozen models that differ in all that lists are narrowed by; two of them have no task."""
    return [read(_text(number), f"{_name(number)}.md") for number in range(36)]


def _name(number: int) -> str:
    if number in (7, 20):
        return f"plain{number:02}"
    return f"{'beta' if number % 5 == 0 else 'acme'}_{TASKS[number % 3]}_m{number:02}"


def _text(number: int) -> str:
    tags = [TASKS[number % 3], *(["vision"] if number % 2 else []), *(["gan"] if number % 7 == 0 else [])]
    stated = [
        f"license: {'MIT' if number % 4 == 0 else 'Apache-2.0'}" if number % 3 else "",
        "weights-license: CC-BY-4.0" if number % 6 == 1 else "",
        f"datasets: [{', '.join(['COCO', *(['LVIS'] if number % 4 == 1 else [])])}]" if number % 2 else "",
    ]
    words = "### Text\n\nIt has anchors and a pyramid." if number % 3 != 1 else "### Text\n\nIt has none."
    en = None if number % 12 == 11 else words
    return a_page(
        "print(2)", title=f"Model {number:02}", tags=tags, stated="\n".join(filter(None, stated)), zh=words, en=en
    )


def runs(of: Sequence[HubPage]) -> dict[str, Sequence[ScriptRun]]:
    """Some ran, some on a GPU, some in part; some failed; of the last dozen nobody knows."""
    found = {}
    for number, page in enumerate(of[:24]):
        run = a_run(page)
        if number % 6 == 1:
            run = a_run(page, error=SnippetError("ValueError", "no", {"zh_CN": 20, "en_US": 30}))
        if number % 6 == 2:
            run = replace(run, snippets=(run.snippets[0], replace(run.snippets[1], status="skipped", reason="no")))
        if number % 6 == 3:
            run = replace(run, environment=replace(ENVIRONMENT, device="NVIDIA H100"))
        found[page.id] = [run]
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site of these models, with its search."""
    folder = tmp_path_factory.mktemp("server")
    publish(site_files(*pages(), evidence=runs(pages()), index=indexed), folder / "hub")
    with served(folder) as url:
        yield f"{url}hub/"


def settled(page: Page) -> Page:
    """The index, when it shows what its address asks for."""
    expect(page.locator("#Found")).to_have_attribute("aria-busy", "false")
    return page


def counted(page: Page) -> dict[str, int]:
    """What the index says that each value would leave."""
    found = page.locator(".filters [data-filter]").evaluate_all(
        "links => links.map((link) => [link.dataset.filter, Number(link.querySelector('.number').textContent)])"
    )
    return dict(found)


def counted_in_dialog(page: Page) -> dict[str, int]:
    """What the search says of the same."""
    found = page.locator("dialog select[data-kind] option:not([value=''])").evaluate_all(
        """options => options.map((option) => [
          `${option.parentElement.dataset.kind}=${option.value}`, Number(/\\((\\d+)\\)$/.exec(option.textContent)[1])
        ])"""
    )
    return dict(found)


def titles(page: Page) -> list[str]:
    """The models that the index shows."""
    return page.locator(".models > li h3").all_text_contents()


def found_in_dialog(page: Page, query: str, *chosen: str) -> tuple[int, list[str]]:
    """How many models the search tells, and all that it lists, for a query under a choice."""
    settled_dialog(page, query)
    for pair in chosen:
        kind, _, value = pair.partition("=")
        page.locator(f"dialog select[data-kind='{kind}']").select_option(value)
    expect(page.locator("dialog .chips button")).to_have_count(len(chosen))
    settled_dialog(page, query)
    number = int(re.findall(r"\d+|No", page.locator("dialog .search-count").inner_text())[0].replace("No", "0"))
    shown = all_results(page, number)
    for _ in chosen:
        page.locator("dialog .chips button").first.click()
    expect(page.locator("dialog .chips button")).to_have_count(0)
    return number, shown


def all_results(page: Page, number: int) -> list[str]:
    """The titles of all results, which come ten at a time."""
    results = page.locator("dialog .search-title")
    for shown in range(10, number, 10):
        expect(results).to_have_count(shown)
        page.locator("dialog .search-more").click()
    expect(results).to_have_count(number)
    return results.all_text_contents()


def settled_dialog(page: Page, query: str) -> None:
    """Type it, where it is not there yet, and wait for all that is found."""
    if query:
        search_in_dialog(page, query)
    expect(page.locator("dialog .search-results")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize(
    ("query", "chosen"),
    [("", ()), ("anchors", ()), ("anchors", ("task=detection",)), ("pyramid", ("tag=vision", "license=mit"))],
)
def test_counts_are_what_is_shown_and_what_the_search_finds(
    browser: Browser, address: str, query: str, chosen: Sequence[str]
) -> None:
    """For each facet and value: the number beside it, the rows once it is pressed, the search's number and results."""
    asked = "&".join([*chosen, *([f"q={query}"] if query else [])])
    with opened(browser, f"{address}en/?{asked}") as page, opened(browser, address + CARD) as other:
        settled(page)
        counts = counted(page)
        assert len(counts) > 15
        other.keyboard.press("/")
        expect(other.locator("dialog select[data-kind]")).to_have_count(8)
        if query or chosen:
            number, found = found_in_dialog(other, query, *chosen)
            assert (number, sorted(found)) == (len(titles(page)), sorted(titles(page)))
        for pair in counts.keys() - set(chosen):
            link = page.locator(f'.filters [data-filter="{pair}"]')
            if counts[pair] == 0:
                expect(link).to_have_attribute("aria-disabled", "true")
                continue
            link.click()
            expect(link).to_have_attribute("aria-current", "true")
            shown = titles(settled(page))
            assert len(shown) == counts[pair], pair
            expect(page.locator("[data-count]").first).to_have_text(re.compile(rf"^{len(shown)} model"))
            kind = pair.partition("=")[0]
            others = [each for each in chosen if kind == "tag" or each.partition("=")[0] != kind]
            assert found_in_dialog(other, query, *others, pair) == (len(shown), shown if query else sorted(shown)), pair
            page.go_back()
            expect(link).not_to_have_attribute("aria-current", "true")
            settled(page)
        assert counted(page) == counts


def test_search_counts_what_the_index_counts(browser: Browser, address: str) -> None:
    """All values at once, in both languages, also where a choice leaves nothing of some."""
    for language, query in (("en", ""), ("en", "pyramid"), ("zh", "模型"), ("zh", "pyramid")):
        with opened(browser, f"{address}{language}/?task=nlp{query and f'&q={query}'}") as page:
            counts = counted(settled(page))
            assert 0 in counts.values()
            page.keyboard.press("/")
            expect(page.locator("dialog select[data-kind]")).to_have_count(8)
            settled_dialog(page, query)
            page.locator("dialog select[data-kind=task]").select_option("nlp")
            settled_dialog(page, query)
            expect(page.locator("dialog .chips button")).to_have_count(1)
            assert counted_in_dialog(page) == counts


def test_search_leads_to_the_same_in_the_list(browser: Browser, address: str) -> None:
    """From any page, with the query and the choice."""
    with opened(browser, address + CARD) as page:
        page.keyboard.press("/")
        search_in_dialog(page, "anchors")
        page.locator("dialog select[data-kind=state]").select_option("never")
        expect(page.locator("dialog .chips button")).to_have_count(1)
        expect(page.locator("dialog .search-results")).to_have_attribute("aria-busy", "false")
        found = page.locator("dialog .search-title").all_text_contents()
        page.locator("dialog .search-in-list a").click()
        page.wait_for_url(f"{address}en/?state=never&q=anchors")
        assert titles(settled(page)) == found


def test_whole_index_stands_under_its_tasks(browser: Browser, address: str) -> None:
    """With a count and a link each, what has none last; flat as soon as anything is chosen, asked for or sorted."""
    heads = ["Detection 12", "Classification 11", "NLP 11", "Other 2"]
    for script in (True, False):
        with opened(browser, address + "en/", java_script_enabled=script) as page:
            expect(page.locator(".group h2")).to_have_text(heads)
            rows = [group.locator("li h3").all_text_contents() for group in page.locator(".group").all()]
            assert [len(group) for group in rows] == [12, 11, 11, 2]
            assert all(group == sorted(group) for group in rows)
            assert rows[3] == ["Model 07", "Model 20"]
    with opened(browser, address + "en/") as page:
        for asked in ("?task=nlp", "?q=anchors", "?sort=state", "?device=cpu"):
            page.goto(f"{address}en/{asked}")
            settled(page)
            expect(page.locator(".group")).to_have_count(0)
            expect(page.locator(".models")).to_have_count(1)
        page.locator("[data-clear]").click()
        page.get_by_label("Sort by").select_option("")
        expect(page.locator(".group h2")).to_have_text(heads)
        assert [group.locator("li h3").all_text_contents() for group in page.locator(".group").all()] == rows
        page.locator(".group h2 a").nth(1).click()
        assert page.url == f"{address}en/?task=classification"
        assert len(titles(settled(page))) == 11
    with opened(browser, address + "zh/", java_script_enabled=False) as page:
        expect(page.locator(".group h2").last).to_have_text("其他 2")
        page.locator(".group h2 a").first.click()
        page.wait_for_url(f"{address}zh/tasks/detection/")


def test_chosen_values_can_be_taken_away_one_by_one_and_all(browser: Browser, address: str) -> None:
    """They stand above the list; the query and the order stay where only values are taken away."""
    with opened(browser, f"{address}en/?task=detection&license=mit&q=anchors&sort=state") as page:
        chips = page.locator(".chosen .chips a")
        expect(chips).to_have_text(["Task: Detection×", "Code licence: MIT×"])
        expect(page.locator(".filters [aria-current]")).to_have_count(2)
        page.get_by_role("link", name="Remove “Task: Detection”").click()
        assert page.url == f"{address}en/?license=mit&q=anchors&sort=state"
        expect(chips).to_have_count(1)
        page.locator("[data-clear]").click()
        assert page.url == f"{address}en/?sort=state"
        expect(chips).to_have_count(0)
        expect(page.get_by_role("searchbox")).to_have_value("")
        page.go_back()
        expect(chips).to_have_text(["Code licence: MIT×"])
        expect(page.get_by_role("searchbox")).to_have_value("anchors")


def test_value_that_is_not_offered_is_seen_and_said(browser: Browser, address: str) -> None:
    """A value that says what another one says, and one that nothing has."""
    with opened(browser, f"{address}en/?weights-license=cc-by-4.0&tag=wombat") as page:
        settled(page)
        expect(page.locator(".chosen .chips a")).to_have_text(["Weights licence: CC-BY-4.0×", "Tag: wombat×"])
        expect(page.locator(".chosen p")).to_have_text("No model has “wombat”.")
        expect(page.locator("[data-nothing]")).to_be_visible()
        page.get_by_role("link", name="Remove “Tag: wombat”").click()
        assert len(titles(settled(page))) == 6
        expect(page.locator(".chosen p")).to_be_hidden()


def test_tag_that_says_what_its_task_says_is_no_hidden_filter(browser: Browser, address: str, hub: str) -> None:
    """An address that once was offered still narrows, and its value stands there to be taken away."""
    with opened(browser, f"{hub}zh/?tag=detection") as page:
        assert titles(settled(page)) == ["Boxes"]
        expect(page.locator(".filters [data-filter='tag=detection']")).to_have_count(0)
        expect(page.locator(".chosen p")).to_have_text("“检测”不在筛选栏里，但仍然生效。")
        page.locator(".chosen .chips a").click()
        expect(page.locator(".models > li")).to_have_count(3)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three models of which exactly one detects, and says so twice."""
    texts = {
        "acme_detection_boxes": a_page(title="Boxes", tags=["detection", "vision"]),
        "acme_nlp_words": a_page(title="Words", tags=["nlp"]),
        "acme_nlp_more": a_page(title="More words", tags=["nlp", "vision"]),
    }
    folder = tmp_path_factory.mktemp("server")
    publish(site_files(*(read(text, f"{name}.md") for name, text in texts.items())), folder / "hub")
    with served(folder) as url:
        yield f"{url}hub/"


def test_list_of_a_value_goes_on_in_the_index(browser: Browser, address: str) -> None:
    """Its filters count what is left of it and add to it; without script they lead to lists of their own."""
    with opened(browser, f"{address}en/tasks/nlp/") as page:
        for pair in ("state=partial", "tag=vision", "license=apache-2.0", "task=detection", "device=cpu"):
            link = page.locator(f'.filters [data-filter="{pair}"]')
            count = int(link.locator(".number").inner_text())
            link.click()
            page.wait_for_url(f"{address}en/?{'' if 'task' in pair else 'task=nlp&'}{pair}")
            assert len(titles(settled(page))) == count
            page.go_back()
        page.locator(".filters [aria-current]").click()
        page.wait_for_url(f"{address}en/")
    with opened(browser, f"{address}en/tasks/nlp/", java_script_enabled=False) as page:
        expect(page.locator(".filters [data-filter^='device=']").first).to_be_hidden()
        link = page.locator('.filters [data-filter="state=failed"]')
        count = int(link.locator(".number").inner_text())
        link.click()
        page.wait_for_url(f"{address}en/states/failed/")
        expect(page.locator(".models > li")).to_have_count(count)


def test_result_says_what_the_list_says(browser: Browser, address: str) -> None:
    """Also of a page of which only part ran, and with the language of a text that is in another one."""
    with opened(browser, f"{address}en/?state=partial") as page:
        title = titles(settled(page))[0]
        said = page.locator(".models .at").first.inner_text()
        page.keyboard.press("/")
        search_in_dialog(page, title)
        result = page.locator("dialog .search-result").first.locator(".search-state")
        assert "1 of 2 snippets ran; 1 skipped" in result.inner_text()
        assert result.inner_text() in said.replace("\n", " ")
        search_in_dialog(page, "pyramid")
        all_results(page, 24)
        shown = page.locator("dialog .search-result").evaluate_all(
            "all => all.map((each) => [...each.children].map((part) => part.lang || part.textContent))"
        )
        assert {title for title, _, text in shown if text == "zh-Hans"} == {"Model 11", "Model 23", "Model 35"}


def test_what_leads_nowhere_is_seen_in_forced_colours(browser: Browser, address: str) -> None:
    """As are the chosen values."""
    with opened(browser, f"{address}en/?task=nlp&device=cpu", forced_colors="active", reduced_motion="reduce") as page:
        settled(page)
        colour = "each => getComputedStyle(each).color"
        off = page.locator(".filters [aria-disabled]").first.evaluate(colour)
        on = page.locator(".filters a[href]:not([aria-current])").first.evaluate(colour)
        assert off != on
        back = "each => getComputedStyle(each).backgroundColor"
        assert page.locator(".chips a").first.evaluate(back) != page.locator("body").evaluate(back)


def test_counts_are_those_of_the_pages(browser: Browser, address: str) -> None:
    """Another value takes the place of the chosen one where a model has one; where it may have several it is added."""
    with opened(browser, f"{address}en/?task=detection") as page:
        counts = counted(settled(page))
        told = {"task=detection": 12, "task=classification": 11, "task=nlp": 11, "tag=vision": 6, "tag=gan": 2}
        assert told.items() <= counts.items()
        assert counts["license=mit"] == 0
    with opened(browser, f"{address}en/?tag=vision&tag=gan") as page:
        counts = counted(settled(page))
        assert (counts["tag=vision"], counts["task=classification"], counts["task=detection"]) == (3, 0, 1)
