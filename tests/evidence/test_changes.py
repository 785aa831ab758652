"""What is told of two nights, and in what words."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from markdown_it import MarkdownIt

from generator.evidence.changes import changes
from generator.evidence.history import past_run
from generator.evidence.holding import Today, listed, why_stale
from generator.model.asset import Asset, AssetRequest, AssetStatus
from generator.model.changes import Change
from generator.model.run import Environment, Facts, Output, ScriptRun, SnippetError
from generator.reporting.changes import change_lines, changes_json, changes_markdown, issues, tally
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT, a_run

ARCHIVE = "https://github.com/megengine/models/archive/master.zip"
CAT = "https://data.example.org/cat.jpg"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ATTACK = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) | `</details>` @everyone\n::error::x"


def a_pass(shown: str = "1", **fields: object) -> ScriptRun:
    """A page that ran."""
    run = a_run(read(a_page()), [Output("stdout", "text/plain", f"{shown}\n")])
    return replace(replace(run, facts=Facts(None, 100 << 20, None)), **fields)  # type: ignore[arg-type]


def a_told_pass(shown: str) -> ScriptRun:
    """A page that ran and printed what it says that it prints: so many seconds, `... s`."""
    run = a_pass(shown)
    return replace(run, snippets=tuple(replace(snippet, compared=True) for snippet in run.snippets))


def a_failure(message: str = "no", **fields: object) -> ScriptRun:
    """A page that did not."""
    run = a_run(read(a_page()), error=SnippetError("TypeError", message, {"zh_CN": 13, "en_US": 13}))
    return replace(run, cause="upstream", **fields)  # type: ignore[arg-type]


def asked(url: str, status: AssetStatus = "served", sha256: str | None = "a" * 64, *, standin: bool = False) -> AssetRequest:
    """A request for a file."""
    return AssetRequest(url, status, sha256, 10, "the host answers 404" if status == "gone" else None, 0.0, None, standin)


def between(old: ScriptRun | None, new: ScriptRun | None, *before: ScriptRun, factor: float = 1.5) -> list[Change]:
    """What changed, with what is remembered of the time before."""
    of = [{run.page: [run]} if run else {} for run in (old, new)]
    return changes(of[0], of[1], {"tiny": [past_run(run) for run in before]}, factor)


def kinds(found: Sequence[Change]) -> list[str]:
    """Of each change, its kind."""
    return [change.kind for change in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (a_pass(), a_pass(), []),
        (a_pass(), a_failure(), ["broken"]),
        (a_failure(), a_failure(), ["still-broken"]),
        (a_failure(), a_pass(), ["mended"]),
        (a_pass(), a_pass("2"), ["output"]),
        (a_pass("0.70001"), a_pass("0.70002"), []),
        (a_pass(weights="standin"), a_pass("2", weights="standin"), []),
        (a_pass(), replace(a_pass("2"), script="other"), []),
        (a_pass(), a_pass(verdict="unstable", difference="x"), ["broken"]),
        (a_told_pass("0.31 s"), a_told_pass("0.29 s"), []),
        (a_told_pass("0.31 s"), a_pass("0.29 s"), ["output"]),
        (None, a_pass(), ["new"]),
        (None, a_failure(), ["broken"]),
        (a_pass(), None, ["gone"]),
        (a_pass(), a_pass(languages=("zh_CN",)), []),
        (a_pass(repositories={ARCHIVE: "a" * 40}), a_pass(repositories={ARCHIVE: "b" * 40}), ["upstream"]),
        (a_pass(seconds=10), a_pass(seconds=16), ["slower"]),
        (a_pass(seconds=1), a_pass(seconds=5.9), []),
        (a_pass(), a_pass(facts=Facts(None, 200 << 20, None)), ["larger"]),
        (a_pass(), a_pass(facts=Facts(None, 140 << 20, None)), []),
        (a_pass(assets=(asked(CAT),)), a_pass(assets=(asked(CAT, "gone", None),)), ["link"]),
        (a_pass(assets=(asked(CAT, "gone", None),)), a_pass(assets=(asked(CAT, "gone", None),)), []),
        (a_pass(assets=(asked(CAT),)), a_pass(assets=(asked(CAT, "changed", "b" * 64),)), ["link"]),
        (a_pass(assets=(asked(ARCHIVE),)), a_pass(assets=(asked(ARCHIVE, "changed", "b" * 64),)), []),
        (a_pass(assets=(asked(CAT),)), a_pass(assets=(asked(CAT, sha256="b" * 64, standin=True),)), []),
    ],
)
def test_kinds(old: ScriptRun | None, new: ScriptRun | None, expected: list[str]) -> None:
    """Each is told where it is so, and not where chance alone could have made it."""
    assert kinds(between(old, new)) == expected


def test_runs_are_compared_with_those_of_their_own_device_and_weights() -> None:
    """A GPU that fails was not broken by what passes on a CPU."""
    gpu = replace(ENVIRONMENT, device="NVIDIA A100")
    old = {"tiny": [a_pass(), a_failure(environment=gpu)]}
    new = {"tiny": [a_failure(environment=gpu), a_pass("2", weights="standin"), a_pass()]}
    found = changes(old, new, {}, 1.5)
    assert [(one.kind, one.run.environment.device, one.run.weights) for one in found] == [
        ("still-broken", "NVIDIA A100", "published"),
        ("new", "cpu", "standin"),
    ]


def test_slowness_is_against_the_median_of_before() -> None:
    """One slow night neither hides the next nor makes it news; the factor is the caller's."""
    before = [a_pass(seconds=seconds, started=f"2026-11-0{day}T00:00:00+00:00") for day, seconds in enumerate((9, 10, 11), 1)]
    assert kinds(between(a_pass(seconds=30), a_pass(seconds=20), *before)) == ["slower"]
    assert kinds(between(a_pass(seconds=2), a_pass(seconds=12), *before)) == []
    assert kinds(between(a_pass(seconds=30), a_pass(seconds=20), *before, factor=3)) == []
    (told,) = [change.told for change in between(a_pass(seconds=30), a_pass(seconds=20), *before)]
    assert told == "took 20.0 s, 2.0 times 10.0 s"


def test_what_else_moved_stands_with_each_change() -> None:
    """Commit and packages: perhaps the reason."""
    moved = Environment("3.10.13", {"megengine": "1.13.0", "numpy": "2.1"}, "cpu", "Linux x86_64")
    (change,) = between(
        a_pass(repositories={ARCHIVE: "a" * 40}), a_failure(environment=moved, repositories={ARCHIVE: "b" * 40})
    )
    told = [line.text for line in change_lines([change])]
    assert told == [
        "newly broken: tiny [zh_CN, en_US; cpu]: failed (upstream): TypeError: no; passed",
        f"  upstream: megengine/models {'a' * 12}..{'b' * 12}",
        "  environment: numpy (none) → 2.1",
        "1 newly broken",
    ]
    text = changes_markdown([change])
    assert f"https://github.com/megengine/models/compare/{'a' * 40}...{'b' * 40}" in text
    (row,) = json.loads(changes_json([change]))["changes"]
    assert row["commits"] == [{"repository": "megengine/models", "old": "a" * 40, "new": "b" * 40}]
    assert (row["old"]["verdict"], row["new"]["cause"]) == ("passed", "upstream")


def test_difference_is_shown_and_bounded() -> None:
    """A page that prints a book does not fill the summary."""
    (change,) = between(a_pass("before\nsame"), a_pass("after\nsame"))
    assert [line for line in change.difference if line.startswith(("-", "+"))] == ["--- before", "+++ now", "-before", "+after"]
    long = between(a_pass("x" * 9999), a_pass("\n".join("y" * 9999 for _ in range(999))))
    (change,) = long
    assert sum(map(len, change.difference)) < 31 * 401


def test_nothing_of_a_page_commands_the_summary_or_an_issue() -> None:
    """What a kernel printed, a file is called, and an archive names as its commit is text, and nothing else."""
    hostile = a_failure(ATTACK, reason=ATTACK, page="<b>x", repositories={ARCHIVE: "](//e/) x"})
    broken = changes({"<b>x": [a_pass(page="<b>x", repositories={ARCHIVE: "a" * 40})]}, {"<b>x": [hostile]}, {}, 1.5)
    other = between(a_pass("1"), a_pass(f"```\n{ATTACK}"))
    (issue,) = issues(broken, lambda run: "hubpages verify x", lambda page: "b_x-1234")
    for text in (changes_markdown([*broken, *other]), issue.body):
        html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
        assert "<img" not in html
        assert "<b>x" not in html
        assert not re.search(r"href=\"(?!https://github\.com/)", html)
        assert html.count("<details>") == html.count("</details>") == (1 if "<details>" in text else 0)
        assert not re.search(r"^::", text, re.M) or "```" in text


def test_issue_for_each_broken_page_and_each_that_is_whole_again() -> None:
    """By a title that stays the same, with the command that repeats it; one a page, however many of its runs fail."""
    old = {"tiny": [a_pass()], "other": [a_failure(page="other")], "half": [a_failure(page="half")], "fine": []}
    new = {
        "tiny": [a_failure(), a_failure(variant="small")],
        "other": [a_pass(page="other")],
        "half": [a_pass(page="half"), a_failure(page="half", variant="small")],
    }
    found = issues(changes(old, new, {}, 1.5), lambda run: f"hubpages verify {run.path}", lambda page: page)
    assert [(one.title, one.is_open) for one in found] == [
        ("half does not run", True),
        ("tiny does not run", True),
        ("other does not run", False),
    ]
    tiny = found[1]
    assert tiny.body.startswith("<!-- hubpages: tiny -->\n")
    assert tiny.body.count("hubpages verify tiny.md") == 2
    assert "TypeError: no" in tiny.body
    assert "runs again" in found[2].body


def test_issue_fits() -> None:
    """However long what failed is, and however often."""
    new = [a_failure("x" * 5000 + "\n" * 99, variant=str(number)) for number in range(99)]
    (issue,) = issues(changes({}, {"tiny": new}, {}, 1.5), lambda run: "hubpages verify", lambda page: page)
    assert len(issue.body) < 65_000
    assert re.search(r"and \d+ more", issue.body)


def test_tally() -> None:
    """How many of each; and that nothing changed, where nothing did."""
    assert tally([]) == "nothing changed"
    assert tally(between(a_pass(), a_failure())) == "1 newly broken"
    assert changes_markdown([]) == "## Nothing changed\n"


def test_why_a_run_holds_no_more() -> None:
    """Code, pins, environment, age, or there is no page; several at a time."""
    run = a_pass(assets=(asked(CAT), asked(ARCHIVE, sha256="c" * 64, standin=True)))
    locked = {CAT: Asset(CAT, "a" * 64, 10), ARCHIVE: Asset(ARCHIVE, "d" * 64, 10)}
    today = Today({"tiny": {run.script}}, locked, NOW, 30)
    assert why_stale(run, today) == ()
    assert [one.why for one in why_stale(run, replace(today, scripts={"tiny": {"x"}}))] == ["code"]
    assert [one.why for one in why_stale(run, replace(today, scripts={}))] == ["page"]
    (pins,) = why_stale(run, replace(today, locked={CAT: Asset(CAT, "b" * 64, 10)}))
    assert (pins.why, pins.detail) == ("pins", f"hub.lock names another file for {CAT}")
    old = replace(run, started="2026-01-01T00:00:00+00:00")
    assert [(one.why, one.since) for one in why_stale(old, today)] == [("age", "2026-02-01")]
    last = replace(run, started="2026-10-23T23:00:00+00:00")
    assert why_stale(last, today) == ()
    assert [one.since for one in why_stale(last, replace(today, now=NOW + timedelta(days=1)))] == ["2026-11-23"]
    assert why_stale(old, replace(today, holds_days=None)) == ()
    moved = replace(ENVIRONMENT, packages={"megengine": "1.14.0"})
    newer = a_pass(environment=moved, started="2026-11-22T08:00:00+00:00")
    assert why_stale(run, today, newer)[0].detail == "it ran since with megengine 1.13.0 → 1.14.0"
    found = listed([("a.json", run), ("b.json", newer), ("c.json", a_pass())], today)
    assert [(one.file, [reason.why for reason in one.stale]) for one in found] == [("c.json", ["environment"]), ("b.json", [])]


def test_runs_of_other_code_do_not_hide_those_of_the_page() -> None:
    """What `mend` tried later, and with a package installed for it; where nothing else ran, they are told."""
    run = a_pass()
    tried = replace(run, script="e" * 64, started="2026-11-22T08:00:00+00:00")
    installed = replace(tried, environment=replace(ENVIRONMENT, packages={"easydict": "1.13"}), languages=("zh_CN",))
    today = Today({"tiny": {run.script}}, {}, NOW, None)
    found = listed([("a.json", run), ("b.json", tried), ("c.json", installed)], today)
    assert [(one.file, one.stale) for one in found] == [("a.json", ())]
    for other in (replace(tried, weights="standin"), replace(tried, languages=("ja_JP",))):
        assert {one.file for one in listed([("a.json", run), ("b.json", other)], today)} == {"a.json", "b.json"}
    found = listed([("b.json", tried), ("c.json", installed)], today)
    assert [[reason.why for reason in one.stale] for one in found] == [["code"], ["code"]]
