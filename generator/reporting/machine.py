"""Diagnostics and runs for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import msgspec

from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, ScriptRun, Verdict
from generator.reporting.fault import skips_of


def runs_json(
    runs: Iterable[ScriptRun], findings: Iterable[Diagnostic], entries: Iterable[EntryCheck] | None = None
) -> str:
    """`{"summary": {...}, "runs": [...], "diagnostics": [...]}`, and `"entries": [...]` where entries were checked.

    A run's keys are those of ScriptRun, an entry's those of EntryCheck. The summary is
    `{"verdicts": {verdict: number}, "skips": [{"page", "path", "lines", "reason"}], "seconds"}`: every verdict with the
    number of its runs, every skipped snippet, and the sum of the runs' seconds.
    """
    runs = list(runs)
    data = {
        "summary": _summary(runs),
        "runs": [msgspec.to_builtins(run) for run in runs],
        "diagnostics": _rows(findings),
    }
    if entries is not None:
        data["entries"] = [msgspec.to_builtins(entry) for entry in entries]
    return _pretty(data)


def diagnostics_json(findings: Iterable[Diagnostic]) -> str:
    """A list of `{"path", "line", "column", "rule", "severity", "message", "fixable"}`."""
    return _pretty(_rows(findings))


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


def _pretty(data: object) -> str:
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()
