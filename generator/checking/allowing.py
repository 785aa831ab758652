"""`check: allow`: what an author has looked at and wants left as it is, in one place, for a reason."""

import difflib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from generator.checking.parts import Finding
from generator.model.page import Page

_COMMENT = re.compile(r"[ \t]*(?:<!--[ \t]*check:(?P<html>.*?)-->|#[ \t]*check:(?P<yaml>.*))[ \t]*")
_ALLOW = re.compile(r"\s*allow\s+(?P<rule>[\w-]+)\s+reason\s*=\s*[\"“](?P<reason>[^\"”]+)[\"”]\s*")
_NEARLY = re.compile(r"[ \t]*+(?:<!?-{1,3}|\#)[ \t]*+(?P<key>[A-Za-z]+)[ \t]*+(?P<colon>[:：]?)(?P<rest>.*)")
"""What may have been meant as such a comment."""
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


def find_allowances(page: Page, rules: Collection[str]) -> tuple[list[Allowance], list[Finding]]:
    """The allowances of a page, and what is wrong with them.

    In the body such a comment stands alone on its line and speaks for the block below it; in front matter it is a YAML
    comment and speaks for the line below.
    """
    allowances: list[Allowance] = []
    findings: list[Finding] = []
    lines = page.source.split("\n")
    head_end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    # What looks like a comment inside of code is code.
    code = {region.first - 1: region.end - 1 for region in page.regions if region.kind != "comment"}
    inside = {index for first, end in code.items() for index in range(first, end)}
    block_end = 0
    for index, line in enumerate(lines):
        if (
            ("#" if index < head_end else "<") not in line
            or index in inside
            or not _is_meant(line, rules, is_yaml=index < head_end)
        ):
            continue
        match = _COMMENT.fullmatch(line)
        wanted = _ALLOW.fullmatch(match["html"] or match["yaml"] or "") if match else None
        if wanted is None:
            form = _FORM if index > head_end else f"# {_FORM[5:-4]}"
            findings.append(Finding(index + 1, f"this comment is not understood: write {form} on a line of its own"))
        elif wanted["rule"] not in rules:
            near = difflib.get_close_matches(wanted["rule"], rules, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else "`hubpages rules` lists them all"
            findings.append(Finding(index + 1, f"there is no rule {wanted['rule']!r}: {hint}"))
        else:
            if index >= block_end:  # comments above one block speak for the same one
                block_end = _block_end(lines, index + 1, code)
            allowances.append(Allowance(wanted["rule"], index + 1, index + 2 if index < head_end else block_end))
    return allowances, findings


def _is_meant(line: str, rules: Collection[str], *, is_yaml: bool) -> bool:
    """Whether a line speaks to the checker, or was meant to: one that names a rule, or begins as it should."""
    match = _NEARLY.match(line)
    if match is None or (line.lstrip()[0] == "#") != is_yaml:
        return False
    if match["key"] == "check" and match["colon"]:
        return True
    words = [word.strip("\"'") for word in match["rest"].split(maxsplit=2)[:2]]
    return _is_nearly_check(match["key"].casefold()) and any(
        difflib.get_close_matches(word, rules, 1, 0.8) for word in words
    )


@lru_cache(maxsize=256)  # comments begin with a few words, `section` in every page
def _is_nearly_check(word: str) -> bool:
    return bool(difflib.get_close_matches(word, ["check"], 1, 0.75))


def _block_end(lines: Sequence[str], start: int, code: Mapping[int, int]) -> int:
    """Number of the last line of the block that begins at or after this index; further comments come before it."""
    index = start
    while index < len(lines) and (not lines[index].strip() or _COMMENT.fullmatch(lines[index])):
        index += 1
    if index in code:
        return code[index]
    while index < len(lines) and lines[index].strip():
        index += 1
    return index
