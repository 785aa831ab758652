"""The search index: what is in it, the same bytes for the same pages, and a site without one."""

import gzip
import json
import os
from pathlib import Path

import pytest

from generator.config import Config
from generator.keeping import keep, recall
from generator.model.site import SearchDocument
from generator.rendering.cards import show
from generator.rendering.search import search_documents
from generator.searching.answers import cards_of
from generator.searching.canonical import canonical
from generator.searching.documents import SearchError
from tests.kernels import hubpages
from tests.pages import a_page, read, write
from tests.rendering.sites import indexed


def documents(*texts: str) -> list[SearchDocument]:
    """What search finds of these pages."""
    pages = [read(text, f"megengine_vision_m{number}.md") for number, text in enumerate(texts)]
    return list(search_documents([show(page, {}) for page in pages], Config().hub))


def a_few() -> list[SearchDocument]:
    """Documents with several values of each filter, which is what Pagefind shuffles."""
    tags = ["vision", "detection", "classification", "gan", "nlp", "keypoints", "segmentation", "generative"]
    return documents(*(a_page(title=tag, tags=[tag], zh=f"正文{tag}", en=f"Text of {tag}") for tag in tags))


def test_index_of_the_same_pages_is_the_same_bytes() -> None:
    """In whatever order they come: a site that is built twice is published once."""
    once = indexed(a_few())
    assert indexed(list(reversed(a_few()))) == once
    assert indexed(a_few()[:-1]) != once
    names = [file.path for file in once]
    assert "pagefind/pagefind-entry.json" in names
    assert not any("-ui." in name for name in names)


def test_answers_are_known_by_their_cards() -> None:
    """Every answer of a language, so that it is counted without asking for its text."""
    files = {file.path.removeprefix("pagefind/"): file.data for file in indexed(a_few())}
    for language, prefix in (("zh", "zh-hans"), ("en", "en")):
        cards = json.loads(files[f"cards-{language}.json"])
        assert sorted(cards.values()) == [f"megengine_vision_m{number}" for number in range(8)]
        assert {f"fragment/{answer}.pf_fragment" for answer in cards} == {
            name for name in files if name.startswith(f"fragment/{prefix}_")
        }
    assert (
        cards_of({"fragment/en_1.pf_fragment": b"of another make", "fragment/en_2.pf_fragment": gzip.compress(b"?")})
        == {}
    )


def test_index_of_another_make_stays_as_it_is() -> None:
    """A later Pagefind may lay its files out in another way, and search goes on."""
    files = {
        "pagefind-entry.json": b"of another make",
        "pagefind.en_1.pf_meta": gzip.compress(b"?"),
    }
    assert canonical(files) == files


def test_index_is_kept_until_something_changes(tmp_path: Path) -> None:
    """An index of a thousand pages takes seconds, and most builds change none."""
    once = indexed(a_few(), tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    (files,) = recall(kept, [dict[str, bytes]]) or ()
    keep([files | {"pagefind.js": b"kept"}], kept)
    again = {file.path: file.data for file in indexed(a_few(), tmp_path / "cache")}
    assert again["pagefind/pagefind.js"] == b"kept"
    assert again.keys() == {file.path for file in once}
    indexed(a_few()[1:], tmp_path / "cache")
    assert kept not in list((tmp_path / "cache").iterdir())


def test_card_in_a_fallback_language_is_found_where_it_is_listed() -> None:
    """By the text that its readers are shown there, in the language that has that."""
    found = {document.path: document.html for document in documents(a_page(zh="小袋鼠", en=None))}
    assert set(found) == {f"{path}/models/megengine_vision_m0/index.html" for path in ("zh", "en")}
    for path, lang in (("zh", "zh-Hans"), ("en", "en")):
        html = found[f"{path}/models/megengine_vision_m0/index.html"]
        assert "小袋鼠" in html
        assert f'<html lang="{lang}">' in html


def test_only_what_is_worth_finding_is_indexed() -> None:
    """The page's text, and neither words of the interface nor the code between it."""
    (_, english) = documents(a_page("import numpy", en="### Results\n\nOn **COCO** it is good."))
    assert "On COCO it is good." in english.html
    assert '<h2 id="results">Results</h2>' in english.html
    for word in ("numpy", "Copy", "Skip to content", "megengine/models"):
        assert word not in english.html


def test_site_without_search_has_neither_box_nor_index(tmp_path: Path) -> None:
    """By the command line, and by hub.toml."""
    write(tmp_path, a=a_page())
    for arguments, settings in ((["--no-search"], ""), ([], "search = false\n"), ([], "")):
        (tmp_path / "hub.toml").write_text(settings, encoding="utf-8")
        called = hubpages("-C", tmp_path, "build", *arguments)
        assert called.status == 0, called.err
        has_search = not arguments and not settings
        assert (tmp_path / "site/pagefind/pagefind.js").exists() == has_search
        assert ("search-query" in (tmp_path / "site/en/index.html").read_text(encoding="utf-8")) == has_search


def test_any_page_may_have_the_box(tmp_path: Path) -> None:
    """A hub's own template has room for it where ours has none."""
    write(tmp_path, a=a_page(template="poster"))
    (tmp_path / "templates" / "poster").mkdir(parents=True)
    box = '{% include "search.html" %}'
    (tmp_path / "templates" / "poster" / "card.html").write_text(box, encoding="utf-8")
    (tmp_path / "templates" / "404.html").write_text(box, encoding="utf-8")
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 0, called.err
    for name in ("404.html", "en/models/a/index.html"):
        assert "search-query" in (tmp_path / "site" / name).read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_site_is_built_where_pagefind_does_not_run(tmp_path: Path) -> None:
    """One plain line says why there is no search; only --strict makes it a failure."""
    write(tmp_path, a=a_page())
    program = tmp_path / "pagefind"
    program.write_text("#!/bin/sh\necho 'no such processor' >&2\nexit 4\n", encoding="utf-8")
    program.chmod(0o755)
    for path, reason in ((program, "status 4: no such processor"), (tmp_path / "missing", "does not run here")):
        called = hubpages("-C", tmp_path, "build", PAGEFIND_BINARY_PATH=str(path))
        assert called.status == 0
        assert f"the site has no search: Pagefind {'ended with ' if 'status' in reason else ''}{reason}" in called.err
        assert "search-query" not in (tmp_path / "site/en/index.html").read_text(encoding="utf-8")
        assert hubpages("-C", tmp_path, "build", "--strict", PAGEFIND_BINARY_PATH=str(path)).status == 1


def test_error_of_the_index_is_an_exception_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So that the caller can go on without it."""
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(tmp_path / "missing"))
    with pytest.raises(SearchError, match="does not run here"):
        indexed(a_few())
