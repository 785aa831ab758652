"""Diagnostics and runs for programs."""

from collections.abc import Iterable
from typing import Any

import msgspec

from generator.model.diagnostic import Diagnostic
from generator.model.run import ScriptRun


def runs_json(runs: Iterable[ScriptRun], findings: Iterable[Diagnostic]) -> str:
    """`{"runs": [...], "diagnostics": [...]}`; a run's keys are those of ScriptRun."""
    data = {"runs": [msgspec.to_builtins(run) for run in runs], "diagnostics": _rows(findings)}
    return _pretty(data)


def diagnostics_json(findings: Iterable[Diagnostic]) -> str:
    """A list of `{"path", "line", "column", "rule", "severity", "message", "fixable"}`."""
    return _pretty(_rows(findings))


def github_annotations(findings: Iterable[Diagnostic]) -> Iterable[str]:
    """Workflow commands that put each finding on its line of a pull request."""
    for finding in findings:
        place = f"file={_escape(finding.path)},line={finding.line},col={finding.column}"
        yield f"::{finding.severity} {place},title={finding.rule}::{_escape_data(finding.message)}"


def _rows(findings: Iterable[Diagnostic]) -> list[Any]:
    return [
        {
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "rule": finding.rule,
            "severity": finding.severity,
            "message": finding.message,
            "fixable": finding.fix is not None,
        }
        for finding in findings
    ]


def _pretty(data: object) -> str:
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
