"""What changed from one night to the next: for people, as Markdown, for programs, and as issues about broken pages."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.model.changes import Change, ChangeKind, Commits
from generator.model.run import ScriptRun
from generator.reporting.characters import json_text, one_line, visible
from generator.reporting.fault import fault_of, name_of, places
from generator.reporting.markdown import MOST_CHARACTERS, as_many_as_fit, escaped, fenced
from generator.reporting.terminal import Line, Style
from generator.reporting.text import environment_line

HEADINGS: Mapping[ChangeKind, str] = {
    "broken": "newly broken",
    "still-broken": "still broken",
    "mended": "newly mended",
    "output": "other output",
    "link": "files gone or changed",
    "slower": "slower",
    "larger": "larger",
    "upstream": "another commit, the same result",
    "new": "run for the first time",
    "gone": "run no more",
}

_STYLES: Mapping[ChangeKind, Style] = {
    "broken": "red",
    "still-broken": "red",
    "mended": "green",
    "output": "yellow",
    "link": "yellow",
    "slower": "yellow",
    "larger": "yellow",
}
_DIGITS = 12
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_BODY = 60_000
"""Characters of an issue. GitHub takes 65,536."""
_STACK = 40


@dataclass(frozen=True, slots=True)
class Issue:
    """What a repository's issues say of one page."""

    name: str
    """The page's, as a file can be called: it is in the title, by which the issue is found again."""
    title: str
    body: str
    """Markdown. Its first line is a comment that names the page."""
    is_open: bool
    """Whether the page is broken. Where not, the body says that it runs again, and the issue can be closed."""


def tally(changes: Sequence[Change]) -> str:
    """`2 newly broken, 1 slower`: how many of each kind; that nothing changed, where nothing did."""
    number = Counter(change.kind for change in changes)
    return ", ".join(f"{number[kind]} {told}" for kind, told in HEADINGS.items() if number[kind]) or "nothing changed"


def change_lines(changes: Sequence[Change]) -> Iterator[Line]:
    """For people, the worst first."""
    for change in changes:
        yield Line(f"{HEADINGS[change.kind]}: {_subject(change)}: {change.told}", _STYLES.get(change.kind, ""))
        for moved in change.commits:
            yield Line(f"  upstream: {moved.repository} {moved.old[:_DIGITS]}..{moved.new[:_DIGITS]}")
        if change.moved:
            yield Line(f"  environment: {change.moved}")
        yield from (Line(f"  │ {line}") for line in change.difference)
    yield Line(tally(changes), "bold")


def changes_json(changes: Sequence[Change]) -> str:
    """`{"summary": {kind: number}, "changes": [...]}`.

    A change is `{"kind", "page", "variant", "languages", "device", "driver", "cuda", "weights", "told",
    "difference": [line], "commits": [{"repository", "old", "new"}], "environment", "old", "new"}`; driver and cuda are
    empty where they are not known, and the last two are None or
    `{"verdict", "cause", "reason", "started", "seconds", "peakMemory"}`.
    """
    number = Counter(change.kind for change in changes)
    return json_text({"summary": {kind: number[kind] for kind in HEADINGS}, "changes": [_row(one) for one in changes]})


def changes_markdown(changes: Sequence[Change]) -> str:
    """For the summary of a job: a heading a kind, and differences folded. Text of pages and kernels stays text."""
    parts = [f"## {escaped(tally(changes)[:1].upper() + tally(changes)[1:])}"]
    for kind, heading in HEADINGS.items():
        own = [_item(change) for change in changes if change.kind == kind]
        if own:
            parts += [f"### {heading[:1].upper()}{heading[1:]}", *as_many_as_fit(own, MOST_CHARACTERS // len(HEADINGS))]
    return "\n\n".join(parts) + "\n"


def issues(
    changes: Sequence[Change], command_for: Callable[[ScriptRun], str], names: Callable[[str], str]
) -> list[Issue]:
    """An issue for each page that is broken, and for each that is whole again.

    Args:
        command_for: what to type to run just this one again.
        names: a page's id as a file can be called.
    """
    broken: dict[str, list[Change]] = {}
    mended: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind in ("broken", "still-broken"):
            broken.setdefault(change.run.page, []).append(change)
        elif change.kind == "mended":
            mended.setdefault(change.run.page, []).append(change)
    found = [_issue(page, own, names(page), command_for) for page, own in sorted(broken.items())]
    whole = [(page, own) for page, own in sorted(mended.items()) if page not in broken]
    return found + [_whole_again(page, own, names(page)) for page, own in whole]


def issues_json(found: Iterable[Issue]) -> str:
    """A list of `{"name", "title", "body", "isOpen"}`."""
    return json_text([{"name": one.name, "title": one.title, "body": one.body, "isOpen": one.is_open} for one in found])


def _subject(change: Change) -> str:
    run = change.run
    circumstances = f"{run.environment.device}{', stand-in weights' if run.weights == 'standin' else ''}"
    return f"{name_of(run.page, run.variant)} [{', '.join(run.languages)}; {circumstances}]"


def _row(change: Change) -> dict[str, Any]:
    run = change.run
    return {
        "kind": change.kind,
        "page": run.page,
        "variant": run.variant,
        "languages": run.languages,
        "device": run.environment.device,
        "driver": run.environment.driver,
        "cuda": run.environment.cuda,
        "weights": run.weights,
        "told": change.told,
        "difference": change.difference,
        "commits": [{"repository": one.repository, "old": one.old, "new": one.new} for one in change.commits],
        "environment": change.moved,
        "old": _of_run(change.old),
        "new": _of_run(change.new),
    }


def _of_run(run: ScriptRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "verdict": run.verdict,
        "cause": run.cause,
        "reason": run.reason,
        "started": run.started,
        "seconds": run.seconds,
        "peakMemory": run.facts.peak_memory if run.facts else None,
    }


def _item(change: Change) -> str:
    lines = [f"- **{escaped(_subject(change))}**: {escaped(change.told)}"]
    lines += [f"  - {told}" for told in _reasons(change)]
    if change.difference:
        lines += ["", "<details><summary>the difference</summary>", "", fenced("\n".join(change.difference), "diff")]
        lines += ["", "</details>"]
    return "\n".join(lines)


def _reasons(change: Change) -> Iterator[str]:
    """What else was another than before: perhaps the reason."""
    yield from (f"upstream: {_link(moved)}" for moved in change.commits)
    if change.moved:
        yield f"environment: {escaped(change.moved)}"


def _link(moved: Commits) -> str:
    """The commits between, as a link where both are what they should be: they come from a stranger's archive."""
    told = f"{escaped(moved.repository)} {moved.old[:_DIGITS]}..{moved.new[:_DIGITS]}"
    if not (_REPOSITORY.fullmatch(moved.repository) and _COMMIT.fullmatch(moved.old) and _COMMIT.fullmatch(moved.new)):
        return escaped(f"{moved.repository} {moved.old}..{moved.new}")
    return f"[{told}](https://github.com/{moved.repository}/compare/{moved.old}...{moved.new})"


def _title(name: str) -> str:
    return f"{name} does not run"


def _issue(page: str, own: Sequence[Change], name: str, command_for: Callable[[ScriptRun], str]) -> Issue:
    parts = [_marker(name), f"The page **{escaped(page)}** does not run as it stands. The newest run of each script:"]
    parts += as_many_as_fit([_told(change, command_for(change.run)) for change in own], _BODY)
    parts.append("This text is written anew after each nightly run, and the issue is closed once the page runs again.")
    return Issue(name, _title(name), "\n\n".join(parts) + "\n", True)


def _whole_again(page: str, own: Sequence[Change], name: str) -> Issue:
    told = [f"- {escaped(_subject(change))}: {escaped(change.told)}" for change in own]
    told += [f"  - {reason}" for change in own for reason in _reasons(change)]
    body = "\n\n".join([_marker(name), f"The page **{escaped(page)}** runs again.", *as_many_as_fit(told, _BODY)])
    return Issue(name, _title(name), f"{body}\n", False)


def _marker(name: str) -> str:
    return f"<!-- hubpages: {name} -->"  # a file's name holds neither blanks nor angle brackets


def _told(change: Change, command: str) -> str:
    """A script that fails, for an issue."""
    run, fault = change.run, fault_of(change.run)
    lines = [f"### {escaped(_subject(change))}", "", f"- {escaped(change.told)}"]
    lines += [f"- {told}" for told in _reasons(change)]
    lines.append(f"- run {escaped(run.started)} on {escaped(environment_line(run.environment))}")
    if fault:
        where = [f"{fault.path}:{line}: in {languages}" for line, languages in places(fault.lines).items()]
        account = [*where, *visible(fault.message).split("\n"), *fault.stack[:_STACK], *fault.difference]
        lines += ["", fenced("\n".join(account))]
    lines += ["", "again:", "", fenced(one_line(command), "sh")]
    return "\n".join(lines)
