"""Diagnostics and runs as workflow commands, which put each on its line of a pull request."""

from collections.abc import Iterable, Iterator

from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, ScriptRun
from generator.reporting.characters import visible
from generator.reporting.fault import Fault, faults_of, places, skips_of


def github_annotations(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """One for each finding."""
    for finding in findings:
        place = f"{finding.line},col={finding.column}"
        yield _command(finding.severity, finding.path, place, finding.rule, finding.message)


def run_annotations(runs: Iterable[ScriptRun], entries: Iterable[EntryCheck] = ()) -> Iterator[str]:
    """One for each place of what is not green, and for each place of every skip.

    Failures are errors; flaky and unstable runs and skips are warnings.
    """
    runs = list(runs)
    for fault in faults_of(runs, entries):
        yield from _annotate(fault)
    for skipped in skips_of(runs):
        for line, languages in places(skipped.lines).items():
            yield _command("warning", skipped.path, line, "skipped", f"not run in {languages}: {skipped.reason}")


def _annotate(fault: Fault) -> Iterator[str]:
    title = fault.name if fault.name == fault.kind else f"{fault.name} ({fault.kind})"
    for line, languages in places(fault.lines).items():
        attempt = f"try: {fault.attempt}" if fault.attempt else ""
        told = [fault.message, fault.reason, fault.remedy, attempt, f"in {languages}", *fault.stack, *fault.difference]
        yield _command(fault.level, fault.path, line, title, "\n".join(part for part in told if part))


def _command(level: str, path: str, line: int | str, title: str, message: str) -> str:
    return f"::{level} file={_escape(path)},line={line},title={_escape(title)}::{_escape_data(message)}"


def _escape_data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\n", "%0A")


def _escape(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
