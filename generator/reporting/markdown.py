"""Runs as Markdown, for the summary page of a job of continuous integration."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, ScriptRun
from generator.reporting.characters import one_line, visible
from generator.reporting.fault import Fault, fault_of, fault_of_entry, places, skips_of, unread
from generator.reporting.text import HEADING, MARKS, environment_line, row_of, tally, without_only_language

MOST_CHARACTERS = 250_000
"""How much of a summary tells of failures. GitHub takes one mebibyte, and a character is up to four bytes."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
# An underscore inside a word emphasises nothing.
_SPECIAL = re.compile(r"[\\`*\[\]~$]|(?<!\w)_|_(?!\w)")
# What would make a list, a heading or a rule of a line that begins with it.
_AT_THE_START = re.compile(r"^(\d*)(?=[-+=#.)]+(?:\s|$))")


def markdown_summary(
    runs: Sequence[ScriptRun],
    command_for: Callable[[ScriptRun], str],
    entries: Iterable[EntryCheck] = (),
    findings: Sequence[Diagnostic] = (),
) -> str:
    """A table of all runs and of the pages that could not be read, the findings, the failures, folded, every skip.

    Args:
        command_for: what to type to run just this one again.
        findings: why pages could not be read, and what else reading found.
    """
    parts = [f"## {escaped(tally(runs, findings))}", *_circumstances(runs), _table(runs, unread(findings))]
    if findings:
        told = [f"- {escaped(f'{one.path}:{one.line}')}: {escaped(f'{one.message} ({one.rule})')}" for one in findings]
        parts += ["### Findings", "\n".join(as_many_as_fit(told))]
    failures = [_failure(fault, command_for(run)) for run in runs if (fault := fault_of(run))]
    failures += [_failure(fault, None) for check in entries if (fault := fault_of_entry(check))]
    if failures:
        parts += ["### Failures", *as_many_as_fit(failures)]
    skips = list(_skips(runs))
    if skips:
        parts += ["### Skipped", "\n".join(skips)]
    return "\n\n".join(parts) + "\n"


def _circumstances(runs: Sequence[ScriptRun]) -> Iterator[str]:
    """What the scripts were run with."""
    told = dict.fromkeys(
        environment_line(run.environment) + (", stand-in weights" if run.weights == "standin" else "")
        for run in runs
        if run.verdict != "skipped"
    )
    if told:
        yield "  \n".join(map(escaped, told))


def _table(runs: Sequence[ScriptRun], unread_pages: Iterable[str]) -> str:
    rows: list[tuple[str, ...]] = [HEADING]
    for run in runs:
        page, languages, verdict, *rest = row_of(run)
        rows.append((page, languages, f"{MARKS[run.verdict]} {verdict}", *rest))
    rows += [(Path(path).stem, "", f"{MARKS['failed']} could not be read", "", "", "") for path in unread_pages]
    rows = without_only_language(rows)
    heading, *told = [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    return "\n".join([heading, f"|{'---|' * (len(rows[0]) - 1)}--:|", *told])


def _failure(fault: Fault, command: str | None) -> str:
    first_line = fault.message.partition("\n")[0]
    heading = f"<b>{_html(fault.subject)}</b> {_html(first_line)} ({_html(fault.kind)})"
    lines = [f"{fault.path}:{line}: in {languages}" for line, languages in places(fault.lines).items()]
    told = fenced("\n".join([*lines, *fault.account]))
    again = f"\n\nagain:\n\n{fenced(command, 'sh')}" if command else ""
    return f"<details><summary>{heading}</summary>\n\n{told}{again}\n\n</details>"


def as_many_as_fit(parts: Sequence[str], most: int = MOST_CHARACTERS) -> Iterator[str]:
    """The first parts, up to so many characters, and how many are left: what is too long is not shown at all."""
    left = most
    for number, part in enumerate(parts):
        left -= len(part)
        if left < 0:
            yield f"and {len(parts) - number} more: the log of the job has them"
            return
        yield part


def _skips(runs: Iterable[ScriptRun]) -> Iterator[str]:
    for skipped in skips_of(runs):
        for line, languages in places(skipped.lines).items():
            yield f"- {escaped(f'{skipped.path}:{line}')} in {escaped(languages)}: {escaped(skipped.reason)}"


def fenced(text: str, language: str = "text") -> str:
    """A code block whose fence is longer than any in the text."""
    text = visible(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def escaped(text: str) -> str:
    """Text as Markdown that shows it as it is, also in a table's cell."""
    backslashed = _AT_THE_START.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", one_line(text)))
    return re.sub(r"[&<>|]", lambda found: _ENTITIES[found[0]], backslashed)


def _html(text: str) -> str:
    return re.sub(r"[&<>]", lambda found: _ENTITIES[found[0]], one_line(text))
