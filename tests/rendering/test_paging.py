"""Lists of many models, in pages: numbers, links, languages, and how large each is."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin

import pytest

from generator.model.addresses import card_file, model_json
from generator.rendering.facets import MOST_OFFERED
from generator.rendering.lists import render_list
from generator.rendering.paging import MOST_BYTES, MOST_ROWS, cuts_of, pager_of
from tests.rendering.many import BASE, HUB, TEMPLATES, a_record, files_of, html_of, list_pages, many
from tests.rendering.sites import Elements
from tests.rendering.test_for_programs import MAP, XHTML
from tests.rendering.test_heads import languages, links

RECORDS = [
    *many(248),
    *(a_record(f"org_vision_n{index:05}", tags=["gan"], zh_CN="failed") for index in range(2)),
    *(a_record(f"org_vision_o{index:05}", tags=["gan"], en_US="failed") for index in range(120)),
]
FILES = files_of(RECORDS)
PAGES = html_of(FILES)
LISTS = [
    ("zh/", "zh/models/", 370),
    ("en/", "en/models/", 370),
    ("en/tags/gan/", "en/tags/gan/", 122),
    ("zh/tags/vision/", "zh/tags/vision/", 248),
    ("zh/tasks/vision/", "zh/tasks/vision/", 370),
    ("zh/states/never/", "zh/states/never/", 368),
    ("zh/states/failed/", "zh/states/failed/", 2),
    ("en/states/failed/", "en/states/failed/", 120),
    ("en/status/", "en/status/", 370),
]


def place(page: str, below: str, number: int) -> str:
    """The file of a page of a list."""
    return f"{page}index.html" if number == 1 else f"{below}page/{number}/index.html"


def listed(html: str) -> list[str]:
    """The ids of the cards that rows lead to, in order."""
    return re.findall(r'<(?:h3|th scope="row")><a href="[^"]*/models/([^/"]+)/"', html)


def pager(html: str) -> list[tuple[str, str | None]]:
    """Where the links between pages lead, with their relation."""
    nav = re.search(r'<nav class="pager".*?</nav>', html, re.S)
    if nav is None:
        return []
    return [(str(a["href"]), a.get("rel")) for tag, a in Elements(nav[0]).tags if tag == "a"]


def address(path: str) -> str:
    """Of a file of the site."""
    return BASE + path.removesuffix("index.html")


@pytest.mark.parametrize(("page", "below", "total"), LISTS)
def test_every_model_stands_once_in_a_list_of_pages(page: str, below: str, total: int) -> None:
    """In the order of titles, at most a hundred on a page; the pages link to each other, in their heads too.

    On the status page those that fail, whose names begin with o, stand above all others.
    """
    last = -(-total // MOST_ROWS)
    found: list[str] = []
    for number in range(1, last + 1):
        path = place(page, below, number)
        html = PAGES[path]
        rows = listed(html)
        assert 0 < len(rows) <= MOST_ROWS
        found += rows
        around = {
            rel: address(place(page, below, near))
            for rel, near in (("prev", number - 1), ("next", number + 1))
            if 1 <= near <= last
        }
        heads = {rel: urljoin(address(path), str(link["href"])) for rel in around for link in links(html, rel)}
        anchors = {rel: urljoin(address(path), href) for href, rel in pager(html) if rel}
        assert heads == anchors == around
        assert [link["href"] for link in links(html, "canonical")] == [address(path)]
        for href, _ in pager(html):
            assert urljoin(address(path), href).removeprefix(BASE) + "index.html" in PAGES
    assert found == sorted(found, key=lambda name: ("status" in page and "_o" not in name, name))
    assert len(set(found)) == total
    assert place(page, below, last + 1) not in PAGES


def test_page_says_which_models_it_has_of_how_many() -> None:
    """And what page it is, in its title; a list of one page says neither."""
    second = Elements(PAGES["en/models/page/2/index.html"]).text
    assert "370 models, 101–200" in second
    assert "<title>Models · Page 2 · Model Hub</title>" in PAGES["en/models/page/2/index.html"]
    assert "共122个模型，第101–122个" in Elements(PAGES["zh/tags/gan/page/2/index.html"]).text
    assert "370 models, 301–370" in Elements(PAGES["en/status/page/4/index.html"]).text
    only = PAGES["zh/states/failed/index.html"]
    assert "2个模型" in Elements(only).text
    assert pager(only) == []
    titles = [PAGES[place("en/", "en/models/", number)].split("title>")[1] for number in range(1, 5)]
    assert len(set(titles)) == len(titles)
    (last,) = [page for page in list_pages(many(12_345)) if page.path == "en/models/page/124/index.html"]
    assert "12,345 models, 12,301–12,345" in render_list(last, HUB, TEMPLATES).data.decode()


def test_pager_names_the_ends_and_what_is_near() -> None:
    """The page that one is on says so, gaps are read by nobody, and every page is in reach of the next."""
    html = PAGES["en/models/page/2/index.html"]
    nav = Elements(re.findall(r'<nav class="pager".*?</nav>', html, re.S)[0])
    assert nav.attributes("nav", "aria-label") == ["Pages"]
    (current,) = [a for tag, a in nav.tags if tag == "a" and "aria-current" in a]
    assert (current["aria-current"], current["aria-label"]) == ("page", "Page 2")
    cuts = [(index, index + 1) for index in range(50)]
    steps = {number: (pager_of("", number, cuts) or {})["steps"] for number in (1, 3, 4, 5, 50)}
    assert steps == {
        1: (1, 2, 0, 50),
        3: (1, 2, 3, 4, 0, 50),
        4: (1, 2, 3, 4, 5, 0, 50),
        5: (1, 0, 4, 5, 6, 0, 50),
        50: (1, 0, 49, 50),
    }


@pytest.mark.parametrize("path", sorted(PAGES))
def test_languages_of_a_page_of_a_list_name_each_other(path: str) -> None:
    """Only where both have it; the switch leads somewhere in any case."""
    named = languages(PAGES[path])
    for url in named.values():
        assert languages(PAGES[str(url).removeprefix(BASE) + "index.html"]) == named
    switch = re.findall(r'<a href="([^"]+)" lang="[^"]+" hreflang', PAGES[path])
    assert len(switch) >= len(HUB.languages)
    for href in switch:
        assert urljoin(address(path), href).removeprefix(BASE) + "index.html" in PAGES


def test_page_that_another_language_lacks_is_no_alternate_of_its_last_one() -> None:
    """Other models fail there: the switch leads to the last page that there is, which shows something else."""
    html = PAGES["en/states/failed/page/2/index.html"]
    assert set(languages(html)) == {"en", "x-default"}
    assert 'href="../../../../../zh/states/failed/" lang="zh-Hans"' in html
    assert set(languages(PAGES["en/models/page/4/index.html"])) == {"zh-Hans", "en", "x-default"}


def test_sitemap_has_every_page_of_every_list() -> None:
    """With the languages that its head names."""
    urls = {str(url.findtext(f"{MAP}loc")): url for url in ET.fromstring(FILES["sitemap.xml"])}
    for path, html in PAGES.items():
        if path.endswith("index.html"):
            assert {
                link.get("hreflang"): link.get("href") for link in urls[address(path)].iter(f"{XHTML}link")
            } == languages(html)


def test_no_card_is_in_the_way_of_a_page_of_the_index() -> None:
    """Not even one called `page`, or 2: its files and the pages beside it have paths of their own."""
    records = [*many(101), a_record("page"), a_record("2"), a_record("1")]
    own = {path for record in records for path in (card_file(HUB.languages[0], record.id), model_json(record.id))}
    paths = set(files_of(records))
    assert {"zh/models/page/2/index.html", "api/v1/models/page/2.json"} <= paths
    assert {"zh/models/page/index.html", "api/v1/models/page.json"} <= own
    assert not own & paths
    folders = {path.rsplit("/", depth)[0] for path in own | paths for depth in range(1, path.count("/") + 1)}
    assert not folders & (own | paths)


def test_pages_are_bounded_in_bytes() -> None:
    """Long summaries make more pages, the same ones each time; a list of many tags leaves less room for rows."""
    tags = {f"t{number:04}": {"zh_CN": f"标签{number}" * 4, "en_US": f"Tag {number}"} for number in range(120)}
    hub = replace(HUB, tags={**HUB.tags, **tags})
    records = [
        replace(a_record(f"org_vision_m{index:05}", summary="长" * (index * 37 % 3000)), tags=(f"t{index % 120:04}",))
        for index in range(300)
    ]
    files = files_of(records, hub)
    sizes = {path: len(data) for path, data in files.items() if path.endswith(".html")}
    assert max(sizes.values()) <= MOST_BYTES
    assert sorted(sizes.values())[-3] > 0.9 * MOST_BYTES
    found = [name for number in range(1, 99) for name in listed(_page(files, number))]
    assert found == [record.id for record in records]
    assert [(page.path, page.rows) for page in list_pages(records, hub)] == [
        (page.path, page.rows) for page in list_pages(records[::-1], hub)
    ]
    (nav,) = re.findall('<nav class="filters".*?</nav>', files["zh/tags/t0119/index.html"].decode(), re.S)
    assert nav.count("/zh/tags/") == MOST_OFFERED + 1
    assert re.search(r'zh/tags/t0119/" data-filter="tag=t0119" data-left="2" aria-current="page"', nav)


def _page(files: Mapping[str, bytes], number: int) -> str:
    return files.get(place("zh/", "zh/models/", number), b"").decode()


def test_row_that_is_too_long_has_a_page_to_itself() -> None:
    """It is lost on none."""
    assert cuts_of([5, 50, 5, 5], 10) == [(0, 1), (1, 2), (2, 4)]
    assert cuts_of([], 10) == [(0, 0)]
    assert cuts_of([1] * 250, 10**6) == [(0, 100), (100, 200), (200, 250)]


def test_lists_of_a_small_hub_have_no_second_page() -> None:
    """Nor anything of one: no pager, no file to filter by."""
    for page in list_pages(many(100)):
        assert "/page/" not in page.path
        assert not page.path.startswith("assets/")
        assert not page.context.get("pager")
