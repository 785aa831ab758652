"""A candidate's edits in a page: in every language that has the snippet, comments and all else as they are."""

import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from generator.checking.code_tokens import first_difference
from generator.checking.fixing import apply_fixes
from generator.mending import guard
from generator.model.diagnostic import Edit
from generator.model.mending import Candidate, CodeEdit
from generator.model.page import Page, Snippet
from generator.model.run import Script


@dataclass(frozen=True, slots=True)
class Applied:
    """A page's text with a candidate in it, or why it cannot be."""

    text: str
    objection: str = ""


def applied(page: Page, script: Script, candidate: Candidate) -> Applied:
    """A page with a candidate for one of its scripts, in every language that shares the snippets; nothing half-done."""
    edits: list[Edit] = []
    for index in sorted({edit.snippet for edit in candidate.edits}):
        code = script.snippets[index].code
        own = _joined([edit for edit in candidate.edits if edit.snippet == index])
        if problem := guard.objection(code, _edited(code, own)):
            return Applied(page.source, problem)
        for snippet in _places(page, index, code):
            moved = _moved(own, code, snippet.code)
            placed = _on_page(page, snippet, moved) if moved is not None else None
            if placed is None and snippet.code == code:
                return Applied(page.source, "its place in the page cannot be told")
            edits += placed or []
    return Applied(apply_fixes(page.source, edits))


def _joined(edits: Sequence[CodeEdit]) -> list[CodeEdit]:
    """The edits in their order, with one that puts something where another ends made a part of that one."""
    found: list[CodeEdit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if found and found[-1].end == edit.start == edit.end:
            found[-1] = replace(found[-1], text=found[-1].text + edit.text)
        else:
            found.append(edit)
    return found


def _edited(code: str, edits: Sequence[CodeEdit]) -> str:
    return apply_fixes(code, [Edit(edit.start, edit.end, edit.text) for edit in edits])


def _places(page: Page, index: int, code: str) -> Iterator[Snippet]:
    """The snippets of all languages that run the same at this place of a script."""
    if index == 0:
        yield page.sample
        return
    for section in page.sections:
        if index <= len(section.snippets) and first_difference(code, section.snippets[index - 1].code) is None:
            yield section.snippets[index - 1]


def _moved(edits: Sequence[CodeEdit], code: str, other: str) -> list[CodeEdit] | None:
    """The same edits in code that differs by its comments and translated strings; None where they have no place."""
    if code == other:
        return list(edits)
    ours, theirs = _spans(code), _spans(other)
    if len(ours) != len(theirs):
        return None
    found = []
    for edit in edits:
        places = [_place(ours, theirs, edit.start, code, other), _place(ours, theirs, edit.end, code, other)]
        if places[0] is None or places[1] is None:
            return None
        found.append(CodeEdit(edit.snippet, places[0], places[1], edit.text))
    return found


def _place(
    ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]], at: int, code: str, other: str
) -> int | None:
    """Where in the other code this place is: at the start or end of the same token, or as far within the same one."""
    before = other_before = 0
    for (start, end), (their_start, their_end) in zip(ours, theirs, strict=True):
        if at == start:
            return their_start
        if at == end:
            return their_end
        if start < at < end:
            is_same = code[start:end] == other[their_start:their_end]
            return their_start + at - start if is_same else None
        if at < start:  # the start of a line, above a token that stands in it
            if code.rfind("\n", 0, start) + 1 == at:
                return other.rfind("\n", 0, their_start) + 1
            # or below the line of the token before it
            return other.find("\n", other_before) + 1 if code.find("\n", before) + 1 == at else None
        before, other_before = end, their_end
    return len(other) if at == len(code) else None


def _spans(code: str) -> list[tuple[int, int]]:
    """Where each token stands that is neither comment nor space."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    starts = [0]
    for line in code.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [
        (starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1])
        for token in tokens
        if token.type not in skipped
    ]


def _on_page(page: Page, snippet: Snippet, edits: Sequence[CodeEdit]) -> list[Edit] | None:
    """Edits of a snippet's code as edits of the page; None where the page does not have its lines as they are."""
    lines, code = page.source.split("\n"), snippet.code.split("\n")[:-1]
    shown = lines[snippet.line - 1 : snippet.line - 1 + len(code)]
    if not all(line.endswith(own) for line, own in zip(shown, code, strict=True)):
        return None
    # How far the list or quote around it moves each line to the right; below the last one stands the closing fence.
    marks = [line[: len(line) - len(own)] for line, own in zip(shown, code, strict=True)]
    marks.append(marks[0] if marks else "")
    starts = [0]
    for line in lines[: snippet.line - 1 + len(code)]:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for edit in edits:
        first, first_column = _line_of(snippet.code, edit.start)
        last, last_column = _line_of(snippet.code, edit.end)
        start, end = starts[snippet.line - 1 + first], starts[snippet.line - 1 + last]
        if edit.start == edit.end and first_column == 0 and edit.text.endswith("\n"):  # whole lines
            text = "".join(f"{marks[first]}{line}\n" for line in edit.text.removesuffix("\n").split("\n"))
            found.append(Edit(start, start, text))
        else:
            text = edit.text.replace("\n", f"\n{marks[first]}")
            found.append(Edit(start + len(marks[first]) + first_column, end + len(marks[last]) + last_column, text))
    return found


def _line_of(code: str, at: int) -> tuple[int, int]:
    """Index of a place's line, and its column."""
    return code.count("\n", 0, at), at - (code.rfind("\n", 0, at) + 1)
