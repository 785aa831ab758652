"""Diagnostics and runs for people."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.model.diagnostic import Diagnostic
from generator.model.run import Environment, ScriptRun

_TRACEBACK_LINES = 16
_MESSAGE_LINES = 4


def diagnostic_lines(findings: Iterable[Diagnostic]) -> Iterable[str]:
    """`path:line:column: severity: message (rule)`, one a finding."""
    for finding in findings:
        place = f"{finding.path}:{finding.line}:{finding.column}"
        yield f"{place}: {finding.severity}: {finding.message} ({finding.rule})"


def count(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def environment_line(environment: Environment) -> str:
    """What ran, in a line."""
    megengine = f"MegEngine {environment.megengine}" if environment.megengine else "no MegEngine"
    return f"{megengine}, Python {environment.python}, {environment.device}"


def run_line(run: ScriptRun) -> str:
    """One run in a line."""
    mark = "✔" if run.verdict == "passed" else "✘"
    cause = f" ({run.cause})" if run.cause else ""
    return f"{mark} {run.page} [{', '.join(run.languages)}] {run.verdict}{cause} in {run.seconds:.1f} s"


def failure_lines(run: ScriptRun) -> Iterable[str]:
    """Where and why a run failed, with the reader's part of its traceback."""
    snippet = run.failed_snippet
    if snippet is None or snippet.error is None:
        yield f"{run.path}: {run.reason}"
        yield f"  cause: {run.cause}"
        return
    error = snippet.error
    for language, line in error.lines.items():
        yield f"{run.path}:{line}: in {language}"
    message = f"{error.name}: {error.message}".rstrip(": ")
    yield from (f"  {line}" for line in message.splitlines()[:_MESSAGE_LINES])
    yield f"  cause: {run.cause}" + ("" if run.reason in message else f" ({run.reason})")
    yield from (f"  │ {line}" for line in shorten_traceback(error.traceback, Path(run.path).name))


def shorten_traceback(traceback: str, page: str) -> Sequence[str]:
    """The lines of a traceback, or of a native stack, that are about the reader's own code."""
    kept: list[str] = []
    for block in _BLOCK.split(_HEAD.sub("", traceback)):
        if page in block.partition("\n")[0]:
            kept += [line for line in block.splitlines() if line.strip()]
    return kept if len(kept) <= _TRACEBACK_LINES else [*kept[:_TRACEBACK_LINES], "…"]


# A traceback's levels are apart by an empty line, a native stack's by a line break.
_HEAD = re.compile(r"\A-+\n.*Traceback \(most recent call last\)\n")
_BLOCK = re.compile(r"\n\n|\n(?=  File )")
