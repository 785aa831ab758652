"""`check: allow`: what an author has looked at and wants left as it is, in one place, for a reason."""

import difflib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter

from generator.checking.parts import Finding

_COMMENT = re.compile(r"[ \t]*(?:<!--[ \t]*check:(?P<html>.*?)-->|#[ \t]*check:(?P<yaml>.*))[ \t]*")
_ALLOW = re.compile(r"\s*allow\s+(?P<rule>[\w-]+)\s+reason\s*=\s*[\"“](?P<reason>[^\"”]+)[\"”]\s*")
_FENCE = re.compile(r"\s*(?P<marks>`{3,}|~{3,})")
_FORM = '<!-- check: allow RULE reason="…" -->'


@dataclass(frozen=True, slots=True)
class Allowance:
    """A rule that is not asked of the lines below its comment."""

    rule: str
    line: int
    """Of the comment."""
    last: int
    """Last line that it speaks for: the end of the block below."""


class Allowances:
    """The allowances of a page, found by rule and line."""

    def __init__(self, allowances: Sequence[Allowance]) -> None:
        self._of: dict[str, list[Allowance]] = defaultdict(list)
        for allowance in allowances:
            self._of[allowance.rule].append(allowance)

    def covering(self, rule: str, line: int) -> Allowance | None:
        """The first that allows a finding of this rule on this line."""
        # None ends above the end of an earlier one.
        own = self._of.get(rule, [])
        index = bisect_left(own, line, key=attrgetter("last"))
        return own[index] if index < len(own) and own[index].line <= line else None


def find_allowances(lines: Sequence[str], rules: Collection[str]) -> tuple[list[Allowance], list[Finding]]:
    """The allowances of a page's lines, and what is wrong with them.

    In the body such a comment stands alone on its line and speaks for the block below it; in front matter it is a YAML
    comment and speaks for the line below.
    """
    allowances: list[Allowance] = []
    findings: list[Finding] = []
    head_end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    inside: str | None = None
    block_end = 0
    for index, line in enumerate(lines):
        if index > head_end and (fence := _FENCE.match(line)):
            # What looks like a comment inside of a fence is code.
            if inside is None:
                inside = fence["marks"]
            elif fence["marks"].startswith(inside) and not line.strip().strip("`~"):
                inside = None
        match = _COMMENT.fullmatch(line) if inside is None and "check:" in line else None
        if match is None or (match["yaml"] is not None and index > head_end):
            continue
        wanted = _ALLOW.fullmatch(match["html"] if match["html"] is not None else match["yaml"])
        if wanted is None:
            findings.append(Finding(index + 1, f"this comment is not understood: write {_FORM}"))
        elif wanted["rule"] not in rules:
            near = difflib.get_close_matches(wanted["rule"], rules, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else "`hubpages rules` lists them all"
            findings.append(Finding(index + 1, f"there is no rule {wanted['rule']!r}: {hint}"))
        else:
            if index >= block_end:  # comments above one block speak for the same one
                block_end = _block_end(lines, index + 1)
            allowances.append(Allowance(wanted["rule"], index + 1, index + 2 if index < head_end else block_end))
    return allowances, findings


def _block_end(lines: Sequence[str], start: int) -> int:
    """Number of the last line of the block that begins at or after this index; further comments come before it."""
    index = start
    while index < len(lines) and (not lines[index].strip() or _COMMENT.fullmatch(lines[index])):
        index += 1
    fence = _FENCE.match(lines[index]) if index < len(lines) else None
    if fence:
        for end in range(index + 1, len(lines)):
            if lines[end].strip().startswith(fence["marks"]):
                return end + 1
        return len(lines)
    while index < len(lines) and lines[index].strip():
        index += 1
    return index
