"""What the site tells of runs but the latest: strips, rows, what changed, feeds and badges."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

import pytest

from generator.config import Config
from generator.evidence.history import past_run
from generator.evidence.turns import differs_in, turns
from generator.model.history import History, PastRun
from generator.model.page import Page
from generator.model.run import ScriptRun, SnippetError
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import a_site

ARCHIVE = "https://github.com/tiny/models/archive/master.zip"
OLD, NEW = "a" * 40, "b" * 40
HUB = replace(Config().hub, base_url="https://hub.example.org/")
ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = read(a_page("print(1)", title="Tiny <net>"))
ERROR = SnippetError("TypeError", "no such thing", {"zh_CN": 13, "en_US": 13})


def a_night(number: int, *, failed: bool = False, commit: str = OLD, page: Page = PAGE) -> ScriptRun:
    """The run of a night, from 1."""
    run = a_run(page, error=ERROR if failed else None, started=f"2026-01-{number:02}T02:00:00+00:00")
    seen = replace(run, repositories={ARCHIVE: commit}, seconds=10.0 + number)
    return replace(seen, cause="upstream") if failed else seen


def remembered(runs: Sequence[PastRun]) -> History:
    """A history as the build makes it."""
    return History(tuple(runs), {code: turns(runs, code, differs_in(())) for code in ("zh_CN", "en_US")})


def site_of(runs: Sequence[ScriptRun], *, past: Sequence[PastRun] = ()) -> dict[str, str]:
    """The site of one page, the last of whose runs is there whole."""
    history = remembered([*past, *map(past_run, runs)])
    return a_site(PAGE, evidence={"tiny": [runs[-1]]}, histories={"tiny": history}, hub=HUB)


NIGHTS = [a_night(1), a_night(2), a_night(3, failed=True, commit=NEW), a_night(4, commit=NEW)]
"""A commit that breaks it, and a night on which it runs again."""


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """The site after these nights."""
    return site_of(NIGHTS)


def test_status_page_shows_the_last_runs_as_a_strip(site: dict[str, str]) -> None:
    """A picture with words, cells of other heights for what failed, medians of what passed, and what changed."""
    page = site["en/status/index.html"]
    (label,) = re.findall(r'<svg class="strip" role="img" aria-label="([^"]+)"', page)
    assert label == "Last 4 runs, oldest first: Code runs 3×, Fails 1×"
    strip = page.partition('<svg class="strip"')[2].partition("</svg>")[0]
    drawn = dict(re.findall(r'<path class="(\w+)" d="([^"]+)"', strip))
    assert {name: path.count("M") for name, path in drawn.items()} == {"passed": 3, "failed": 1}
    assert drawn["failed"].startswith("M14 ")
    assert len({re.search(r"v(\d+)", path)[1] for path in drawn.values()}) == 2  # type: ignore[index]
    text = re.sub(r"<[^>]+>", "", page)
    assert "median 12.0 s" in text
    assert "2026-01-04 Runs again" in text
    assert "2026-01-03 No longer runs" in text
    assert f"https://github.com/tiny/models/compare/{OLD}...{NEW}" in page
    assert "First run on record" not in text


def test_strip_is_of_thirty_runs_at_most() -> None:
    """The last ones; medians are of these."""
    days = [f"2025-{1 + number // 28:02}-{1 + number % 28:02}" for number in range(50)]
    runs = [replace(past_run(a_night(1)), started=day) for day in days]
    page = site_of([a_night(1)], past=runs)["en/status/index.html"]
    assert "Last 30 runs, oldest first: Code runs 30×" in page


def test_card_lists_its_runs(site: dict[str, str]) -> None:
    """Each as a cell that says its day, and in rows of what is the same, the latest first."""
    card = site["en/models/tiny/index.html"]
    cells = re.findall(r'<li class="(\w+)" title="([^"]+)"', card)
    assert [(look, told[:10]) for look, told in cells] == [
        ("passed", "2026-01-01"),
        ("passed", "2026-01-02"),
        ("failed", "2026-01-03"),
        ("passed", "2026-01-04"),
    ]
    rows = re.findall(r"<tr>\n<td>(.*?)</tr>", card.partition('class="cells"')[2], re.S)
    told = [unescape(" ".join(re.sub(r"<[^>]+>", " ", row).split())) for row in rows]
    assert told == [
        "2026-01-04 1 Code runs 14.0 s",
        f"2026-01-03 1 Fails The model repository's own code fails. 13.0 s tiny/models {OLD[:12]}..{NEW[:12]}",
        "2026-01-01 – 2026-01-02 2 Code runs 11.5 s",
    ]


def test_runs_of_other_code_are_told_as_such() -> None:
    """On the card and in the strip; and a page that nobody ran since shows them below its state, and no result."""
    earlier = past_run(replace(a_night(1, failed=True), script="0" * 64))
    site = site_of([a_night(2)], past=[earlier])
    assert 'class="failed other"' in site["en/models/tiny/index.html"]
    assert "not the code that the page has now" in site["en/models/tiny/index.html"]
    assert '<path class="failed other"' in site["en/status/index.html"]
    stale = replace(a_night(2), script="1" * 64)
    card = site_of([stale])["en/models/tiny/index.html"]
    assert 'class="passed other"' in card
    assert card.count("not the code that the page has now") == 1
    assert '<dl class="record"' not in card


def test_only_run_of_a_page_is_listed_once() -> None:
    """Its record says all of it."""
    assert 'class="runs"' not in site_of([a_night(1)])["en/models/tiny/index.html"]


def test_what_changed_is_a_page_and_a_feed(site: dict[str, str]) -> None:
    """The latest first, in each language; text of a page stays text."""
    page = site["en/status/changes/index.html"]
    found = re.findall(r'<li id="([^"]+)">.*?</li>', page, re.S)
    told = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<li id=.*?</li>", page, re.S)]
    assert [unescape(one) for one in told] == [
        "2026-01-04 Tiny <net> Runs again CPU · published weights",
        "2026-01-03 Tiny <net> No longer runs The model repository's own code fails. · CPU · published weights · "
        f"tiny/models {OLD[:12]}..{NEW[:12]}",
        "2026-01-01 Tiny <net> First run on record: Code runs CPU · published weights",
    ]
    feed = ET.fromstring(site["en/status/changes/feed.xml"])
    entries = feed.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}title") for one in entries] == [
        "Tiny <net>: Runs again",
        "Tiny <net>: No longer runs",
        "Tiny <net>: First run on record: Code runs",
    ]
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert ids == [f"https://hub.example.org/en/status/changes/#{one}" for one in found]
    assert feed.findtext(f"{ATOM}updated") == "2026-01-04T02:00:00Z"
    assert "恢复运行" in site["zh/status/changes/feed.xml"]
    assert "https://hub.example.org/en/status/changes/" in site["sitemap.xml"]


def test_entries_of_a_feed_keep_their_ids() -> None:
    """Whoever read of a night is not told of it again the next."""
    before = re.findall(r"<id>([^<]+)</id>", site_of(NIGHTS[:3])["en/status/changes/feed.xml"])
    after = re.findall(r"<id>([^<]+)</id>", site_of(NIGHTS)["en/status/changes/feed.xml"])
    assert set(before) < set(after)


def test_time_that_is_none_ends_no_build() -> None:
    """As in a file of evidence that somebody has written by hand."""
    odd = replace(past_run(a_night(1)), started="yesterday <b>")
    site = site_of([a_night(2)], past=[odd])
    assert "1970-01-01T00:00:00Z" in site["en/status/changes/feed.xml"]
    assert "<b>" not in site["en/status/changes/index.html"]


@pytest.mark.parametrize(
    ("run", "told", "colour"),
    [
        (a_night(1), "runs · 2026-01-01", "2e7d32"),
        (a_night(1, failed=True), "Fails · 2026-01-01", "c62828"),
        (replace(a_night(1), weights="standin"), "runs, random weights · 2026-01-01", "2e7d32"),
        (replace(a_night(1), script="0" * 64), "Changed since it ran", "5f6368"),
        (None, "Not run yet", "5f6368"),
    ],
)
def test_badge_says_the_state_and_the_day(run: ScriptRun | None, told: str, colour: str) -> None:
    """As a picture with a name, and as shields.io takes it; of other code than the page has there is no day."""
    site = a_site(PAGE, evidence={"tiny": [run]} if run else {}, hub=HUB)
    data = json.loads(site["badges/tiny.json"])
    assert data == {"schemaVersion": 1, "label": "code", "message": told, "color": colour}
    svg = ET.fromstring(site["badges/tiny.svg"])
    assert svg.get("aria-label") == f"code: {told}"
    assert svg.get("role") == "img"
    assert f"#{colour}" in site["badges/tiny.svg"]
    assert 'href="../../../badges/tiny.svg"' in site["en/models/tiny/index.html"]


def test_badge_is_of_the_language_where_the_state_is_worst() -> None:
    """Two sections with code of their own: one fails."""
    page = read(a_page("print(1)", english_snippets=["print(2)"]))
    chinese, english = (a_night(1, failed=failed, page=page) for failed in (False, True))
    english = replace(english, languages=("en_US",), script=plan([page])[1].digest)
    site = a_site(page, evidence={"tiny": [chinese, english]}, hub=HUB)
    assert json.loads(site["badges/tiny.json"])["message"] == "Fails · 2026-01-01"
