"""What the comments above a fence tell the verifier.

`<!-- verify: skip reason="needs two GPUs" until=2027-03-01 -->` just above a Python fence is for that snippet;
`<!-- verify: output -->` just above a text fence makes that text what the snippet before it must print.
"""

import difflib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from generator.model.diagnostic import Diagnostic
from generator.model.page import Directives, ExpectedFailure, ExpectedOutput, Skip, Snippet
from generator.reading.comments import Comment, comments_in
from generator.reading.snippets import Block
from generator.reading.words import DIRECTIVES, NAMES, Word, check_word, combine, finding_at

_KEY = "verify"
_LONGEST = 2000
"""Characters of a directive; anything longer is a comment that was meant to end earlier."""
_HEAD = re.compile(r"\s*(?P<key>[A-Za-z]+)(?P<colon>\s*[:：])?")
_WORD = re.compile(r'(?P<name>[^\s="]+)(?:=(?P<value>"[^"]*"|[^\s"]*))?(?!\S)')
_SPACE = re.compile(r"\s*")
_OTHER_QUOTES = tuple("'‘’“”„「」『』《》«»＂")


@dataclass(frozen=True, slots=True)
class _Directive:
    """One comment that speaks to the verifier and can be read."""

    comment: Comment
    words: tuple[Word, ...]

    @property
    def is_output(self) -> bool:
        return any(word.name == "output" for word in self.words)


def read_snippets(
    found: Iterable[Block], lines: Sequence[str], first_line: int, path: str, today: date
) -> tuple[tuple[Snippet, ...], list[Diagnostic]]:
    """The Python fences of a text with what the comments above them say, and what is wrong with those comments.

    Args:
        found: the text's blocks.
        lines: the text.
        first_line: line of the page where the text begins.
        path: the page's file, for the findings.
        today: the day by which skips expire.

    Returns:
        the snippets in order, and errors of the rules `bad-directive` and `expired-skip`.
    """
    snippets: list[Snippet] = []
    findings: list[Diagnostic] = []
    above: list[_Directive] = []
    for block in found:
        if block.kind == "fence":
            findings += _read_fence(block, above, snippets, first_line, path, today)
            above = []
            continue
        for comment in comments_in(block, lines, first_line):
            if comment is None:
                findings += _above_nothing(above, path)
                above = []
                continue
            directive, problems = _parse(comment, path)
            findings += problems
            above += [directive] if directive else []
    return tuple(snippets), sorted([*findings, *_above_nothing(above, path)])


def _read_fence(
    block: Block, above: Sequence[_Directive], snippets: list[Snippet], first_line: int, path: str, today: date
) -> list[Diagnostic]:
    """Add a Python fence to the snippets, or a text fence to the last of them as its expected output."""
    outputs = [directive for directive in above if directive.is_output]
    others = [directive for directive in above if not directive.is_output]
    if block.is_python:
        message = "`output` stands above the ```text fence that holds the output: move it below this snippet"
        findings = [_bad(directive, message, path) for directive in outputs]
        directives, problems = _directives([word for directive in others for word in directive.words], path, today)
        snippets.append(Snippet(block.content, first_line + block.first, directives))
        return [*findings, *problems]
    findings = _above_nothing(others, path)
    if not outputs:
        return findings
    if block.language != "text":
        message = "`output` stands above a ```text fence: mark the fence below as text"
        return [*findings, *(_bad(directive, message, path) for directive in outputs)]
    message = "this fence is already marked as `output`: remove one of the two comments"
    findings += [_bad(directive, message, path) for directive in outputs[1:]]
    expected, problems = _expected(outputs[0], block, first_line, path)
    if problem := _unexpected(snippets):
        problems.append(_bad(outputs[0], problem, path))
    elif not problems:
        snippets[-1] = replace(snippets[-1], expected=expected)
    return [*findings, *problems]


def _unexpected(snippets: Sequence[Snippet]) -> str:
    """Why the last snippet cannot be given an expected output, if so."""
    if not snippets:
        return "there is no snippet above this output: move it below the ```python block that prints it"
    last = snippets[-1]
    if last.expected is not None:
        return (
            f"the snippet on line {last.line} already has an expected output on line {last.expected.line}: join the two"
        )
    if last.directives.no_run:
        return f"the snippet on line {last.line} is `no-run` and prints nothing: remove one of the two comments"
    return ""


def _above_nothing(directives: Iterable[_Directive], path: str) -> list[Diagnostic]:
    message = "this stands above no snippet: move it to the line above the ```python fence that it is for"
    output = "this stands above no output: move it to the line above the ```text fence that holds the output"
    return [_bad(directive, output if directive.is_output else message, path) for directive in directives]


def _parse(comment: Comment, path: str) -> tuple[_Directive | None, list[Diagnostic]]:
    """A comment's words; nothing at all if it does not speak to the verifier."""
    head = _HEAD.match(comment.text)
    if head is None or not _is_meant(head, comment):
        return None, []

    def bad(offset: int | None, message: str) -> tuple[None, list[Diagnostic]]:
        line, column = (comment.line, comment.column) if offset is None else comment.place(offset)
        return None, [Diagnostic(path, line, column, "bad-directive", message)]

    if not comment.is_closed:
        return bad(None, "this comment is never closed and hides all that follows: end it with `-->`")
    if len(comment.text) > _LONGEST:
        return bad(None, f"this directive has more than {_LONGEST} characters: shorten it, or end it with `-->`")
    if comment.is_inline:
        return bad(None, "a directive stands on a line of its own, just above the fence that it is for: move it there")
    if head["key"] != _KEY or (head["colon"] or "").strip() != ":":
        return bad(head.start("key"), f"not a directive: did you mean `{_KEY}:`?")
    words: list[Word] = []
    offset = _after_space(comment.text, head.end())
    while offset < len(comment.text):
        match = _WORD.match(comment.text, offset)
        if match is None:
            return bad(
                offset, 'cannot be read from here on: write words, and options as name=value or name="some text"'
            )
        if (match["value"] or "").startswith(_OTHER_QUOTES):
            return bad(match.start("value"), f'values stand in straight double quotes: {match["name"]}="…"')
        if sentence := _bare_sentence(match, comment.text):
            return bad(
                match.start("value"), f'a sentence stands in straight double quotes: {match["name"]}="{sentence}"'
            )
        words.append(Word(match["name"], _unquoted(match["value"]), *comment.place(offset)))
        offset = _after_space(comment.text, match.end())
    if not words:
        return bad(None, f"this directive says nothing: name one or more of {', '.join(DIRECTIVES)}")
    findings = [finding for word in words for finding in check_word(word, path)]
    directive = _Directive(comment, tuple(words))
    strangers = [word for word in words if word.name not in ("output", "tolerance")]
    if directive.is_output and strangers and not findings:
        message = f"`{strangers[0].name}` is for a snippet and `output` for a text fence: give each its own comment"
        findings = [finding_at(strangers[0], message, path)]
    return (None, findings) if findings else (directive, [])


def _is_meant(head: re.Match[str], comment: Comment) -> bool:
    """Whether a comment is a directive, or nothing else that an author would write."""
    key = head["key"].lower()
    if head["colon"]:
        return bool(difflib.get_close_matches(key, [_KEY], 1, 0.82))
    names = [word.partition("=")[0] for word in comment.text[head.end() :].split(maxsplit=2)[:2]]
    return key == _KEY and bool(names) and all(name in NAMES for name in names)


def _after_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _bare_sentence(match: re.Match[str], text: str) -> str:
    """All of a reason that stands in no quotes, up to the next word of a directive; empty where it is one word."""
    if match["name"] != "reason" or not match["value"] or match["value"].startswith('"'):
        return ""
    following = takewhile(lambda word: word.partition("=")[0] not in NAMES, text[match.end() :].split())
    words = [match["value"], *following]
    return " ".join(words) if len(words) > 1 and '"' not in "".join(words) else ""


def _unquoted(value: str | None) -> str | None:
    return " ".join(value[1:-1].split()) if value and value.startswith('"') else value


def _directives(words: Sequence[Word], path: str, today: date) -> tuple[Directives, list[Diagnostic]]:
    """What all words above one snippet say together."""
    given, findings = combine(words, path)
    if findings:
        return Directives(), findings
    values = {name: word.value or "" for name, word in given.items()}
    directives = Directives(
        skip=Skip(values["reason"], values.get("until")) if "skip" in given else None,
        xfail=ExpectedFailure(values["error"], values["reason"]) if "xfail" in given else None,
        timeout=float(values["timeout"]) if "timeout" in given else None,
        device="gpu" if "device" in given else None,
        no_run="no-run" in given,
        hide="hide" in given,
        setup="setup" in given,
    )
    if "until" in given and date.fromisoformat(values["until"]) < today:
        message = f"skipped only until {values['until']}, which is over: mend the snippet, or say why it needs longer"
        findings.append(finding_at(given["until"], message, path, "expired-skip"))
    return directives, findings


def _expected(
    directive: _Directive, block: Block, first_line: int, path: str
) -> tuple[ExpectedOutput, list[Diagnostic]]:
    given, findings = combine(directive.words, path)
    expected = ExpectedOutput(block.content, first_line + block.first + 1)
    if "tolerance" in given and not findings:
        expected = replace(expected, tolerance=float(given["tolerance"].value or math.nan))
    return expected, findings


def _bad(directive: _Directive, message: str, path: str) -> Diagnostic:
    return Diagnostic(path, directive.comment.line, directive.comment.column, "bad-directive", message)
