"""Expected outputs in a page, rewritten to what its snippets print now."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from generator.model.page import ExpectedOutput, Page, marks_around
from generator.scripts.comparing import tidy
from generator.scripts.expectations import mismatch


@dataclass(frozen=True, slots=True)
class PrintedOutput:
    """What a snippet printed, and where its page says what it should."""

    expected: ExpectedOutput
    lines: Collection[int]
    """Line of the first line of the expected text, in every language that has it: `expected_lines.values()`."""
    printed: str
    """As for `mismatch`."""


def update_outputs(page: Page, outputs: Iterable[PrintedOutput]) -> str:
    """A page's text with what its snippets printed in place of what does not match, and all else as it was.

    A text that still matches is left alone, with its `...` and its rounded numbers. Fences keep their indentation and
    their place in lists and quotes; their marks become longer where the new text holds such marks.

    Raises:
        ValueError: the expected text does not stand where it should, because the page has changed since it was run.
    """
    lines = page.source.split("\n")
    fences = {region.first + 1: region for region in page.regions if region.kind == "fence"}
    changed = [
        (line, output)
        for output in outputs
        if mismatch(output.expected, output.printed) is not None
        for line in set(output.lines)
    ]
    # From the bottom up: what stands above keeps its line.
    for line, output in sorted(changed, key=lambda item: item[0], reverse=True):
        fence = fences.get(line)
        if fence is None or fence.text != output.expected.text:
            raise ValueError(f"line {line} is no longer where the expected output stands: verify the page again")
        place = slice(fence.first - 1, fence.end - 1)
        lines[place] = _refilled(lines[place], fence.marks, tidy(output.printed))
    return "\n".join(lines)


def _refilled(old: list[str], marks: str, text: str) -> list[str]:
    """The lines of a fence, its marks included, with new text between them."""
    before, _, info = old[0].partition(marks)
    longer = marks_around(text, marks)
    # Behind the mark of a list, its items go on with spaces; a quote's mark is on every line.
    prefix = re.sub(r"[^\s>]", " ", before)
    prefix += " " * prefix.endswith(">")
    body = [(prefix + line).rstrip() for line in text.split("\n")] if text else []
    close = old[-1] if longer == marks else old[-1].rstrip().rstrip(marks[0]) + longer
    return [before + longer + info, *body, close]
