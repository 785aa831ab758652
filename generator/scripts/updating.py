"""Expected outputs in a page, rewritten to what its snippets print now."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from generator.model.page import ExpectedOutput
from generator.scripts.comparing import tidy
from generator.scripts.expectations import mismatch

_OPENING = re.compile(r"(?P<before>.*?)(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_CLOSING = re.compile(r"(?P<before>[\s>]*)(?P<marks>`{3,}|~{3,})\s*")


@dataclass(frozen=True, slots=True)
class PrintedOutput:
    """What a snippet printed, and where its page says what it should."""

    expected: ExpectedOutput
    lines: Collection[int]
    """Line of the first line of the expected text, in every language that has it: `expected_lines.values()`."""
    printed: str
    """As for `mismatch`."""


def update_outputs(source: str, outputs: Iterable[PrintedOutput]) -> str:
    """A page's text with what its snippets printed in place of what does not match, and all else as it was.

    A text that still matches is left alone, with its `...` and its rounded numbers. Fences keep their indentation and
    their place in lists and quotes; their marks become longer where the new text holds such marks.

    Args:
        source: the page as it was read, with LF line ends: `Page.source`.

    Raises:
        ValueError: the expected text does not stand where it should, because the page has changed since it was read.
    """
    lines = source.split("\n")
    changed = [
        (line, output)
        for output in outputs
        if mismatch(output.expected, output.printed) is not None
        for line in set(output.lines)
    ]
    # From the bottom up: what stands above keeps its line.
    for line, output in sorted(changed, key=lambda item: item[0], reverse=True):
        first = line - 2
        end = line + output.expected.text.count("\n")
        lines[first:end] = _fence(lines[first:end], output, line)
    return "\n".join(lines)


def _fence(old: list[str], output: PrintedOutput, line: int) -> list[str]:
    """The lines of a fence, its marks included, with new text between them."""
    opening = _OPENING.fullmatch(old[0]) if old else None
    closing = _CLOSING.fullmatch(old[-1]) if len(old) > 1 else None
    shown = zip(output.expected.text.split("\n"), old[1:-1], strict=False)
    if opening is None or closing is None or not all(there.rstrip().endswith(text.strip()) for text, there in shown):
        raise ValueError(f"line {line} is no longer where the expected output stands: verify the page again")
    new = tidy(output.printed)
    marks = _marks(opening["marks"], new)
    # Behind the mark of a list, its items go on with spaces; a quote's mark is on every line.
    prefix = re.sub(r"[^\s>]", " ", opening["before"])
    prefix += " " * prefix.endswith(">")
    body = [(prefix + text).rstrip() for text in new.split("\n")] if new else []
    close = old[-1] if len(marks) == len(opening["marks"]) else closing["before"] + marks
    return [opening["before"] + marks + opening["info"], *body, close]


def _marks(marks: str, text: str) -> str:
    """Marks for a fence around this text, no shorter than those it has."""
    runs = re.findall(rf"^[ \t]*({re.escape(marks[0])}+)", text, re.MULTILINE)
    longest = max(map(len, runs), default=0)
    return marks[0] * max(len(marks), longest + 1) if longest >= len(marks) else marks
