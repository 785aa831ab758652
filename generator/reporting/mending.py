"""What `mend` found: as a patch, as suggestions for a pull request, for programs, for people."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from generator.model.mending import Mended, Refused, Step, Unmended
from generator.model.messages import headline
from generator.model.run import Lines, ScriptRun, distribution_key
from generator.reporting.characters import json_text, one_line, terminal_line
from generator.reporting.fault import places
from generator.reporting.markdown import escaped, fenced
from generator.reporting.terminal import Line
from generator.reporting.text import count, environment_line

_CONTEXT = 3
_LONGEST = 200
"""Of an error message: MegEngine's assertions name every template parameter."""
_CODE = re.compile(r"( ?`[^`]+` ?)")
"""With the blanks beside it, which are lost at the ends of what is escaped."""
_PLAIN_NAME = re.compile(r"[\w./ +@,=~()\[\]-]+")


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of lines of a page that a repair changes, as it stands once those above it are changed."""

    start: int
    """Line of the first one, with its context, from 1."""
    old: Sequence[str]
    """Without line feeds; those of a CRLF page keep their carriage returns."""
    new: Sequence[str]
    lines: Sequence[str]
    """The same as a unified diff without its heads: each with its mark."""
    was: int
    """Where it starts in the text in which nothing is changed yet."""


def hunks(before: str, after: str) -> Iterator[Hunk]:
    """The stretches in which two texts of a page differ, from the top."""
    old, new = _lines(before), _lines(after)
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        _, first, _, new_first, _ = group[0]
        _, _, end, _, new_end = group[-1]
        lines: list[str] = []
        for kind, start, stop, new_start, new_stop in group:
            lines += [f"{' ' if kind == 'equal' else '-'}{line}" for line in old[start:stop]]
            lines += [f"+{line}" for line in new[new_start:new_stop] if kind != "equal"]
        told = [line.removesuffix("\n") for line in lines]
        yield Hunk(new_first + 1, _bare(old[first:end]), _bare(new[new_first:new_end]), _marked(lines, told), first + 1)


def _lines(text: str) -> list[str]:
    """Lines with their line feeds, which the last one may lack."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _bare(lines: Sequence[str]) -> list[str]:
    return [line.removesuffix("\n") for line in lines]


def _marked(lines: Sequence[str], told: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line, shown in zip(lines, told, strict=True):
        found += [shown] if line.endswith("\n") else [shown, "\\ No newline at end of file"]
    return found


def told(step: Step) -> str:
    """What failed, what was changed and how that was seen to run, in a line."""
    return one_line(f"{failure_of(step)}; {step.candidate.what} ({step.candidate.repair}); {seen(step)}")


def failure_of(step: Step) -> str:
    """The error that a repair mends."""
    return _short(headline(step.error.name, step.error.message))


def _short(error: str) -> str:
    line = (error.rstrip(": \n").splitlines() or [""])[0]
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def seen(*steps: Step) -> str:
    """How repairs were seen to run."""
    ways = " or ".join(dict.fromkeys(_circumstances(step.run) for step in steps))
    installed = ", ".join(
        f"{name} {step.run.environment.packages[distribution_key(name)]}"
        for step in steps
        if (name := step.candidate.install)
    )
    return f"seen to pass on {ways}{installed and f', with {installed} installed for it'}"


def _circumstances(run: ScriptRun) -> str:
    weights = "stand-in weights" if run.weights == "standin" else "the published weights"
    return f"{environment_line(run.environment)}, with {weights if run.repositories else 'no weights'}"


def patch(
    mended: Iterable[Mended], texts: Mapping[str, Sequence[str]], name_of: Callable[[str], str] = str
) -> Iterator[str]:
    """Lines of a patch for `git apply` and `patch -p1`: each hunk with its own heads and a line on it above.

    A hunk with what a terminal or GitHub's runner would obey is left out, and told.

    Args:
        texts: of each page's path, its file's text as it is and with each step, with its own line ends and mark.
        name_of: a page's path as the patch names it, seen from where it is applied.
    """
    for one in mended:
        name = name_of(one.page.path)
        for step, before, after in zip(one.steps, texts[one.page.path], texts[one.page.path][1:], strict=False):
            for hunk in hunks(before, after):
                yield terminal_line(f"# {one_line(name)}:{_failing_line(hunk, step)}: {told(step)}")
                if not all(map(_is_fit, hunk.lines)):
                    yield "# left out: it holds what a terminal or GitHub would obey; `hubpages mend --write` makes it"
                    continue
                yield f"--- {_head(f'a/{name}')}"
                yield f"+++ {_head(f'b/{name}')}"
                yield f"@@ -{hunk.start},{len(hunk.old)} +{hunk.start},{len(hunk.new)} @@"
                yield from hunk.lines


def _failing_line(hunk: Hunk, step: Step) -> int:
    """The line of what failed that a hunk mends, in the page as it was then; what stands above it may be mended too."""
    found = sorted(step.error.lines.values())
    return next((line for line in found if line >= hunk.was), found[-1])


def _is_fit(line: str) -> bool:
    shown = line.removesuffix("\r")
    return terminal_line(shown) == shown


def _head(name: str) -> str:
    """A file's name in the head of a patch: what follows a blank is no date, and what is odd is spelled."""
    if _PLAIN_NAME.fullmatch(name):
        return f"{name}\t" if " " in name else name
    spelled = "".join(
        chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"./-_ ") else f"\\{byte:03o}"
        for byte in name.encode(errors="surrogateescape")
    )
    return f'"{spelled}"'


def suggestions(mended: Sequence[Mended]) -> Iterator[str]:
    """Markdown for a pull request: what was done, and which lines of the page as it is are replaced by which."""
    for one in mended:
        yield f"### {escaped(one.page.path)}\n"
        for step in one.steps:
            what = f"{_prose(step.candidate.what)} ({step.candidate.repair})"
            yield f"- {escaped(failure_of(step))}; {what}; {escaped(seen(step))}"
        if one.steps:
            yield ""
        for hunk in hunks(one.page.source, one.text):
            changed = _changed(hunk)
            last = changed.was + len(changed.old) - 1
            yield f"Line {last}:\n" if last <= changed.was else f"Lines {changed.was} to {last}:\n"
            if all(map(_is_fit, (f" {line}" for line in changed.new))):
                yield fenced("\n".join(changed.new), "suggestion") + "\n"
            else:
                yield "Not shown: it holds what GitHub would obey. `hubpages mend --write` makes it.\n"
        for left in one.unmended:
            yield f"Not mended, {escaped(', '.join(left.run.languages))}: {escaped(_short(left.run.reason))}\n"
            yield from (
                f"- tried to {_prose(each.candidate.what)}: {escaped(_short(each.reason))}" for each in left.tried
            )
            if left.tried:
                yield ""


def _prose(what: str) -> str:
    """A sentence with code between backticks, as Markdown."""
    parts = _CODE.split(one_line(what))
    return "".join(part if number % 2 else escaped(part) for number, part in enumerate(parts))


def _changed(hunk: Hunk) -> Hunk:
    """A hunk without its context; an insertion keeps the line above it, which a suggestion has to replace."""
    lines = [line for line in hunk.lines if line[0] != "\\"]
    first = next(index for index, line in enumerate(lines) if line[0] != " ")
    last = max(index for index, line in enumerate(lines) if line[0] != " ")
    if first and all(line[0] == "+" for line in lines[first : last + 1]):
        first -= 1
    lines = lines[first : last + 1]
    old = [line[1:] for line in lines if line[0] != "+"]
    return Hunk(hunk.start + first, old, [line[1:] for line in lines if line[0] != "-"], lines, hunk.was + first)


def mended_json(mended: Iterable[Mended]) -> str:
    """Every page that failed, and what came of it, as JSON.

    `pages`: a list, of each
    - `path`, and `text`: the page with all repairs, with LF line ends;
    - `steps`: the repairs in their order, each with `repair` (its name), `what` it does, the `error` that it mends, the
      `lines` of the page where that was, by language, `hunks` (`start`: line from 1, `old` and `new`: lines, with
      three around them), and `run`: what the kernel said of the page with it, as `verify` tells it;
    - `unmended`: the scripts that fail still, each with its `languages`, its `cause`, the `error`, the `lines` where it
      is, `reason` (why nothing was tried, or no more), and what was `tried` (`repair`, `what`, `reason`).
    """
    return json_text({"pages": [_page(one) for one in mended]})


def _page(one: Mended) -> dict[str, Any]:
    return {
        "path": one.page.path,
        "steps": [
            {
                "repair": step.candidate.repair,
                "what": step.candidate.what,
                "error": f"{step.error.name}: {step.error.message}",
                "lines": dict(step.error.lines),
                "hunks": [
                    {"start": each.start, "old": list(each.old), "new": list(each.new)}
                    for each in hunks(step.before, step.after)
                ],
                "run": msgspec.to_builtins(step.run),
            }
            for step in one.steps
        ],
        "unmended": [
            {
                "languages": list(left.run.languages),
                "cause": left.run.cause,
                "error": left.run.reason,
                "lines": dict(_lines_of(left.run)),
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
        for step in one.steps:
            yield Line(f"✔ {_place(one, step.error.lines)}{failure_of(step)}", "green")
            yield Line(f"    mended: {step.candidate.what} ({step.candidate.repair})")
        for left in one.unmended:
            yield Line(f"✘ {_place(one, _lines_of(left.run))}{_short(left.run.reason)}", "red")
            yield from map(Line, _account(left))
    if not mended:
        return
    whole, steps = sum(not one.unmended for one in mended), [step for one in mended for step in one.steps]
    rest = f", {len(mended) - whole} not" if whole < len(mended) else ""
    told = [f"{count(len(mended), 'page')} failed: {whole} mended{rest}"]
    if steps:
        told.append(f"{count(len(steps), 'repair')}, {'each ' if len(steps) > 1 else ''}{seen(*steps)}")
    yield Line("")
    yield Line("; ".join(told), "bold")


def _account(left: Unmended) -> Iterator[str]:
    """Why a script is not mended."""
    cause = f"cause: {left.run.cause}" if left.run.cause else ""
    if left.reason or not left.tried:
        yield f"    not mended: {left.reason or 'no repair is known for it'}" + (f" ({cause})" if cause else "")
    else:
        yield "    not mended; tried" + (f" ({cause})" if cause else "")
    yield from (f"    - {_tried(each)}" for each in left.tried)


def _tried(one: Refused) -> str:
    return f"{one.candidate.what} ({one.candidate.repair}): {_short(one.reason)}"


def _lines_of(run: ScriptRun) -> Lines:
    """Where a run failed, for each language."""
    snippet = run.failed_snippet
    return snippet.error.lines if snippet and snippet.error else {}


def _place(one: Mended, lines: Lines) -> str:
    """`page.md:14 (zh_CN), :20 (en_US): `; the line alone where all languages share it."""
    found = places(lines)
    told = [f":{line}" + (f" ({languages})" if len(found) > 1 else "") for line, languages in found.items()]
    return f"{one.page.path}{', '.join(told)}: "
