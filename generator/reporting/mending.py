"""What `mend` found: as a patch, as suggestions for a pull request, for programs, for people."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from generator.model.mending import Mended, Step, Unmended
from generator.model.run import ScriptRun
from generator.reporting.characters import json_text, one_line
from generator.reporting.markdown import fenced
from generator.reporting.terminal import Line
from generator.reporting.text import count, environment_line

_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of lines of a page that a repair changes, as it stands once those above it are changed."""

    start: int
    """Line of the first one, with its context, from 1."""
    old: Sequence[str]
    new: Sequence[str]
    lines: Sequence[str]
    """The same as a unified diff without its heads: each with its mark."""


def hunks(step: Step) -> Iterator[Hunk]:
    """The stretches of a page that one repair changes, from the top."""
    old, new = step.before.split("\n"), step.after.split("\n")
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        _, first, _, new_first, _ = group[0]
        _, _, end, _, new_end = group[-1]
        lines: list[str] = []
        for kind, start, stop, new_start, new_stop in group:
            lines += [f"{' ' if kind == 'equal' else '-'}{line}" for line in old[start:stop]]
            lines += [f"+{line}" for line in new[new_start:new_stop] if kind != "equal"]
        yield Hunk(new_first + 1, old[first:end], new[new_first:new_end], lines)


def told(step: Step) -> str:
    """What failed, what was changed and how that was seen to run, in a line."""
    return one_line(f"{failure_of(step)}; {step.candidate.what} ({step.candidate.repair}); {seen(step.run)}")


def failure_of(step: Step) -> str:
    """The error that a repair mends."""
    return f"{step.error.name}: {step.error.message}".rstrip(": \n").splitlines()[0]


def seen(run: ScriptRun) -> str:
    """How a repair was seen to run."""
    weights = "stand-in weights" if run.weights == "standin" else "the published weights"
    return f"seen to pass on {environment_line(run.environment)}, with {weights if run.repositories else 'no weights'}"


def patch(mended: Iterable[Mended], newline: str = "\n") -> Iterator[str]:
    """Lines of a patch for `git apply` and `patch`: each hunk with its own heads and a line on it above."""
    for one in mended:
        for step in one.steps:
            for hunk in hunks(step):
                yield f"# {one.page.path}:{hunk.start}: {told(step)}"
                yield f"--- a/{one.page.path}"
                yield f"+++ b/{one.page.path}"
                yield f"@@ -{hunk.start},{len(hunk.old)} +{hunk.start},{len(hunk.new)} @@"
                yield from hunk.lines


def suggestions(mended: Sequence[Mended]) -> Iterator[str]:
    """Markdown for a pull request's reviewers: every repair with the lines it puts in place of which."""
    for one in mended:
        if one.text != one.page.source:
            yield f"### {one_line(one.page.path)}\n"
        for step in one.steps:
            for hunk in hunks(step):
                changed = _changed(hunk)
                yield f"Line {changed.start} to {changed.start + max(len(changed.old), 1) - 1}: {told(step)}\n"
                yield fenced("\n".join(changed.new), "suggestion") + "\n"
        for left in one.unmended:
            yield f"Not mended: {one_line(left.run.path)}, {one_line(left.run.reason)}\n"
            yield from (f"- tried: {one_line(f'{each.candidate.what}: {each.reason}')}" for each in left.tried)


def _changed(hunk: Hunk) -> Hunk:
    """A hunk without its context; an insertion keeps the line above it, which a suggestion has to replace."""
    first = next(index for index, line in enumerate(hunk.lines) if line[0] != " ")
    last = max(index for index, line in enumerate(hunk.lines) if line[0] != " ")
    lines = hunk.lines[first : last + 1]
    if all(line[0] == "+" for line in lines) and first:
        first -= 1
        lines = hunk.lines[first : last + 1]
    old = [line[1:] for line in lines if line[0] != "+"]
    return Hunk(hunk.start + first, old, [line[1:] for line in lines if line[0] != "-"], lines)


def mended_json(mended: Iterable[Mended]) -> str:
    """`{"pages": [{"path", "steps": [...], "unmended": [...], "text"}]}`; `text` is the page with all repairs."""
    return json_text({"pages": [_page(one) for one in mended]})


def _page(one: Mended) -> dict[str, Any]:
    return {
        "path": one.page.path,
        "steps": [
            {
                "repair": step.candidate.repair,
                "what": step.candidate.what,
                "error": failure_of(step),
                "lines": dict(step.error.lines),
                "hunks": [{"start": each.start, "old": list(each.old), "new": list(each.new)} for each in hunks(step)],
                "run": msgspec.to_builtins(step.run),
            }
            for step in one.steps
        ],
        "unmended": [
            {
                "languages": list(left.run.languages),
                "cause": left.run.cause,
                "error": left.run.reason,
                "reason": left.reason,
                "tried": [
                    {"repair": each.candidate.repair, "what": each.candidate.what, "reason": each.reason}
                    for each in left.tried
                ],
            }
            for left in one.unmended
        ],
        "text": one.text,
    }


def lines(mended: Sequence[Mended]) -> Iterator[Line]:
    """For people: what was mended and what was not, with what was tried."""
    for one in mended:
        yield Line(one.page.path, "bold")
        for step in one.steps:
            yield Line(f"  ✔ line {min(step.error.lines.values())}: {failure_of(step)}", "green")
            yield Line(f"    {step.candidate.what} ({step.candidate.repair}): {seen(step.run)}")
        for left in one.unmended:
            yield from _unmended(left)
        yield Line("")
    steps, left_over = sum(len(one.steps) for one in mended), sum(len(one.unmended) for one in mended)
    pages = count(len(mended), "page")
    failing = f"{count(left_over, 'script')} fail still" if left_over != 1 else "1 script fails still"
    yield Line(f"{pages} failed: {count(steps, 'repair')} seen to run; {failing}", "bold")


def _unmended(left: Unmended) -> Iterator[Line]:
    snippet = left.run.failed_snippet
    place = f"line {min(snippet.error.lines.values())}: " if snippet and snippet.error else ""
    yield Line(f"  ✘ {place}{left.run.reason} [{', '.join(left.run.languages)}]", "red")
    if left.run.cause:
        yield Line(f"    cause: {left.run.cause}" + (f"; {left.reason}" if left.reason else ""))
    for each in left.tried:
        yield Line(f"    tried to {each.candidate.what} ({each.candidate.repair}): {each.reason}")
    if not left.tried and not left.reason:
        yield Line("    no repair is known for it")
