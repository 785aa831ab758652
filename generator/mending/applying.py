"""A candidate's edits in a page: in every language that has the snippet, comments and all else as they are."""

import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from generator.checking.code_tokens import first_difference
from generator.checking.fixing import apply_fixes
from generator.mending import guard
from generator.mending.moving import edits_for
from generator.model.diagnostic import Edit
from generator.model.install_lines import install_lines
from generator.model.mending import Candidate, CodeEdit, Move
from generator.model.page import Page, Snippet
from generator.model.run import Script

_NO_PLACE = "its place in the page cannot be told"


@dataclass(frozen=True, slots=True)
class Applied:
    """A page's text with a candidate in it, or why it cannot be."""

    text: str
    objection: str = ""


def applied(page: Page, script: Script, candidate: Candidate, missing: Set[str] | None = None) -> Applied:
    """A page with a candidate for one of its scripts, in every language that shares the snippets; nothing half-done.

    Args:
        missing: names that the kernel says are not there, which may be others; None where it is not known.
    """
    if candidate.install:
        return _with_install(page, candidate.install)
    if candidate.move is not None:
        return _with_move(page, script, candidate.move)
    edits: list[Edit] = []
    variables = guard.variables_of(snippet.code for snippet in script.snippets)
    for index in sorted({edit.snippet for edit in candidate.edits}):
        code = script.snippets[index].code
        own = _joined([edit for edit in candidate.edits if edit.snippet == index])
        if problem := guard.objection(code, _edited(code, own), variables, missing):
            return Applied(page.source, problem)
        for snippet in _places(page, index, code):
            moved = _moved(own, code, snippet.code)
            placed = _on_page(page, snippet, moved) if moved is not None else None
            if placed is None:
                return Applied(page.source, _NO_PLACE)
            edits += placed
    return Applied(apply_fixes(page.source, edits))


def _with_move(page: Page, script: Script, move: Move) -> Applied:
    """A page with statements moved up: in every language that has all the snippets of it, each with its own lines."""
    involved = sorted({move.to[0], *(snippet for snippet, _ in move.statements)})
    if page.sample and involved[0] == 0 and len(involved) > 1:
        return Applied(page.source, "it moves statements between the sample, which all languages share, and a section")
    edits: list[Edit] = []
    for snippets in _sharing(page, script, involved):
        codes = {index: snippet.code for index, snippet in snippets.items()}
        own = edits_for(move, codes)
        if own is None:
            return Applied(page.source, _NO_PLACE)
        after = {index: _edited(code, [edit for edit in own if edit.snippet == index]) for index, code in codes.items()}
        all_codes = [snippet.code for snippet in script.snippets]
        before = [codes.get(index, code) for index, code in enumerate(all_codes)]
        if problem := guard.objection_to_move(before, [after.get(i, code) for i, code in enumerate(before)], move):
            return Applied(page.source, problem)
        for index, snippet in snippets.items():
            placed = _on_page(page, snippet, [edit for edit in own if edit.snippet == index])
            if placed is None:
                return Applied(page.source, _NO_PLACE)
            edits += placed
    return Applied(apply_fixes(page.source, edits))


def _with_install(page: Page, name: str) -> Applied:
    """A page whose `pip install` lines name one more package, in every language that has such lines."""
    if problem := guard.objection_to_install(name):
        return Applied(page.source, problem)
    starts = [0]
    for line in page.source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    edits: list[Edit] = []
    for lines in filter(None, (list(install_lines(page, section.language)) for section in page.sections)):
        if open_line := next((line for line in reversed(lines) if line.takes_more), None):
            start = starts[open_line.number - 1]
            end = start + len(page.source[start : starts[open_line.number] - 1].rstrip())
            edits.append(Edit(end, end, f" {name}"))
        else:
            below = starts[lines[-1].end - 1]
            edits.append(Edit(below, below, f"{lines[-1].command} {name}\n"))
    return Applied(apply_fixes(page.source, edits), "" if edits else _NO_PLACE)


def _sharing(page: Page, script: Script, indices: Sequence[int]) -> Iterator[Mapping[int, Snippet]]:
    """The snippets with these indices in a script, of each language that runs the same in all of them."""
    if page.sample and list(indices) == [0]:
        yield {0: page.sample}
        return
    for section in page.sections:
        own = page.snippets_in(section)
        if max(indices) < len(own):
            snippets = {index: own[index] for index in indices}
            pairs = [(script.snippets[index].code, snippet.code) for index, snippet in snippets.items()]
            if all(first_difference(*pair) is None for pair in pairs):
                yield snippets


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
    if page.sample and index == 0:
        yield page.sample
        return
    for section in page.sections:
        own = page.snippets_in(section)
        if index < len(own) and first_difference(code, own[index].code) is None:
            yield own[index]


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
        if code[edit.start : edit.end] != other[places[0] : places[1]]:  # it would undo a translation
            return None
        found.append(CodeEdit(edit.snippet, places[0], places[1], edit.text))
    return found


def _place(
    ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]], at: int, code: str, other: str
) -> int | None:
    """Where in the other code this place is: at the start or end of the same token, or as far within the same one."""
    before = (0, 0)
    for (start, end), (their_start, their_end) in zip(ours, theirs, strict=True):
        if at == start:
            return their_start
        if at == end:
            return their_end
        if start < at < end:
            is_same = code[start:end] == other[their_start:their_end]
            return their_start + at - start if is_same else None
        if at < start:
            return _between(code[before[0] : start], at - before[0], other[before[1] : their_start], before[1])
        before = end, their_end
    return _between(code[before[0] :], at - before[0], other[before[1] :], before[1])


def _between(gap: str, at: int, other: str, start: int) -> int | None:
    """The start of a line between two tokens, where comments and blank lines may be, in the other code's own such gap.

    It is as many lines below the upper token where that is next to it, and else as many above the lower one.
    """
    if at and gap[at - 1] != "\n":
        return None
    above, below = gap.count("\n", 0, at), gap.count("\n", at)
    lines = [0, *(number + 1 for number, character in enumerate(other) if character == "\n")]
    is_next = above <= (1 if start else 0)
    wanted = above if is_next else max(len(lines) - 1 - below, 1 if start else 0)
    return start + lines[wanted] if wanted < len(lines) else None


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
    mark = next((mark for mark, own in zip(marks, code, strict=True) if own.strip()), "")
    marks.append(mark)
    starts = [0]
    for line in lines[: snippet.line - 1 + len(code)]:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for edit in edits:
        first, first_column = _line_of(snippet.code, edit.start)
        last, last_column = _line_of(snippet.code, edit.end)
        start, end = starts[snippet.line - 1 + first], starts[snippet.line - 1 + last]
        if first_column == last_column == 0 and (not edit.text or edit.text.endswith("\n")):  # whole lines
            text = "".join(f"{mark}{line}".rstrip() + "\n" for line in edit.text.split("\n")[:-1])
            found.append(Edit(start, end, text))
        else:
            text = edit.text.replace("\n", f"\n{mark}")
            found.append(Edit(start + len(marks[first]) + first_column, end + len(marks[last]) + last_column, text))
    return found


def _line_of(code: str, at: int) -> tuple[int, int]:
    """Index of a place's line, and its column."""
    return code.count("\n", 0, at), at - (code.rfind("\n", 0, at) + 1)
