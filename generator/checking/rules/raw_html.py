"""Rules about HTML: of a stranger's page little of it is let through, and the rest appears as text."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView

_INLINE = frozenset({"br", "sub", "sup", "kbd"})
_BLOCK = _INLINE | {"details", "summary"}
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?:\s[^<>]*|/)?)>")
_SUSPECT = re.compile(r"</?(?!(?:br|sub|sup|kbd)\s*/?>)[A-Za-z]", re.IGNORECASE)
_INSTEAD: Mapping[str, str] = {
    "img": "write ![text](address)",
    "a": "write [text](address)",
    **dict.fromkeys(("b", "strong"), "write **text**"),
    **dict.fromkeys(("i", "em"), "write *text*"),
    **dict.fromkeys(("s", "del", "strike"), "write ~~text~~"),
    **dict.fromkeys(("code", "tt"), "write `code`"),
    "pre": "write a fenced block",
    "hr": "write --- between blank lines",
    "blockquote": "begin the lines with >",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "write a heading with #"),
    **dict.fromkeys(("ul", "ol", "li"), "write a Markdown list"),
    **dict.fromkeys(("table", "thead", "tbody", "tr", "th", "td"), "write a Markdown table"),
    **dict.fromkeys(("details", "summary"), "put it at the start of a line, below a blank one"),
}
_OTHERS = re.compile(
    r"abbr|article|aside|audio|big|bdi|bdo|br|button|canvas|caption|center|cite|col|colgroup|dd|dfn|dialog|div|dl|dt|embed"
    r"|fieldset|figcaption|figure|font|footer|header|html|iframe|ins|kbd|link|map|mark|marquee|math|meta|meter|nav"
    r"|noscript|p|picture|progress|q|rp|rt|ruby|samp|script|section|small|span|style|sub|sup|svg|template|textarea|time|u"
    r"|var|video|wbr"
)
# Without a value and an end these may be words to be replaced, such as `<link>`, or comparisons: `a<b and c>d`.
_PLACEHOLDERS = frozenset({"a", "b", "i", "s", "q", "u", "link", "map", "time", "code", "var", "section", "header"})
MAX_ROWS = 50
"""How far below the last tag the next one of a paragraph is looked for."""


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag that the parser takes for HTML."""

    row: int
    """Index of its line in the section."""
    column: int
    """Index of its first character in the line."""
    name: str
    """In lower case."""
    is_end: bool
    rest: str
    allowed: frozenset[str]
    """What may stand where it stands."""

    @property
    def is_bare(self) -> bool:
        """Whether it has no attributes."""
        return not self.rest.strip(" \t\n/")


def raw_html(view: PageView) -> Iterator[Finding]:
    """Of HTML only br, sub, sup, kbd, details and summary are shown, without attributes; all else appears as text.

    Bad:  <img src="cat.jpg" width="300">
    Good: ![a cat on a sofa](cat.jpg)
    """
    for section in view.sections:
        tags = list(_tags(section)) if _SUSPECT.search(section.section.text) else []
        opened = {tag.name for tag in tags if not tag.is_end}
        closed = {tag.name for tag in tags if tag.is_end}
        for tag in tags:
            # What an opening tag is told of needs not be said of its end.
            if not (tag.is_end and tag.name in opened) and (message := _wrong_tag(tag, closed)):
                yield Finding(section.section.first_line + tag.row, message, tag.column + 1)


def _tags(section: SectionView) -> Iterator[_Tag]:
    row = column = 0
    for token in section.tokens:
        first, end = token.map or [0, 0]
        if token.type == "html_block":
            yield from _tags_in_block(section.lines, first, end)
        elif token.children and any(child.type == "html_inline" for child in token.children):
            # The cells of a row follow each other on a line.
            row, column = max((row, column), (first, 0))
            for child in token.children:
                if child.type in ("html_inline", "code_inline"):  # code may hold what looks like the next tag
                    row, column = _find(section, child.content.partition("\n")[0], row, column, end)
                    match = _TAG.fullmatch(child.content) if child.type == "html_inline" else None
                    if match:
                        yield _Tag(row, column, match["name"].lower(), bool(match["close"]), match["rest"], _INLINE)
                    column += 1


def _tags_in_block(lines: Sequence[str], first: int, end: int) -> Iterator[_Tag]:
    html = _without_comments("\n".join(lines[first:end]))
    row, start = first, 0
    for match in _TAG.finditer(html):
        row += html.count("\n", start, match.start())
        start = match.start()
        column = start - html.rfind("\n", 0, start) - 1
        yield _Tag(row, column, match["name"].lower(), bool(match["close"]), match["rest"], _BLOCK)


def _find(section: SectionView, text: str, row: int, column: int, end: int) -> tuple[int, int]:
    """Indexes of row and column where a text comes next; where it does not, those given."""
    for below in range(row, min(end, row + MAX_ROWS)):
        found = section.lines[below].find(text, column if below == row else 0)
        if found >= 0:
            return below, found
    return row, column


def _without_comments(html: str) -> str:
    """The same with spaces for comments; an open one goes to the end."""
    pieces = []
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        close = html.find("-->", start + 4)
        end = close + 3 if close >= 0 else len(html)
        pieces += [html[position:start], re.sub(r"[^\n]", " ", html[start:end])]
        position = end
    return "".join([*pieces, html[position:]])


def _wrong_tag(tag: _Tag, closed: Collection[str]) -> str:
    """What to say of a tag; nothing of an allowed one, or of what is a comparison or a word to be replaced."""
    if (tag.name not in _INSTEAD and not _OTHERS.fullmatch(tag.name)) or (tag.name in tag.allowed and tag.is_bare):
        return ""
    if tag.name in _PLACEHOLDERS and "=" not in tag.rest and tag.name not in closed:
        return ""
    if tag.name in tag.allowed:
        return f"<{tag.name}> with attributes is shown as text: remove the attributes"
    return f"<{'/' * tag.is_end}{tag.name}> is shown as text: {_INSTEAD.get(tag.name, 'remove it')}"


RULES: tuple[Rule, ...] = (Rule(raw_html),)
