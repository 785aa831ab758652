"""Whatever the site says of a run stands beside the page, the language, the code and the entry that it is of."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from generator.config import Config
from tests.rendering.provenance import (
    ENTRIES,
    EVERY,
    EXISTS,
    FAILED,
    LANGUAGES,
    MISSING,
    NOTHING,
    Marked,
    Place,
    checks,
    pages,
    pieces,
    runs,
)
from tests.rendering.sites import Elements, indexed, site_files

HUB = replace(Config().hub, base_url="https://hub.example.org/", repository="https://github.com/o/hub")
STALE = "org_nlp_d"
"""Has no run of the code as it is."""


@pytest.fixture(scope="module")
def marked() -> list[Marked]:
    """Every run."""
    return runs()


@pytest.fixture(scope="module")
def site(marked: list[Marked]) -> Mapping[str, str]:
    """All files of the site, the latest evidence first."""
    evidence = {
        page.id: sorted((one.run for one in marked if one.run.page == page.id), key=lambda run: run.started)[::-1]
        for page in pages()
    }
    files = site_files(*pages(), evidence=evidence, checks=checks(), hub=HUB, index=indexed)
    return {file.path: file.data.decode("utf-8", "replace") for file in files}


def values_of(one: Marked) -> tuple[str, ...]:
    """What may stand nowhere else; of the page whose code has changed the day on which it was run is told."""
    return tuple(value for value in one.values if one.of.page != STALE or value != one.run.started[:10])


def test_nothing_is_said_beside_anything_else(site: Mapping[str, str], marked: list[Marked]) -> None:
    """Not in any file, by its text or its attributes; a picture is where a card shows it, by its name."""
    wrong = [
        (path, value, one.of, piece.at)
        for path, text in site.items()
        if not path.startswith("pagefind/")
        for piece in pieces(path, text)
        for one in marked
        for value in values_of(one)
        if value in piece.text and not (one.is_shown and (one.of.may_stand(piece.at) or path.startswith("assets/")))
    ]
    assert wrong == []
    assert not [path for path in site if any(one.values[0] in path for one in marked)]


def test_everything_is_said_where_it_belongs(site: Mapping[str, str], marked: list[Marked]) -> None:
    """Or there would be nothing to be in a wrong place."""
    shown = [one for one in marked if one.is_shown]
    assert {one.of.entry for one in shown} == {"", *ENTRIES[:3]}
    for one in shown:
        run, card = one.run, f"models/{one.of.page}/index.html"
        said = [run.started[:10], f"{run.seconds:.1f} s", f"{run.snippets[0].seconds:.1f} s", run.script]
        said += [value for value in one.values if value.endswith(" MiB") and (run.facts or not value.startswith("2"))]
        said += [f"{run.facts.parameters:,}"] if run.facts and run.facts.parameters else []
        said += ["reason", "failed"] if run.verdict == "failed" else ["said 1"]
        for path in (f"{path}/{card}" for path, code in LANGUAGES.items() if code in run.languages):
            found = [piece.text for piece in pieces(path, site[path]) if piece.at.entry == one.of.entry]
            assert [value for value in said if not any(value in text for text in found)] == [], one.of


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Code runs", "Fails", "Exists, not run", "Lookup failed", "Not run")),
        ("zh", ("代码可运行", "运行失败", "存在，未运行", "查询未通过", "未运行")),
    ],
)
def test_state_of_each_entry_is_its_own(site: Mapping[str, str], language: str, words: tuple[str, ...]) -> None:
    """Above the code and in the table of all entries."""
    runs_, fails, exists, missing, never = words
    expected = dict(zip(ENTRIES, (runs_, runs_, fails, exists, missing, never), strict=True))
    card = site[f"{language}/models/org_vision_a/index.html"]
    for number, name in enumerate(ENTRIES):
        block = re.split(rf'<div class="verification \w+" data-entry="{number}"', card)[1].split("</ul>")[0]
        assert name in block and f">{expected[name]}<" in block
        row = next(row for row in card.split("<tr>") if f"?entry={name}#" in row and "<code>" in row)
        assert f">{expected[name]}<" in row


def test_entries_that_were_not_run_have_no_figures(site: Mapping[str, str]) -> None:
    """Nor outputs or notebooks of their own."""
    card = site["en/models/org_vision_a/index.html"]
    for name in (EXISTS, MISSING, NOTHING):
        row = next(row for row in card.split("<tr>") if f"?entry={name}#" in row and "<code>" in row).split("</tr>")[0]
        assert row.count('<td class="numeric"></td>') == 4
    of_card = [path for path in site if path.startswith("en/models/org_vision_a/")]
    assert {path.rsplit("/", 1)[1] for path in of_card if path.endswith(".ipynb")} == {
        "org_vision_a.ipynb",
        "org_vision_a.m_ran.ipynb",
        f"org_vision_a.{FAILED}.ipynb",
    }


def test_without_script_there_is_the_page_as_it_is_written(site: Mapping[str, str]) -> None:
    """All that is of another entry is hidden, and nothing that is of the page's own."""
    elements = Elements(site["en/models/org_vision_a/index.html"])
    of = [(str(given["data-entry"]).split(), "hidden" in given) for _, given in elements.tags if "data-entry" in given]
    assert all(("0" in numbers) is not is_hidden for numbers, is_hidden in of)
    assert len(of) > 12


def test_row_of_a_table_that_names_an_entry_leads_to_it(site: Mapping[str, str]) -> None:
    """By a link that is one without script too."""
    assert '<td><a href="?entry=m_ran#Sample">m_ran</a></td>' in site["en/models/org_vision_a/index.html"]
    assert "?entry=" not in site["en/models/org_vision_c/index.html"]


def test_what_is_found_out_here_would_be_seen() -> None:
    """A value that stands in a wrong place is told from one in its own, whatever kind of file it is in."""
    own = Place("org_vision_a", "en_US", "m_ran")
    html = '<p>x</p><div data-entry="1">x</div><table><tr><td><a href="?entry=m_ran">y</a><td>x</tr></table>'
    at = [piece.at.entry for piece in pieces("en/models/org_vision_a/index.html", html) if piece.text == "x"]
    assert at == [EVERY, "m_ran", "m_ran"]
    row = '<li><a href="../en/models/org_vision_b/">b</a> x</li>'
    (place,) = [piece.at for piece in pieces("en/index.html", row) if piece.text == " x"]
    assert place == Place("org_vision_b", "en_US")
    (place,) = [piece.at for piece in pieces("en/models/org_vision_a/index.html", row) if piece.text == " x"]
    assert place == Place("org_vision_b", "en_US")
    assert not own.may_stand(place) and not own.may_stand(replace(own, entry=EVERY))
    assert not own.may_stand(replace(own, language="zh_CN")) and own.may_stand(own)
    data = '{"models": [{"id": "org_vision_a", "languages": {"en_US": {"entries": [{"entry": "m_ran", "n": "x"}]}}}]}'
    (place,) = [piece.at for piece in pieces("api/v1/status.json", data) if piece.text == "x"]
    assert place == own
