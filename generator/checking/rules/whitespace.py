"""Rules about white space: it parts blocks, or it means nothing."""

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView
from generator.model.diagnostic import Edit

_SEVERAL_BLANK = re.compile(r"\n[ \t]*\n[ \t]*\n")
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`\n]+(?<!`)\1(?!`)")
_BLOCK_SCALAR = re.compile(r"[:\-][ \t]+[|>][+\-\d]*[ \t]*$")


def missing_blank_line(view: PageView) -> Iterator[Finding]:
    """Section markers, headings and tables have a blank line around them: it is the convention, and without it another
    reader of the page may take them for a part of what stands beside them.

    Bad:
        ### References
        - Deep Residual Learning for Image Recognition
    Good:
        ### References

        - Deep Residual Learning for Image Recognition
    """
    in_html = False
    for section in view.sections:
        marker = section.section.marker_line
        below = set()
        has_marker = view.lines[marker - 1].strip() != "---"  # of a format without, the front matter ends here
        if has_marker and view.lines[marker - 2].strip():
            yield _blank_line(view, marker, "above", "section marker", is_safe=not in_html)
        if has_marker and section.lines[0].strip():
            yield _blank_line(view, marker + 1, "below", "section marker", is_safe=not in_html)
            below.add(0)
        in_html = _ends_in_html(section)
        blocks = [
            (token.map[0], token.map[1], "heading" if token.type == "heading_open" else "table")
            for token in section.tokens
            if token.type in ("heading_open", "table_open") and token.level == 0 and token.map
        ]
        for start, end, kind in blocks:
            if start > 0 and start not in below and _is_text(section.lines[start - 1]):
                yield _blank_line(view, section.section.first_line + start, "above", kind)
            if end < len(section.lines) and section.lines[end].strip():
                yield _blank_line(view, section.section.first_line + end, "below", kind)
                below.add(end)


def trailing_space(view: PageView) -> Iterator[Finding]:
    """A line ends where its text does: spaces behind it are noise in every comparison of two versions.

    Two spaces inside a paragraph are a line break and stay; at its end they mean nothing.

    Bad:  `- Microsoft COCO, 2014.  ` as the last line of its paragraph
    Good: `- Microsoft COCO, 2014.`
    """
    source = view.page.source
    if not (" \n" in source or "\t\n" in source or source.endswith((" ", "\t"))):
        return
    kept = _verbatim(view)
    inside = _lines_before_the_last(view)
    for number, line in enumerate(view.lines, start=1):
        text = line.rstrip(" \t")
        if text == line or number in kept:
            continue
        # A backslash would become a line break.
        if number in inside and (line.endswith("  ") or text.endswith("\\") or number in _code_over_lines(view)):
            continue
        length = len(line) - len(text)
        what = "a space" if length == 1 else f"{length} spaces"
        message = (
            f"{what} at the end of the line: remove {'it' if length == 1 else 'them'}"
            if text
            else f"this blank line holds {what}: empty it"
        )
        yield Finding(number, message, len(text) + 1, view.edit(number, len(text) + 1, length, ""))


def blank_lines(view: PageView) -> Iterator[Finding]:
    """One blank line parts two blocks: more of them change nothing on the card.

    Bad:
        The model expects BGR pictures.


        ### Results
    Good:
        The model expects BGR pictures.

        ### Results
    """
    if not _SEVERAL_BLANK.search(view.page.source):
        return
    kept = _verbatim(view)
    lines = view.lines
    last = len(view.page.source.rstrip().split("\n"))
    first = view.page.body_line
    number = first
    while number < last:
        number += 1
        if lines[number - 1].strip() or number in kept:
            continue
        end = number
        while not lines[end].strip() and end + 1 not in kept:
            end += 1
        if end > number:
            length = sum(len(line) + 1 for line in lines[number:end])
            message = f"{end - number + 1} blank lines in a row: leave one"
            yield Finding(number + 1, message, fix=view.edit(number + 1, 1, length, ""))
        number = end


def final_newline(view: PageView) -> Iterator[Finding]:
    """A file ends with one line end: without it tools join its last line to what they put behind it, and with more of
    them every editor shows a change that is none.

    Bad:  a file whose last line is not ended, or is blank
    Good: a file that ends with its last line of text and one line end
    """
    source = view.page.source
    text = len(source.rstrip(" \t\n"))
    start = source.find("\n", text)
    if start < 0:
        last = view.lines[-1]
        message = "the last line has no line end: add one"
        yield Finding(len(view.lines), message, len(last) + 1, Edit(len(source), len(source), "\n"))
    elif start + 1 < len(source):
        message = "the file ends with blank lines: end it with its last line of text"
        yield Finding(source.count("\n", 0, start) + 2, message, fix=Edit(start + 1, len(source), ""))


def _blank_line(view: PageView, line: int, where: str, what: str, *, is_safe: bool = True) -> Finding:
    """`line` is the one above which the blank line is missing."""
    at = line if where == "above" else line - 1
    message = f"there is no blank line {where} this {what}: add one"
    return Finding(at, message, fix=view.edit(line, 1, 0, "\n") if is_safe else None)


def _ends_in_html(section: SectionView) -> bool:
    """Whether a section ends in HTML that goes on below the next marker: a blank line would end it."""
    last = section.tokens[-1] if section.tokens else None
    return last is not None and last.type == "html_block" and not last.content.rstrip().endswith("-->")


def _is_text(line: str) -> bool:
    """Whether a line is neither blank nor a comment, which may belong to what stands below it."""
    return bool(line.strip()) and not line.rstrip().endswith("-->")


@lru_cache(1)
def _verbatim(view: PageView) -> set[int]:
    """The lines whose white space may mean something: of code, of raw HTML, of YAML that keeps it."""
    sample = view.page.sample
    kept = set(range(sample.line, sample.line + sample.code.count("\n"))) if sample else set()
    head = view.lines[: view.page.body_line - 1]
    if any(_BLOCK_SCALAR.search(line) for line in head):
        kept.update(range(1, len(head) + 1))
    for section in view.sections:
        for start, end in _verbatim_blocks(section):
            kept.update(range(start, end))
    return kept


def _verbatim_blocks(section: SectionView) -> Iterator[tuple[int, int]]:
    for token in section.tokens:
        if token.type in ("fence", "code_block", "html_block") and token.map:
            marks = int(token.type == "fence")
            start, end = (section.section.first_line + index for index in token.map)
            yield start + marks, end - marks


def _lines_before_the_last(view: PageView) -> set[int]:
    """The lines of every paragraph but its last: there two spaces at the end break the line."""
    return {
        section.section.first_line + index
        for section in view.sections
        for token in section.tokens
        if token.type == "inline" and token.map
        for index in range(token.map[0], token.map[1] - 1)
    }


@lru_cache(1)
def _code_over_lines(view: PageView) -> set[int]:
    """The lines of paragraphs in which code may go on from one line to the next: a space at its end is code."""
    return {
        section.section.first_line + index
        for section in view.sections
        for token in section.tokens
        if token.type == "inline" and token.map and "`" in _CODE.sub("", token.content)
        for index in range(*token.map)
    }


RULES: tuple[Rule, ...] = (
    Rule(missing_blank_line, fixable=True),
    Rule(trailing_space, fixable=True),
    Rule(blank_lines, fixable=True),
    Rule(final_newline, fixable=True),
)
