"""What is wrong with a run, what was skipped, and what was not run at all, as every report tells it."""

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.model.diagnostic import Diagnostic
from generator.model.messages import abridged, headline
from generator.model.run import EntryCheck, Frame, Lines, ScriptRun, SnippetError, SnippetRun
from generator.reporting.characters import shorten, visible
from generator.reporting.stack import shorten_traceback

MEANINGS: Mapping[str, str] = {
    "page": "the snippet is wrong",
    "upstream": "raised inside the hub repository's code, whatever the page does",
    "page-or-upstream": "raised inside the hub repository's code on a call that the page makes",
    "environment": "a module is missing in the kernel environment",
    "asset": "a download is missing, changed or out of reach",
    "limit": "time, memory or output ran out",
    "crash": "the kernel died of a signal",
    "flaky": "passed only after a failure of the network",
    "unstable": "passed, and printed something else each time",
    "failed": "no cause is known",
}
"""Each kind of fault: the causes, and the verdicts that have none."""

MISMATCH = "OutputMismatch"
"""Name of the error whose traceback is a unified diff: of what the page says is printed, and of what was."""

_DEADLINE = "DeadlineExceeded"
_MESSAGE_LINES = 12
_DIFFERENCE_LINES = 20
_DIFFERENCE_COLUMNS = 160
_REACHED = ("passed", "xfailed", "compiled")


@dataclass(frozen=True, slots=True)
class Fault:
    """A run, or an entry of the hub repository, that is not green."""

    page: str
    """The page's id."""
    path: str
    subject: str
    """What to call it: the page, with its variant and languages."""
    lines: Lines
    """Where each language has what is to blame: of a run without a failing snippet, the last one that was run."""
    snippet: int | None
    """Index of the snippet to blame; None for an entry."""
    level: Literal["error", "warning"]
    """warning for flaky and unstable."""
    kind: str
    """A key of MEANINGS: the cause, or else the verdict."""
    name: str
    """Of the exception, signal or limit; else flaky or unstable, or the kind."""
    message: str
    """What went wrong, with the name; several lines where the error has several."""
    reason: str
    """The verdict's sentence, where it says more than the message."""
    remedy: str = ""
    """What to do about it, where that is not to mend what the message names."""
    attempt: str = ""
    """What `mend` would try first, and how to have it tried."""
    stack: tuple[str, ...] = ()
    """The reader's lines of the traceback."""
    frames: tuple[Frame, ...] = ()
    """All levels, outermost first."""
    difference: tuple[str, ...] = ()
    """What was printed that ought not to be, or differed from one time to the next, as a unified diff, shortened."""

    @property
    def cause(self) -> str:
        """Whose fault it is, as a line; empty where the message says all of it."""
        told = f" ({self.reason})" if self.reason else ""
        return "" if self.kind == "unstable" else f"cause: {self.kind}{told}"

    @property
    def account(self) -> list[str]:
        """All of it, a line each: the message, the cause, what to do or to try, the stack, the difference."""
        told = [self.message, *([self.cause] if self.cause else [])]
        told += [f"to do: {self.remedy}"] if self.remedy else []
        told += [f"try: {self.attempt}"] if self.attempt else []
        return [*told, *self.stack, *self.difference]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A snippet that was not run, on purpose."""

    page: str
    path: str
    lines: Lines
    reason: str


def name_of(page: str, variant: str | None) -> str:
    """`resnet (resnet34)`; the page alone where it stands for itself."""
    return visible(f"{page} ({variant})" if variant else page)


def unread(findings: Iterable[Diagnostic]) -> Collection[str]:
    """The files of the pages that could not be read, so that nothing of them was run."""
    return dict.fromkeys(finding.path for finding in findings if finding.severity == "error")


def extent_text(run: ScriptRun) -> str:
    """`2 of 3 snippets ran; 1 skipped: needs a camera`; empty where every snippet ran and none was to fail."""
    extent = run.extent
    if extent.is_whole:
        return ""
    reasons = dict.fromkeys(visible(one.reason) for one in run.snippets if one.status == "skipped" and one.reason)
    told = [f"{extent.ran} of {extent.snippets} snippets ran"]
    told += [f"{extent.skipped} skipped: {', '.join(reasons) or visible(run.reason)}"] if extent.skipped else []
    told += [f"{extent.compiled} compiled only"] if extent.compiled else []
    told += [f"{extent.xfailed} failed as the page says"] if extent.xfailed else []
    told += [f"{extent.not_reached} not reached"] if extent.not_reached else []
    return "; ".join(told)


def fault_of(run: ScriptRun) -> Fault | None:
    """What is wrong with a run; None if it is green."""
    if run.verdict in ("passed", "skipped"):
        return None
    index = _to_blame(run.snippets)
    snippet = run.snippets[index] if index is not None else None
    error = snippet.error if snippet else None
    kind = run.cause or run.verdict
    if error:
        message = f"{error.name}: {abridged(error.message)}".rstrip(": \n")
        lines = error.lines
    else:
        message = run.reason or MEANINGS[kind]
        lines = snippet.lines if snippet else dict.fromkeys(run.languages, 1)
    if run.verdict == "flaky" and MEANINGS["flaky"] not in message:
        message = f"{MEANINGS['flaky']}: {message}"
    elif run.verdict == "unstable" and run.reason:
        message = f"passed, and {run.reason}"
    hub = run.cause != "page"
    return Fault(
        page=run.page,
        path=run.path,
        subject=f"{name_of(run.page, run.variant)} [{', '.join(run.languages)}]",
        lines=lines,
        snippet=index,
        level="error" if run.verdict == "failed" else "warning",
        kind=kind,
        name=error.name if error else kind if run.verdict == "failed" else run.verdict,
        message="\n".join(shorten(visible(message).splitlines(), _MESSAGE_LINES)),
        reason="" if _is_told(run.reason, error, message) else visible(run.reason),
        remedy=_remedy(run, error),
        attempt=f"{visible(run.repair)} (hubpages mend {shlex.quote(run.path)})" if run.repair else "",
        stack=tuple(shorten_traceback(error.traceback, Path(run.path).name, hub=hub)) if error else (),
        frames=error.frames if error else (),
        difference=_shortened_difference(error.traceback if error and error.name == MISMATCH else run.difference),
    )


def fault_of_entry(check: EntryCheck) -> Fault | None:
    """What is wrong with an entry that a page offers as a variant; None if nothing is."""
    if check.verdict == "passed":
        return None
    kind = check.cause or "failed"
    message = f"{check.entry} of {check.repository}: {check.reason or MEANINGS[kind]}"
    subject = f"{name_of(check.page, check.entry)} [{', '.join(check.lines)}]"
    return Fault(check.page, check.path, subject, check.lines, None, "error", kind, kind, visible(message), "")


def faults_of(runs: Iterable[ScriptRun], entries: Iterable[EntryCheck] = ()) -> list[Fault]:
    """Everything that is not green, in the order given."""
    found = [*map(fault_of, runs), *map(fault_of_entry, entries)]
    return [fault for fault in found if fault is not None]


def skips_of(runs: Iterable[ScriptRun]) -> list[Skipped]:
    """Every snippet that was skipped, once, however many variants of its page were run."""
    found: dict[tuple[str, frozenset[tuple[str, int]]], Skipped] = {}
    for run in runs:
        for skipped in _skips_of(run):
            found.setdefault((skipped.path, frozenset(skipped.lines.items())), skipped)
    return list(found.values())


def places(lines: Lines) -> Mapping[int, str]:
    """Each line with the languages that have it: the sample's lines are those of all."""
    languages: dict[int, list[str]] = {}
    for language, line in lines.items():
        languages.setdefault(line, []).append(language)
    return {line: ", ".join(names) for line, names in languages.items()}


def _is_told(reason: str, error: SnippetError | None, message: str) -> bool:
    """Whether the message says what the verdict's sentence does."""
    return reason.strip() in message or (error is not None and reason == headline(error.name, error.message))


def _remedy(run: ScriptRun, error: SnippetError | None) -> str:
    if run.advice:
        return visible(run.advice)
    if error is not None and error.name == _DEADLINE:
        return (
            "<!-- verify: timeout=SECONDS --> above the fence gives it more time, within page_seconds under [limits] "
            'in hub.toml; <!-- verify: skip reason="…" --> leaves out what never ends'
        )
    if run.verdict == "unstable":
        return "seed what is random, or state below the snippet what it prints, with ... for what differs each time"
    packages = [one.package for one in run.assets if one.status == "refused" and one.package not in ("", "pip")]
    if run.cause == "environment" and packages:
        told = ", ".join(dict.fromkeys(packages))
        return (
            f"pip is given nothing when a page is verified: name {told} in the page's shell block for its readers, and "
            "install it in the kernel environment (python in [kernel] of hub.toml), or skip the snippet"
        )
    if run.cause == "environment":
        return "install the module in the kernel environment (python in [kernel] of hub.toml), or skip the snippet"
    unlocked = [one.url for one in run.assets if one.status == "refused" and "hub.lock" in (one.reason or "")]
    if run.cause == "asset" and unlocked:
        command = f"hubpages assets add {shlex.quote(unlocked[0])} FILE"
        return f"{command} puts a file into the store, and verify --assets record what the snippets download"
    return ""


def _skips_of(run: ScriptRun) -> Iterator[Skipped]:
    found = [snippet for snippet in run.snippets if snippet.status == "skipped"]
    if run.verdict == "skipped" and not found:
        found = list(run.snippets[:1])
    for snippet in found:
        yield Skipped(run.page, run.path, snippet.lines, visible(snippet.reason or run.reason))


def _to_blame(snippets: Sequence[SnippetRun]) -> int | None:
    reached = [index for index, snippet in enumerate(snippets) if snippet.status in _REACHED]
    failed = [index for index, snippet in enumerate(snippets) if snippet.status == "failed"]
    if failed:
        return failed[0]
    return reached[-1] if reached else 0 if snippets else None


def _shortened_difference(difference: str) -> tuple[str, ...]:
    lines = shorten(visible(difference).splitlines(), _DIFFERENCE_LINES)
    return tuple(line if len(line) <= _DIFFERENCE_COLUMNS else f"{line[:_DIFFERENCE_COLUMNS]}…" for line in lines)
