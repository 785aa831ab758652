"""Diagnostics and runs for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import msgspec

from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, ScriptRun, Verdict
from generator.reporting.characters import json_text
from generator.reporting.fault import skips_of, unread


def runs_json(
    runs: Iterable[ScriptRun], findings: Iterable[Diagnostic], entries: Iterable[EntryCheck] | None = None
) -> str:
    """`{"summary": {...}, "runs": [...], "diagnostics": [...]}`, and `"entries": [...]` where entries were checked.

    A run's keys are those of ScriptRun and `extent`, how many of its snippets were run; an entry's are those of
    EntryCheck. The summary is `{"verdicts": {verdict: number}, "skips": [{"page", "path", "lines", "reason"}],
    "seconds", "unread": [path]}`: every verdict with the number of its runs, every skipped snippet, the sum of the
    runs' seconds, and the pages that could not be read.
    """
    runs, findings = list(runs), list(findings)
    data = {
        "summary": {**_summary(runs), "unread": list(unread(findings))},
        "runs": [{**msgspec.to_builtins(run), "extent": msgspec.to_builtins(run.extent)} for run in runs],
        "diagnostics": _rows(findings),
    }
    if entries is not None:
        data["entries"] = [msgspec.to_builtins(entry) for entry in entries]
    return json_text(data)


def diagnostics_json(findings: Iterable[Diagnostic]) -> str:
    """A list of `{"path", "line", "column", "rule", "severity", "message", "fixable"}`."""
    return json_text(_rows(findings))


def _summary(runs: Sequence[ScriptRun]) -> dict[str, Any]:
    number = Counter(run.verdict for run in runs)
    return {
        "verdicts": {verdict: number[verdict] for verdict in get_args(Verdict)},
        "skips": [msgspec.to_builtins(skipped) for skipped in skips_of(runs)],
        "seconds": round(sum(run.seconds for run in runs), 3),
    }


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
