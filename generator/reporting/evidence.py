"""What lies in folders of evidence: for people and for programs."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from generator.model.diagnostic import Diagnostic
from generator.model.history import Listed, Merged, PastRun, Removal
from generator.reporting.characters import display_width, fit, json_text, terminal_line
from generator.reporting.fault import name_of
from generator.reporting.terminal import Line, Style
from generator.reporting.text import STYLES, count, without_only_language

LISTED = ("page", "languages", "state", "weights", "device", "environment", "run", "age", "holds")
"""Heads of the table of newest runs."""

_HEAD: list[Style] = ["bold"]

SHOWN = (
    "run",
    "page",
    "languages",
    "state",
    "seconds",
    "memory",
    "weights",
    "device",
    "commits",
    "environment",
    "file",
)
"""Heads of the table of all runs of a page."""


def listed_lines(found: Sequence[Listed], width: int | None = None) -> Iterator[Line]:
    """A row for each page, environment, device and weights; below those that hold no more, why.

    Args:
        width: columns of the terminal; None to cut nothing.
    """
    rows = [_listed_row(one) for one in found]
    styles: list[Style] = ["dim" if one.stale else STYLES[one.run.verdict] for one in found]
    for row, line in zip([None, *found], _table(without_only_language([LISTED, *rows]), styles, width), strict=True):
        yield line
        yield from (Line(f"    {one.detail}", "dim") for one in (row.stale if row else ()))


def shown_lines(runs: Sequence[tuple[PastRun, str]], width: int | None = None) -> Iterator[Line]:
    """A row a run, each with its file, which is empty where only the history has it."""
    styles: list[Style] = [STYLES[run.verdict] for run, _ in runs]
    rows = without_only_language([SHOWN, *(_shown_row(run, file) for run, file in runs)])
    yield from _table(rows, styles, width)


def listed_json(found: Iterable[Listed], findings: Iterable[Diagnostic]) -> str:
    """`{"runs": [...], "unreadable": [path]}`: a run has the keys of PastRun and `ageDays`, `file`, `holds` and
    `stale`, a list of `{"why", "detail", "since"}`."""
    rows = [
        {
            **msgspec.to_builtins(one.run),
            "ageDays": one.age_days,
            "file": one.file,
            "holds": not one.stale,
            "stale": msgspec.to_builtins(one.stale),
        }
        for one in found
    ]
    return json_text({"runs": rows, "unreadable": [finding.path for finding in findings]})


def shown_json(runs: Iterable[tuple[PastRun, str]]) -> str:
    """A list, the latest first, with the keys of PastRun and `file`, which is null where only the history has it."""
    return json_text([{**msgspec.to_builtins(run), "file": file or None} for run, file in runs])


def merged_lines(merged: Merged, target: str) -> Iterator[Line]:
    """What came of merging."""
    yield from (Line(f"{path}: cannot be read: {why}", "yellow") for path, why in merged.unreadable.items())
    yield from (Line(conflict, "yellow") for conflict in merged.conflicts)
    told = [f"{count(len(merged.added), 'run')} added to {target}", f"{merged.known} there already"]
    told += [f"{merged.remembered} in the history alone"] if merged.remembered else []
    yield Line(", ".join(told), "bold")


def merged_json(merged: Merged) -> str:
    """`{"added": [file], "known", "remembered", "conflicts": [sentence], "unreadable": {path: why}}`."""
    return json_text(msgspec.to_builtins(merged))


def removal_lines(removal: Removal, *, dry: bool) -> Iterator[Line]:
    """What is removed, or would be."""
    if dry:
        yield from (Line(f"would remove {name}") for name in removal.files)
    told = f"{count(removal.runs, 'run')} {'would be removed' if dry else 'removed'}, {removal.bytes:,} bytes"
    forgotten = f", {removal.forgotten} of the history" if removal.forgotten else ""
    yield Line(f"{told}{forgotten}; {removal.kept} kept", "bold")


def removal_json(removal: Removal, *, dry: bool) -> str:
    """`{"dryRun", "files": [name], "bytes", "runs", "kept", "forgotten"}`."""
    return json_text({"dryRun": dry, **msgspec.to_builtins(removal)})


def _listed_row(one: Listed) -> tuple[str, ...]:
    run = one.run
    state = f"{run.verdict} ({run.cause})" if run.cause else run.verdict
    holds = "yes" if not one.stale else "no: " + ", ".join(reason.why for reason in one.stale)
    return (
        name_of(run.page, run.variant),
        ", ".join(run.languages),
        state,
        run.weights,
        run.device,
        run.environment,
        _minute(run.started),
        f"{one.age_days} d",
        holds,
    )


def _shown_row(run: PastRun, file: str) -> tuple[str, ...]:
    commits = ", ".join(commit[:12] for commit in run.commits.values()) or "-"
    return (
        _minute(run.started),
        name_of(run.page, run.variant),
        ", ".join(run.languages),
        f"{run.verdict} ({run.cause})" if run.cause else run.verdict,
        f"{run.seconds:.1f} s",
        f"{run.memory / (1 << 20):,.0f} MiB" if run.memory else "-",
        run.weights,
        run.device,
        commits,
        run.environment,
        file or "(history)",
    )


def _minute(started: str) -> str:
    return started[:16].replace("T", " ")


def _table(rows: Sequence[Sequence[str]], styles: Sequence[Style], width: int | None) -> Iterator[Line]:
    """The rows below their heads, in columns; a row that is wider than the terminal is cut there."""
    told: list[list[str]] = [[terminal_line(cell) for cell in row] for row in rows]
    widths = [max(display_width(row[index]) for row in told) for index in range(len(told[0]))]
    for row, style in zip(told, _HEAD + list(styles), strict=True):
        line = "  ".join(fit(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
        yield Line(line if width is None or display_width(line) < width else fit(line, width - 1), style)
