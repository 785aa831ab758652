"""Runs as JUnit XML, which continuous integration reads.

There is no standard. The form is that of Jenkins' junit-10.xsd, with `file` and `line` besides on each case, which
pytest writes and GitLab reads.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from generator.frameworks import in_words
from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, ScriptRun, SnippetRun
from generator.reporting.characters import visible
from generator.reporting.fault import Fault, extent_text, fault_of, fault_of_entry


@dataclass(frozen=True, slots=True)
class _Case:
    """One snippet as the readers of one language meet it, an entry, or a finding."""

    name: str
    line: int
    seconds: float
    outcome: Literal["passed", "failure", "error", "skipped"] = "passed"
    type: str = ""
    message: str = ""
    text: str = ""


def junit_xml(
    runs: Iterable[ScriptRun], entries: Iterable[EntryCheck] = (), findings: Iterable[Diagnostic] = ()
) -> str:
    """A document with one suite a run and one case a snippet and language, to be written as UTF-8.

    A case is named `zh_CN line 36`, of the class that is the page's id. A flaky or unstable run is a failure of the
    last snippet that was run. Entries of a page that were checked are a suite of their own, and so are the findings of
    reading a page: errors where it could not be read.
    """
    root = Element("testsuites", name="hubpages")
    for run in runs:
        _add_run(root, run)
    for page, checks in groupby(entries, key=lambda check: check.page):
        _add_entries(root, page, list(checks))
    for path, found in groupby(findings, key=lambda finding: finding.path):
        _fill(SubElement(root, "testsuite", name=f"{Path(path).stem} reading"), Path(path).stem, path, _found(found), 0)
    suites = list(root)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    root.set("time", _seconds(sum(float(suite.get("time", "0")) for suite in suites)))
    ElementTree.indent(root)
    for element in root.iter():
        element.attrib = {name: visible(value) for name, value in element.attrib.items()}
        element.text = visible(element.text or "")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add_run(root: Element, run: ScriptRun) -> None:
    variant = f" ({run.variant})" if run.variant else ""
    suite = SubElement(root, "testsuite", name=f"{run.page}{variant} [{', '.join(run.languages)}]")
    _fill(suite, run.page, run.path, list(_cases(run)), run.seconds)
    # No offset: the schema knows times without one alone.
    suite.set("timestamp", datetime.fromisoformat(run.started).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    properties = Element("properties")
    environment = run.environment
    title, version = in_words(environment)
    told = {
        title: version or "none",
        "Python": environment.python,
        "device": environment.device,
        **dict(environment.under_device),
        "weights": run.weights,
        "verdict": run.verdict,
        "extent": extent_text(run) or "every snippet ran",
    }
    for name, value in told.items():
        SubElement(properties, "property", name=name, value=value)
    suite.insert(0, properties)


def _add_entries(root: Element, page: str, checks: list[EntryCheck]) -> None:
    suite = SubElement(root, "testsuite", name=f"{page} entries")
    cases = []
    for check in checks:
        fault = fault_of_entry(check)
        for language, line in check.lines.items():
            case = _Case(f"{language} entry {check.entry}", line, 0.0)
            cases.append(_failing(case, fault, check.path, line) if fault else case)
    _fill(suite, page, checks[0].path, cases, 0.0)


def _fill(suite: Element, page: str, path: str, cases: list[_Case], seconds: float) -> None:
    outcomes = Counter(case.outcome for case in cases)
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(outcomes["failure"]))
    suite.set("errors", str(outcomes["error"]))
    suite.set("skipped", str(outcomes["skipped"]))
    suite.set("time", _seconds(seconds))
    for case in cases:
        element = SubElement(
            suite,
            "testcase",
            classname=page,
            name=case.name,
            file=path,
            line=str(case.line),
            time=_seconds(case.seconds),
        )
        if case.outcome != "passed":
            told = SubElement(element, case.outcome, type=case.type, message=case.message)
            told.text = case.text
        elif case.text:
            SubElement(element, "system-out").text = case.text


def _found(findings: Iterable[Diagnostic]) -> list[_Case]:
    """A case for each finding; a warning does not keep a page from being run, but is none of what passed."""
    return [
        _Case(
            f"{one.rule} line {one.line} column {one.column}",
            one.line,
            0.0,
            "error" if one.severity == "error" else "failure",
            one.rule,
            one.message,
            f"{one.path}:{one.line}:{one.column}: {one.message}",
        )
        for one in findings
    ]


def _cases(run: ScriptRun) -> Iterator[_Case]:
    fault = fault_of(run)
    for index, snippet in enumerate(run.snippets):
        for language, line in snippet.lines.items():
            variant = f" ({run.variant})" if run.variant else ""
            case = _Case(f"{language} line {line}{variant}", line, snippet.seconds)
            if fault and index == fault.snippet:
                yield _failing(case, fault, run.path, fault.lines.get(language, line))
            else:
                yield _green(case, snippet, run, fault)


def _green(case: _Case, snippet: SnippetRun, run: ScriptRun, fault: Fault | None) -> _Case:
    """A case that is not to blame."""
    if snippet.status == "skipped" or (snippet.status == "not-run" and run.verdict == "skipped"):
        return _Case(case.name, case.line, case.seconds, "skipped", "skip", snippet.reason or run.reason)
    if snippet.status == "not-run":
        above = f"{fault.name} above" if fault else "a failure above"
        return _Case(case.name, case.line, case.seconds, "skipped", "not-run", f"not run after {above}")
    told = {
        "compiled": "valid Python, not run as the page asks",
        "xfailed": f"failed as the page says: {snippet.reason}",
    }
    return _Case(case.name, case.line, case.seconds, text=told.get(snippet.status, ""))


def _failing(case: _Case, fault: Fault, path: str, line: int) -> _Case:
    told = "\n".join([f"{path}:{line}", *fault.account])
    return _Case(case.name, line, case.seconds, "failure", fault.name, fault.message, told)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
