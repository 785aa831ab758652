"""Whether a snippet failed or printed as its page says, and whether it printed the same twice."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from generator.model.page import Directives, ExpectedOutput
from generator.model.run import SnippetError, SnippetRun
from generator.scripts.comparing import ELLIPSIS, Difference, first_difference, tidy

TOLERANCE = 1e-3
"""By how much two runs of the same code may differ in their numbers, where the page does not say."""
_BEFORE, _AFTER = 3, 12
_WIDTH = 160
_LONG_LINE = 2000
_HUNK = re.compile(r"@@ -(\d+)(.*) \+(\d+)(.*) @@")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """How what was printed is not what was expected."""

    line_offset: int
    """Index of the first line of the expected text that does not match; add it to the line of the text's first line.
    Where there is text behind all that was expected, index of the last line that is not blank."""
    diff: str
    """The place, a few lines long, as a unified diff for people."""


def as_expected(run: SnippetRun, directives: Directives, *, has_raised: bool) -> SnippetRun:
    """A snippet's run as its page's `xfail` has it: a pass, or another error, is the failure.

    Args:
        has_raised: whether it ended by an exception, so that its kernel can go on.
    """
    wanted, error = directives.xfail, run.error
    if wanted is None or run.status not in ("passed", "failed"):
        return run
    if error is None:
        message = f"the page says that this raises {wanted.error} ({wanted.reason}), and it passed: remove xfail"
        return replace(run, status="failed", error=SnippetError("ExpectedFailureMissing", message, run.lines))
    if has_raised and error.name == wanted.error:
        return replace(run, status="xfailed", reason=wanted.reason)
    return replace(run, error=replace(error, message=f"{error.message} (the page expects {wanted.error})".lstrip()))


def printed(snippet: SnippetRun) -> str:
    """What a snippet printed to standard output, and the text of its results, in order."""
    texts = [one.data for one in snippet.outputs if one.kind in ("stdout", "result") and one.mime == "text/plain"]
    return "\n".join(text.removesuffix("\n") for text in texts)


def mismatch(expected: ExpectedOutput, printed: str) -> Mismatch | None:
    """How a snippet's output is not what its page says; None where it is.

    White space at the ends of lines and blank lines at both ends say nothing. Numbers are compared with the
    expectation's tolerance, and `...` stands for any text: see `first_difference`.

    Args:
        printed: everything that the snippet printed to standard output, and the text of its results, in order.
    """
    wanted, got = tidy(expected.text), tidy(printed)
    difference = first_difference(wanted, got, expected.tolerance, with_ellipsis=True)
    if difference is None:
        return None

    def is_same(wanted_line: str, got_line: str) -> bool:
        is_any = wanted_line.strip() == ELLIPSIS
        return not is_any and not first_difference(wanted_line, got_line, expected.tolerance, with_ellipsis=True)

    diff = _diff(wanted, got, difference, is_same, ("expected", "printed"))
    return Mismatch(difference.line + _blank_lines_above(expected.text), diff)


def same_output(first: str, second: str, tolerance: float, names: tuple[str, str] = ("first run", "second run")) -> str:
    """How two runs of a snippet printed something else, as a short unified diff; empty where they did not.

    Numbers within the relative tolerance are the same, as they are for `mismatch`; `...` is nothing but three dots.

    Args:
        names: what the diff calls the two.
    """
    wanted, got = tidy(first), tidy(second)
    difference = first_difference(wanted, got, tolerance, with_ellipsis=False)
    if difference is None:
        return ""

    def is_same(wanted_line: str, got_line: str) -> bool:
        return not first_difference(wanted_line, got_line, tolerance, with_ellipsis=False)

    return _diff(wanted, got, difference, is_same, names)


def printed_otherwise(expected: ExpectedOutput | None, first: str, second: str) -> str:
    """How two runs of a snippet printed something else, as `same_output` tells it; empty where both are as expected.

    What the page covers with `...`, or with its tolerance, may be another each time.
    """
    if expected and not any(mismatch(expected, text) for text in (first, second)):
        return ""
    return same_output(first, second, expected.tolerance if expected else TOLERANCE)


def _blank_lines_above(text: str) -> int:
    lines = text.split("\n")
    return next((index for index, line in enumerate(lines) if line.strip()), 0)


def _diff(
    wanted: str, got: str, difference: Difference, is_same: Callable[[str, str], bool], names: tuple[str, str]
) -> str:
    """The lines around a difference; lines that are the same but for tolerated differences are shown as expected."""
    first, printed_first = (max(0, line - _BEFORE) for line in (difference.line, difference.printed_line))
    wanted_lines, got_lines = wanted.split("\n"), got.split("\n")
    wanted_shown = wanted_lines[first : difference.line + _AFTER]
    got_shown = [
        next((line for line in wanted_shown if max(len(line), len(shown)) < _LONG_LINE and is_same(line, shown)), shown)
        for shown in got_lines[printed_first : difference.printed_line + _AFTER]
    ]
    is_cut = difference.line + _AFTER < len(wanted_lines) or difference.printed_line + _AFTER < len(got_lines)
    lines = difflib.unified_diff(
        [_cut(line, difference.column) for line in wanted_shown],
        [_cut(line, difference.printed_column) for line in got_shown],
        *names,
        n=_BEFORE,
        lineterm="",
    )
    # Behind its first change, what is cut off would be taken for another.
    shown = _first_hunk(list(lines)) if is_cut else list(lines)
    return "\n".join(_HUNK.sub(lambda match: _moved(match, first, printed_first), line) for line in shown)


def _first_hunk(lines: Sequence[str]) -> list[str]:
    hunks = [index for index, line in enumerate(lines) if line.startswith("@@ ")]
    return list(islice(lines, hunks[1] if len(hunks) > 1 else None))


def _moved(hunk: re.Match[str], first: int, printed_first: int) -> str:
    return f"@@ -{int(hunk[1]) + first}{hunk[2]} +{int(hunk[3]) + printed_first}{hunk[4]} @@"


def _cut(line: str, column: int) -> str:
    """A long line around a column."""
    if len(line) <= _WIDTH:
        return line
    start = max(0, min(column - _WIDTH // 2, len(line) - _WIDTH))
    end = start + _WIDTH
    return "…" * (start > 0) + line[start:end] + "…" * (end < len(line))
