"""The pages that benchmarks are made of."""

from pathlib import Path

import pytest

from benchmarks.corpus import SEEDS, CorpusPage, corpus
from benchmarks.peers.own import plant_hub
from tests.kernels import hubpages

SIZE = 40


@pytest.fixture(scope="module")
def pages() -> list[CorpusPage]:
    """A small corpus."""
    return list(corpus(SIZE))


def test_the_same_number_is_the_same_pages(pages: list[CorpusPage]) -> None:
    """And a larger corpus begins with the pages of a smaller one."""
    assert list(corpus(SIZE)) == pages
    assert list(corpus(SIZE + 7))[:SIZE] == pages


def test_no_two_pages_share_title_code_or_table(pages: list[CorpusPage]) -> None:
    """Nothing that remembers by content may meet the same twice."""
    for parts in (
        [page.title for page in pages],
        [page.id for page in pages],
        [fence for page in pages for fence in page.text.split("```python")[1:3]],
        [_rows(page) for page in pages],
        *([page.bodies[language] for page in pages] for language in ("zh", "en")),
    ):
        assert len(set(parts)) == len(parts)


def _rows(page: CorpusPage) -> str:
    return "".join(line for line in page.bodies["en"].splitlines() if line.startswith("|"))


def test_nothing_of_a_seed_is_left_to_fill_in(pages: list[CorpusPage]) -> None:
    """Every seed is used, and every place of it is filled."""
    assert len(list(SEEDS.glob("*.md"))) == len({page.title.split()[0] for page in pages}) == 2
    assert not any("$" in page.text for page in pages)


def test_a_language_has_its_own_words_and_the_sample(pages: list[CorpusPage]) -> None:
    """A peer's file is what a reader of one language is shown."""
    for page in pages:
        assert "### 参考文献" in page.bodies["zh"] and "### References" not in page.bodies["zh"]
        assert "### References" in page.bodies["en"] and "### 参考文献" not in page.bodies["en"]
        assert all(body.startswith("```python\nfrom megengine import hub\n") for body in page.bodies.values())
        assert all("section:" not in body for body in page.bodies.values())


def test_check_finds_nothing_wrong(pages: list[CorpusPage], tmp_path: Path) -> None:
    """A page with an error would be left out of the site, and its build would be cheap."""
    plant_hub(tmp_path, pages, search=False)
    checked = hubpages("-C", tmp_path, "check", "--format", "json")
    assert (checked.status, checked.json) == (0, [])
