"""Runs for programs: JSON, SARIF and workflow commands."""

import json
from dataclasses import fields, replace
from typing import Any

from generator.decoding import converted
from generator.model.asset import AssetRequest
from generator.model.run import EntryCheck, Facts, Output, ScriptRun, SnippetError
from generator.reporting.github import run_annotations
from generator.reporting.machine import runs_json
from generator.reporting.sarif import sarif
from tests.reporting.runs import (
    CALL,
    PRINT,
    SAMPLE,
    UNREAD,
    WARNED,
    a_failing_run,
    a_flaky_run,
    a_skip,
    a_tiny_run,
    an_unstable_run,
    an_upstream_failure,
    one_of_each,
)

GONE = EntryCheck("tiny", "tiny.md", "megengine/models", "resnet9", {"zh_CN": 14}, "failed", "page", "no such entry")


def test_every_noun_of_a_run_survives_json() -> None:
    """Read back, it is the same run."""
    full = an_upstream_failure()
    first = replace(full.snippets[0], outputs=(Output("display", "image/png", "aGk="),), reason="why")
    full = replace(
        full,
        snippets=(first, *full.snippets[1:]),
        assets=(AssetRequest("https://a.b/c", "served", "0" * 64, 3, None, 1.5),),
        facts=Facts(25_000_000, 1 << 30, None),
        weights="standin",
        variant="resnet34",
        repositories={"https://a.b/c.zip": "0123abcd"},
        downloaded=3,
        repeats=2,
        difference="-a\n+b",
        sandbox="bwrap",
    )
    (row,) = json.loads(runs_json([full], []))["runs"]
    assert set(row) == {*(field.name for field in fields(ScriptRun)), "extent"}
    assert row["extent"] == {
        "snippets": 3,
        "ran": 2,
        "skipped": 0,
        "compiled": 0,
        "xfailed": 0,
        "not_reached": 1,
    }
    assert converted(row, ScriptRun) == full


def test_summary_counts_verdicts_and_lists_every_skip() -> None:
    """Verdicts that nothing came to are zero."""
    summary = json.loads(runs_json([a_skip(), an_upstream_failure()], []))["summary"]
    assert summary == {
        "verdicts": {"passed": 1, "failed": 1, "skipped": 0, "flaky": 0, "unstable": 0},
        "skips": [{"page": "tiny", "path": "tiny.md", "lines": PRINT, "reason": "needs a camera"}],
        "seconds": 7.0,
        "unread": [],
    }


def test_pages_that_could_not_be_read_are_in_the_summary() -> None:
    """Once each, however much is wrong with them; a warning keeps no page from being run."""
    assert json.loads(runs_json([], [*UNREAD, *UNREAD, WARNED]))["summary"]["unread"] == ["broken.md"]


def test_skip_of_a_page_is_counted_once_however_many_variants_run() -> None:
    """It stands in the page once."""
    runs = [a_skip(), replace(a_skip(), variant="resnet34")]
    assert len(json.loads(runs_json(runs, []))["summary"]["skips"]) == 1


def test_run_that_was_skipped_as_a_whole_is_listed_with_its_reason() -> None:
    """Though no snippet says so itself."""
    run = a_tiny_run("not-run", "not-run", "not-run", verdict="skipped", reason="needs a GPU")
    (skip,) = json.loads(runs_json([run], []))["summary"]["skips"]
    assert (skip["lines"], skip["reason"]) == ({"zh_CN": SAMPLE, "en_US": SAMPLE}, "needs a GPU")


def test_entries_are_in_the_json_where_they_were_checked() -> None:
    """With the keys of EntryCheck."""
    assert "entries" not in json.loads(runs_json([], []))
    assert json.loads(runs_json([], [], [GONE]))["entries"][0]["entry"] == "resnet9"


def test_annotation_stands_at_the_place_of_every_language() -> None:
    """Errors for failures, with what the error says."""
    run = replace(a_failing_run(SnippetError("A,B", "50% of a, b\nmore", CALL)), path="pages/a,b:c.md")
    message = "A,B: 50%25 of a, b%0Amore"
    assert list(run_annotations([run])) == [
        f"::error file=pages/a%2Cb%3Ac.md,line={line},title=A%2CB (page)::{message}%0Ain {language}"
        for language, line in CALL.items()
    ]


def test_what_is_not_a_failure_is_a_warning() -> None:
    """Flaky, unstable, skipped."""
    told = list(run_annotations([a_flaky_run(), an_unstable_run(), a_skip("no camera")]))
    assert len(told) == 6
    assert all(line.startswith("::warning file=tiny.md,line=") for line in told)
    assert "title=flaky (asset)::passed only after a failure of the network: ConnectionError: reset by peer" in told[0]
    assert "%0A-0.51%0A+0.52" in told[2]
    assert told[4].endswith(f"line={PRINT['zh_CN']},title=skipped::not run in zh_CN: no camera")


def test_green_runs_have_no_annotations() -> None:
    """Silence is good news; an entry that is gone is not."""
    assert list(run_annotations([a_tiny_run()])) == []
    (told,) = run_annotations([], [GONE])
    assert told.startswith("::error file=tiny.md,line=14,title=page::resnet9 of megengine/models: no such entry")


def results_of(*runs: ScriptRun) -> list[dict[str, Any]]:
    """The results of a SARIF log."""
    results: list[dict[str, Any]] = json.loads(sarif("1.0", {}, runs=runs))["runs"][0]["results"]
    return results


def place(location: dict[str, Any]) -> tuple[str, int]:
    """File and line of a SARIF location."""
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_sarif_result_has_one_place_and_relates_the_other_languages() -> None:
    """The rule is the cause."""
    (result,) = results_of(an_upstream_failure())
    assert (result["ruleId"], result["level"]) == ("page-or-upstream", "error")
    assert result["message"]["text"] == "AttributeError: 'int' object has no attribute 'shape'"
    assert [place(location) for location in result["locations"]] == [("tiny.md", CALL["zh_CN"])]
    (related,) = result["relatedLocations"]
    assert place(related) == ("tiny.md", CALL["en_US"])
    assert "en_US" in related["message"]["text"]


def test_sarif_stack_has_the_reader_s_frames_innermost_first() -> None:
    """Those of the page and of the hub repository."""
    (result,) = results_of(an_upstream_failure())
    frames = [frame["location"] for frame in result["stacks"][0]["frames"]]
    assert [frame["message"]["text"] for frame in frames] == [
        "hub:/models/zoo/net.py:15 in scale",
        "hub:/models/zoo/net.py:12 in forward",
        "in <module>",
    ]
    assert place(frames[-1]) == ("tiny.md", CALL["zh_CN"])


def test_sarif_names_every_rule_it_uses_and_leaves_green_runs_out() -> None:
    """Flaky and unstable runs are warnings."""
    run = json.loads(sarif("1.0", {}, UNREAD, one_of_each(), [GONE]))["runs"][0]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert place(run["results"][0]["locations"][0]) == ("broken.md", 3)
    assert rules == {result["ruleId"] for result in run["results"]}
    levels = [(result["ruleId"], result["level"]) for result in run["results"]]
    assert levels == [
        ("missing-key", "error"),
        ("page-or-upstream", "error"),
        ("crash", "error"),
        ("asset", "warning"),
        ("unstable", "warning"),
        ("page", "error"),
    ]


def test_sarif_has_the_form_of_its_standard() -> None:
    """What SARIF 2.1.0 requires of each object that is used (sections 3.13, 3.19, 3.27, 3.28, 3.44, 3.49)."""
    documented = {"missing-key": "A key.\n\nBad:  x"}
    log = json.loads(sarif("1.0", documented, [*UNREAD, WARNED], one_of_each(), [GONE]))
    assert (log["version"], list(log)) == ("2.1.0", ["$schema", "version", "runs"])
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    assert all(rule["shortDescription"]["text"] and rule["fullDescription"]["text"] for rule in driver["rules"])
    assert driver["rules"][rules.index("missing-key")]["shortDescription"]["text"] == "A key."
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            physical = location["physicalLocation"]
            assert physical["region"]["startLine"] >= 1 and physical["region"].get("startColumn", 1) >= 1
            assert " " not in physical["artifactLocation"]["uri"]
        for stack in result.get("stacks", ()):
            assert stack["frames"] and all("location" in frame for frame in stack["frames"])
    assert len(run["results"]) == 2 + 4 + 1


def test_sarif_places_are_uris() -> None:
    """Also of pages with blanks and Chinese characters in their names."""
    path = "hub_pages/中 #1?%.md"
    finding = replace(UNREAD[0], path=path)
    (result,) = results_of(replace(an_upstream_failure(), path=path))
    (of_finding,) = json.loads(sarif("1.0", {}, [finding]))["runs"][0]["results"]
    for each in (result, of_finding):
        assert place(each["locations"][0])[0] == "hub_pages/%E4%B8%AD%20%231%3F%25.md"
