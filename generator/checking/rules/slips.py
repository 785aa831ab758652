"""Rules about slips of Markdown and of typing: what was meant is plain, and what readers see is something else."""

import re
from collections.abc import Iterator

from generator.checking.parts import OBJECT, Finding, Passage
from generator.checking.registry import Rule
from generator.checking.view import PageView

_DOUBLED_MARK = re.compile(
    r"[.,;:!?，、；。](?:"
    r"(?<=[^\W_][.,;:!?])[ ]+[.,;:](?![^\s\"'”’)])"  # name. .
    r"|(?:(?<=[^\W_],),|(?<=[^\W_];);|(?<=[^\W_]:):)(?=\s|$)"
    r"|(?<=[^，]，)，(?!，)|(?<=[^、]、)、(?!、)|(?<=；)；|(?<=[^。]。)。(?!。)"
    r"|(?<=[^\W_]\.)\.(?=\s*$))"
)
_SPACED = re.compile(r"(?<![ .])(?: \.){2,}")
"""A spaced ellipsis."""
_TIGHT_HEADING = re.compile(r"(?P<marks> {0,3}\#{2,6})(?=[^\s\#!])")
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_\])])\[(?P<text>[^\[\]\n]++)\]\[(?P<label>[^\[\]\n]*+)\]")
_STARS = re.compile(r"(?<![*\\])\*\*(?!\*)")
_CLOSING = ".,;:!?)]}，。；：！？）】」』》、"


def doubled_mark(view: PageView) -> Iterator[Finding]:
    """A sentence ends once: a second mark behind the first, with a space or without, is left over from an edit.

    Bad:  The input is a picture. . It has three channels.
    Good: The input is a picture. It has three channels.
    """
    for language in view.facts.hub.languages:
        for passage in view.passages(language.code):
            prose = passage.prose
            for match in _DOUBLED_MARK.finditer(prose):
                if not _SPACED.search(prose, max(match.start() - 1, 0), match.end() + 2):
                    line, column = passage.place(match.start())
                    yield Finding(line, f"{match[0]!r} is one mark too many: leave one", column)


def spaced_markup(view: PageView) -> Iterator[Finding]:
    """No space stands inside the marks of code or of bold text: one is shown as part of the code, the other keeps the
    stars from being marks at all.

    Bad:  Call ` model.eval()` first, it is ** important**.
    Good: Call `model.eval()` first, it is **important**.
    """
    for section in view.sections:
        told: dict[int, int] = {}
        for code in section.inline_code:
            if code.text.strip() and code.text.startswith(" ") != code.text.endswith(" "):
                column = view.lines[code.line - 1].find(f"`{code.text}`", told.get(code.line, 0)) + 1
                told[code.line] = column
                message = f"`{code.text}` has a space inside its marks: remove it"
                yield Finding(code.line, message, max(column, 1))
        for passage in section.passages:
            yield from _literal_stars(passage)


def undefined_reference(view: PageView) -> Iterator[Finding]:
    """The label of a link is defined in the section that uses it: else readers see its brackets.

    Bad:  [ResNet][1] in a section without a line `[1]: https://…`
    Good: [ResNet](https://arxiv.org/abs/1512.03385)
    """
    for section in view.sections:
        for token in section.tokens:
            if token.type != "inline" or "][" not in token.content:
                continue
            # What Markdown took for a link is no text any more, and what is escaped reads otherwise in the source.
            failed = {
                match[0]
                for child in token.children or ()
                for match in (_REFERENCE.finditer(child.content) if child.type == "text" else ())
                if any(map(str.isalpha, match["text"]))  # [1][2] are two numbers of references
            }
            for index in range(*token.map) if failed and token.map else ():
                for match in _REFERENCE.finditer(section.lines[index]):
                    if match[0] in failed:
                        label = match["label"] or match["text"]
                        message = f"no line of this section defines [{label}]: write [{match['text']}](address)"
                        yield Finding(section.section.first_line + index, message, match.start() + 1)


def tight_heading(view: PageView) -> Iterator[Finding]:
    """A space stands between a heading's marks and its words: without it this is text that begins with #.

    Bad:  ###Results
    Good: ### Results
    """
    for section in view.sections:
        for passage in section.passages:
            for line in passage.lines if passage.kind in ("paragraph", "item") else ():
                match = _TIGHT_HEADING.match(line.source)
                if match:
                    message = "this is not shown as a heading: put a space behind its marks"
                    column = match.end() + 1
                    yield Finding(line.number, message, column, view.edit(line.number, column, 0, " "))


def _literal_stars(passage: Passage) -> Iterator[Finding]:
    """Stars beside which a space stands where the bold text should."""
    source, prose = passage.source, passage.prose
    if "**" not in source:
        return
    places = [match.start() for match in _STARS.finditer(source) if prose[match.start()] == OBJECT]
    # A power, a ** b, has a space on both sides of every pair of stars.
    loose = [place for place in places if _before(source, place).isspace() and _after(source, place).isspace()]
    if len(places) % 2 or len(loose) == len(places):
        return
    for opening, closing in zip(places[::2], places[1::2], strict=True):
        inside = source[opening + 2 : closing]
        if inside.strip() and "`" not in inside and (inside[0] in " \t" or inside[-1] in " \t"):
            line, column = passage.place(opening)
            yield Finding(line, f"**{inside}** is shown with its stars: remove the space inside them", column)


def _before(source: str, place: int) -> str:
    return source[place - 1] if place else " "


def _after(source: str, place: int) -> str:
    following = source[place + 2 : place + 3] or " "
    return " " if following in _CLOSING else following


RULES: tuple[Rule, ...] = (
    Rule(doubled_mark),
    Rule(spaced_markup),
    Rule(undefined_reference),
    Rule(tight_heading, fixable=True),
)
