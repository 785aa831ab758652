"""JUnit XML as continuous integration reads it."""

from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from generator.model.run import EntryCheck, ScriptRun, SnippetError
from generator.reporting.junit import junit_xml
from tests.reporting.runs import (
    CALL,
    PRINT,
    SAMPLE,
    UNREAD,
    WARNED,
    a_failing_run,
    a_skip,
    a_tiny_run,
    an_unstable_run,
    an_upstream_failure,
    one_of_each,
)


def suite_of(run: ScriptRun) -> Element:
    """The suite of a run, read back from the document."""
    (suite,) = ElementTree.fromstring(junit_xml([run]).encode())
    return suite


def cases_of(run: ScriptRun) -> dict[str, Element]:
    """Its cases by their names."""
    return {case.attrib["name"]: case for case in suite_of(run).iter("testcase")}


def test_every_snippet_is_a_case_in_every_language() -> None:
    """Of the page's class, with its place and its time."""
    cases = cases_of(a_tiny_run())
    assert list(cases) == [
        f"zh_CN line {SAMPLE}",
        f"en_US line {SAMPLE}",
        f"zh_CN line {CALL['zh_CN']}",
        f"en_US line {CALL['en_US']}",
        f"zh_CN line {PRINT['zh_CN']}",
        f"en_US line {PRINT['en_US']}",
    ]
    case = cases[f"en_US line {CALL['en_US']}"]
    assert case.attrib == {
        "classname": "tiny",
        "name": f"en_US line {CALL['en_US']}",
        "file": "tiny.md",
        "line": str(CALL["en_US"]),
        "time": "0.100",
    }
    assert not list(case)


def test_failure_carries_its_type_message_place_and_traceback() -> None:
    """At the line of the error in each language, which need not be the snippet's first."""
    run = a_failing_run(
        SnippetError("ValueError", "no", {"zh_CN": 21, "en_US": 35}, traceback="tiny.md, line 21\n--> 21 f()")
    )
    case = cases_of(run)[f"en_US line {CALL['en_US']}"]
    (failure,) = case
    assert (case.get("file"), case.get("line")) == ("tiny.md", "35")
    assert (failure.tag, failure.get("type"), failure.get("message")) == ("failure", "ValueError", "ValueError: no")
    assert failure.text == "tiny.md:35\nValueError: no\ncause: page\ntiny.md, line 21\n--> 21 f()"


def test_what_follows_a_failure_is_skipped_for_it() -> None:
    """Not run is not passed."""
    (skipped,) = cases_of(an_upstream_failure())[f"zh_CN line {PRINT['zh_CN']}"]
    assert (skipped.tag, skipped.get("message")) == ("skipped", "not run after AttributeError above")


def test_skips_carry_their_reasons() -> None:
    """The page's own words."""
    (skipped,) = cases_of(a_skip("needs a <camera>"))[f"en_US line {PRINT['en_US']}"]
    assert (skipped.tag, skipped.get("message")) == ("skipped", "needs a <camera>")


def test_expected_failures_and_compiled_snippets_pass_and_say_so() -> None:
    """They did what their page says."""
    run = a_tiny_run("passed", "compiled", "xfailed")
    run = replace(run, snippets=(*run.snippets[:2], replace(run.snippets[2], reason="needs numpy 2")))
    suite = suite_of(run)
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "0")
    assert [out.text for out in suite.iter("system-out")][::2] == [
        "valid Python, not run as the page asks",
        "failed as the page says: needs numpy 2",
    ]


def test_counts_are_those_of_the_cases() -> None:
    """Of each suite and of all; every run that is not green fails in every language."""
    root = ElementTree.fromstring(junit_xml(one_of_each()).encode())
    for suite in root:
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases)) == "6"
        assert suite.get("failures") == str(len(list(suite.iter("failure"))))
        assert suite.get("skipped") == str(len(list(suite.iter("skipped"))))
    failing = {suite.get("name"): suite.get("failures") for suite in root if suite.get("failures") != "0"}
    assert failing == {f"{page} [zh_CN, en_US]": "2" for page in "bcef"}
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("42", "8", "0")


def test_suite_says_with_what_it_was_run() -> None:
    """MegEngine, Python, device, weights, and when."""
    suite = suite_of(replace(a_tiny_run(), weights="standin"))
    told = {one.attrib["name"]: one.attrib["value"] for one in suite.iter("property")}
    assert told == {
        "MegEngine": "1.13.0",
        "Python": "3.10.13",
        "device": "cpu",
        "weights": "standin",
        "verdict": "passed",
        "extent": "every snippet ran",
    }
    assert (suite.get("time"), suite.get("timestamp")) == ("3.500", "2026-11-21T08:00:00")


def test_suite_of_a_gpu_names_its_driver_and_cuda() -> None:
    """Properties of their own."""
    run = a_tiny_run()
    on_gpu = replace(run.environment, device="NVIDIA A100", driver="580.65.06", cuda="13.0")
    suite = suite_of(replace(run, environment=on_gpu))
    told = {one.attrib["name"]: one.attrib["value"] for one in suite.iter("property")}
    assert (told["device"], told["driver"], told["CUDA"]) == ("NVIDIA A100", "580.65.06", "13.0")


def test_variants_of_a_page_are_told_apart() -> None:
    """A case's name is not used twice."""
    runs = [a_tiny_run(), replace(a_tiny_run(), variant="resnet34")]
    names = [case.get("name") for case in ElementTree.fromstring(junit_xml(runs).encode()).iter("testcase")]
    assert len(set(names)) == len(names) == 12


def test_suite_says_how_much_of_its_page_was_run() -> None:
    """In words that tell what was left out and why."""
    told = {one.attrib["name"]: one.attrib["value"] for one in suite_of(a_skip()).iter("property")}
    assert told["extent"] == "2 of 3 snippets ran; 1 skipped: needs a camera"


def test_page_that_could_not_be_read_is_an_error() -> None:
    """At its line; what is only a warning is a failure, because `verify` ends with status 1 for it."""
    root = ElementTree.fromstring(junit_xml([a_tiny_run()], findings=[*UNREAD, WARNED]).encode())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "1", "1")
    broken = root.find("testsuite[@name='broken reading']/testcase")
    assert broken is not None and (broken.get("file"), broken.get("line")) == ("broken.md", "3")
    (error,) = broken
    assert (error.tag, error.get("type")) == ("error", "missing-key")
    assert error.get("message") == "title is missing: add `title: ResNet`"


def test_no_character_makes_the_document_unreadable() -> None:
    """Control characters, markup and the end of a CDATA section, in a message, a traceback and a difference."""
    nasty = "".join(map(chr, range(0x20))) + "]]>&<\"'\x7f\x85\ufffe\ud800\U0001f600"
    error = SnippetError("ValueError", nasty, CALL, traceback=f"tiny.md, line 20\n{nasty}")
    for run in (a_failing_run(error), an_unstable_run(nasty), a_skip(nasty), replace(a_tiny_run(), variant=nasty)):
        text = junit_xml([run])
        assert ElementTree.fromstring(text.encode("utf-8")) is not None
    (failure,) = cases_of(a_failing_run(error))[f"zh_CN line {CALL['zh_CN']}"]
    assert r"\x1b" in failure.attrib["message"] and "]]>&<" in failure.attrib["message"]


def test_entries_are_a_suite_of_their_page() -> None:
    """One case an entry and language, at the line of the sample."""
    there = EntryCheck("tiny", "tiny.md", "megengine/models", "resnet18", {"zh_CN": 14, "en_US": 14}, "passed")
    gone = replace(there, entry="resnet9", verdict="failed", cause="page", reason="no such entry")
    (suite,) = ElementTree.fromstring(junit_xml([], [there, gone]).encode())
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("tiny entries", "4", "2")
    failure = suite.find("testcase[@name='en_US entry resnet9']/failure")
    assert failure is not None and failure.get("message") == "resnet9 of megengine/models: no such entry"
