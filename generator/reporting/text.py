"""Diagnostics and runs for people."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.frameworks import in_words
from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, Environment, ScriptRun, Verdict
from generator.reporting.characters import display_width, fit, terminal_line
from generator.reporting.fault import Fault, extent_text, fault_of, fault_of_entry, name_of, places, skips_of, unread
from generator.reporting.terminal import Line, Style

MARKS: dict[Verdict, str] = {"passed": "✔", "failed": "✘", "skipped": "–", "flaky": "~", "unstable": "~"}
STYLES: dict[Verdict, Style] = {
    "passed": "green",
    "failed": "red",
    "skipped": "dim",
    "flaky": "yellow",
    "unstable": "yellow",
}

HEADING = ("page", "languages", "verdict", "cause", "ran", "seconds")
"""Of the table of runs: `ran` says how many of the snippets were run."""

_NARROWEST_PAGE = 8


def diagnostic_lines(findings: Iterable[Diagnostic]) -> Iterator[Line]:
    """`path:line:column: severity: message (rule)`, one a finding."""
    for finding in findings:
        place = f"{finding.path}:{finding.line}:{finding.column}"
        style: Style = "red" if finding.severity == "error" else "yellow"
        yield Line(f"{place}: {finding.severity}: {finding.message} ({finding.rule})", style)


def count(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def environment_line(environment: Environment) -> str:
    """What ran, in a line."""
    title, version = in_words(environment)
    which = f"{title} {version}" if version else f"no {title}"
    return f"{which}, Python {environment.python}, {environment.device_in_words}"


def planned_line(environment: Environment, scripts: int) -> str:
    """What is going to be run, in a line."""
    return f"{count(scripts, 'script')} to run on {environment_line(environment)}"


def started_line(page: str, variant: str | None, languages: Sequence[str]) -> str:
    """That a script was started."""
    return f"… {name_of(page, variant)} [{', '.join(languages)}]"


def run_line(run: ScriptRun) -> str:
    """One run in a line."""
    cause = f" ({run.cause})" if run.cause else ""
    subject = f"{name_of(run.page, run.variant)} [{', '.join(run.languages)}]"
    extent = f"; {told}" if (told := extent_text(run)) else ""
    return f"{MARKS[run.verdict]} {subject} {run.verdict}{cause} in {run.seconds:.1f} s{extent}"


def tally(runs: Sequence[ScriptRun], findings: Sequence[Diagnostic] = ()) -> str:
    """`12 scripts run: 9 passed, 2 failed, 1 flaky; 3 skipped; 1 page could not be read`: how many came to what.

    Where snippets were not run, or were to fail, their number is told as well.

    Args:
        findings: why pages could not be read, and what else reading found.
    """
    number = Counter(run.verdict for run in runs)
    told = [f"{number['passed']} passed", f"{number['failed']} failed"]
    told += [f"{number[verdict]} {verdict}" for verdict in ("flaky", "unstable") if number[verdict]]
    then = [f"{number['skipped']} skipped"] if number["skipped"] else []
    extents = [run.extent for run in runs]
    if not all(extent.is_whole for extent in extents):
        ran, snippets = sum(extent.ran for extent in extents), sum(extent.snippets for extent in extents)
        then.append(f"{ran} of {count(snippets, 'snippet')} ran")
    pages = unread(findings)
    then += [f"{count(len(pages), 'page')} could not be read"] if pages else []
    others = sum(finding.path not in pages for finding in findings)
    then += [f"{count(others, 'finding')} in pages that could"] if others else []
    return "; ".join([f"{count(len(runs) - number['skipped'], 'script')} run: {', '.join(told)}", *then])


def row_of(run: ScriptRun) -> tuple[str, ...]:
    """A run's cells below HEADING."""
    ran = f"{run.extent.ran} of {run.extent.snippets}"
    name = name_of(run.page, run.variant)
    return name, ", ".join(run.languages), run.verdict, run.cause or "", ran, f"{run.seconds:.1f}"


def without_only_language(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows of a table below their heads, less the languages where all rows are of one and the same."""
    column = rows[0].index("languages")
    languages = {row[column] for row in rows[1:]} - {""}
    if len(languages) != 1 or "," in min(languages):
        return list(rows)
    return [row[:column] + row[column + 1 :] for row in rows]


def table_lines(runs: Iterable[ScriptRun], width: int | None = None) -> Iterator[Line]:
    """One row a run.

    Args:
        width: columns of the terminal; the pages' names are cut to fit. None to cut nothing.
    """
    runs = list(runs)
    rows = [[terminal_line(cell) for cell in row] for row in without_only_language([HEADING, *map(row_of, runs)])]
    widths = [max(display_width(row[index]) for row in rows) for index in range(len(rows[0]))]
    if width is not None:
        # A terminal breaks a line that fills it to the last column.
        over = sum(widths) + 2 * (len(widths) - 1) - (width - 1)
        widths[0] = min(widths[0], max(_NARROWEST_PAGE, widths[0] - over))
    for index, row in enumerate(rows):
        texts = [fit(text, columns) for text, columns in zip(row[:-1], widths, strict=False)]
        style: Style = "bold" if index == 0 else STYLES[runs[index - 1].verdict]
        yield Line("  ".join([*texts, row[-1].rjust(widths[-1])]), style)


def skip_lines(runs: Iterable[ScriptRun]) -> Iterator[Line]:
    """`path:line: skipped in zh_CN: reason`, for each place of every skip."""
    for skipped in skips_of(runs):
        for line, languages in places(skipped.lines).items():
            yield Line(f"{skipped.path}:{line}: skipped in {languages}: {skipped.reason}", "dim")


def failure_lines(run: ScriptRun) -> Iterator[Line]:
    """Where and why a run is not green, with the reader's part of its traceback; nothing for one that is."""
    fault = fault_of(run)
    if fault:
        yield from _fault_lines(fault)


def entry_lines(check: EntryCheck) -> Iterator[Line]:
    """Where a page offers an entry that is not there, and why it is not; nothing for one that is."""
    fault = fault_of_entry(check)
    if fault:
        yield from _fault_lines(fault)


def summary_lines(
    runs: Sequence[ScriptRun],
    command_for: Callable[[ScriptRun], str],
    entries: Iterable[EntryCheck] = (),
    findings: Sequence[Diagnostic] = (),
    width: int | None = None,
) -> Iterator[Line]:
    """What is to be read after the last run: the table, every skip, every failure with the command that repeats it.

    Args:
        findings: why pages could not be read, and what else reading found.
        command_for: what to type to run just this one again.
        width: columns of the terminal; None where there is none.
    """
    groups = [list(table_lines(runs, width)) if runs else [], list(skip_lines(runs))]
    groups += [[*failure_lines(run), Line(f"  again: {command_for(run)}")] for run in runs if fault_of(run)]
    groups += [lines for check in entries if (lines := list(entry_lines(check)))]
    groups.append(list(diagnostic_lines(findings)))
    for group in groups:
        if group:
            yield from group
            yield Line("")
    yield Line(tally(runs, findings), "bold")


def _fault_lines(fault: Fault) -> Iterator[Line]:
    colour: Style = "red" if fault.level == "error" else "yellow"
    for line, languages in places(fault.lines).items():
        yield Line(f"{fault.path}:{line}: in {languages}", "bold")
    yield from (Line(f"  {line}", colour) for line in fault.message.splitlines())
    if fault.cause:
        yield Line(f"  {fault.cause}")
    if fault.remedy:
        yield Line(f"  to do: {fault.remedy}")
    if fault.attempt:
        yield Line(f"  try: {fault.attempt}")
    yield from (Line(f"  │ {line}") for line in (*fault.stack, *fault.difference))
