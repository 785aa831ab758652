"""How soon the search box answers a key, in Chromium, on a hub of many models: `python -m benchmarks.search_time`.

The models are the hub's own again and again, each with a title and a summary of its own.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page as BrowserPage

from generator.config import Config
from generator.model.site import SiteContext
from generator.publishing import publish
from generator.reading.hub import read_hub
from generator.rendering.cards import ShownPage, show
from generator.rendering.environment import load_templates
from generator.rendering.lists import lists, render_list
from generator.rendering.records import record_of
from generator.rendering.search import search_documents
from generator.rendering.template_folders import template_folders
from generator.searching.pagefind_index import index_documents
from tests.browser.chromium import chromium, served

ROOT = Path(__file__).parents[1]
QUERIES = {
    "zh": ["目标检测", "轻量级", "图像分类", "关键点", "预训练模型", "resnet 分类", "生成"],
    "en": ["detection", "object detection", "resnet50", "image to text", "model 77", "quantized"],
}
_WATCH = """() => {
  const input = document.querySelector("[data-search] input");
  const count = document.querySelector(".search-count");
  const list = document.querySelector(".search-results");
  const loading = document.querySelector("[data-search]").dataset.loading;
  input.addEventListener("input", () => { window.took = { since: performance.now() }; }, { capture: true });
  const note = (name) => requestAnimationFrame(() => { window.took[name] ||= performance.now() - window.took.since; });
  new MutationObserver(() => {
    if (count.textContent && count.textContent !== loading) note("first");
  }).observe(count, { childList: true });
  new MutationObserver(() => {
    if (list.ariaBusy === "false") note("whole");
  }).observe(list, { attributes: true });
}"""
_TOOK = """() => new Promise((done) => {
  const look = () => (window.took.first && window.took.whole ? done([took.first, took.whole]) : setTimeout(look, 10));
  look();
})"""


def main() -> None:
    """Print the median and the worst of all keys, by language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1000, help="how many models the hub has (default: %(default)s)")
    number = parser.parse_args().models
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        began = time.perf_counter()
        _publish(number, site)
        print(f"a hub of {number:,} models: made in {time.perf_counter() - began:.0f} s")
        with served(site) as address, chromium() as browser:
            for language, queries in QUERIES.items():
                page = browser.new_page()
                page.goto(f"{address}{language}/")
                page.evaluate(_WATCH)
                times = [took for query in queries for took in _typed(page, query)]
                page.close()
                for what, of in zip(("first results", "all results"), zip(*times, strict=True), strict=True):
                    print(
                        f"{language}: from a key to {what} {statistics.median(of):.0f} ms (median), {max(of):.0f} ms "
                        f"(worst of {len(of)} keys; the very first, with everything to load: {of[0]:.0f} ms)"
                    )


def _typed(page: BrowserPage, query: str) -> Iterator[tuple[float, float]]:
    """Milliseconds from each key of a query to what it finds first, and to all."""
    box = page.get_by_role("searchbox")
    box.fill("")
    page.wait_for_timeout(300)
    for key in query:
        page.keyboard.insert_text(key)
        first, whole = page.evaluate(_TOOK)
        yield float(first), float(whole)


def _publish(number: int, site: Path) -> None:
    """Indexes, lists and search of such a hub: cards are not looked at."""
    hub = Config().hub
    templates = load_templates(template_folders(ROOT))
    pages = list(_pages(number))
    records = [record_of(page, hub, templates, 0, None) for page in pages]
    found = index_documents(list(search_documents(pages, hub)))
    made = lists(records, hub, templates, SiteContext(has_search=True))
    publish([*templates.static, *found, *(render_list(page, hub, templates) for page in made)], site)


def _pages(number: int) -> Iterator[ShownPage]:
    read, _ = read_hub([ROOT / "hub_pages"], Config().languages)
    own = [show(page, {}) for page in read]
    for index in range(number):
        shown = own[index % len(own)]
        head = shown.page.front_matter
        summary = {code: f"{text} {index}" for code, text in head.summary.items()}
        named = replace(head, title=f"{head.title} {index}", summary=summary)
        yield replace(shown, page=replace(shown.page, id=f"{shown.page.id}_{index}", front_matter=named))


if __name__ == "__main__":
    main()
