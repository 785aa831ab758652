"""A page as rules look at it: its Markdown parsed once, every part with its line."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from generator.checking.parts import OBJECT, HeadingAt, HubFacts, InlineCode, Link, Passage, ProseLine, Table, TableRow
from generator.model.diagnostic import Edit
from generator.model.page import Page, Section, Snippet

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What a rule wants to report is often a link that a renderer would refuse, and always as its author wrote it.
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
_PARSER.normalizeLink = lambda url: url  # type: ignore[method-assign]

# Most cells and many paragraphs hold nothing that the inline parser would make anything of that rules look at.
_MARKED = re.compile(r"[`<\[]")


def _parse_inline(state: StateCore) -> None:
    before = ""
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            if before == "heading_open" or _MARKED.search(token.content):
                state.md.inline.parse(token.content, state.md, state.env, token.children)
        before = token.type


_PARSER.core.ruler.at("inline", _parse_inline)

# What may stand directly before and after the address of a link; the definition of a reference has nothing before it.
_OPENINGS = ("](", "](<", "<"), ("",)
_AFTER_ADDRESS = frozenset({"", " ", "\t", ")", ">", '"', "'"})

_NOT_PROSE = re.compile(
    r"""
      (?=[!\[<`*_~|&\\#>+\-:h\d \t])(?:             # nothing else begins one: most characters are done with here
      <!--.*?-->                                  # comments
    | (?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)   # code
    | !?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+["'][^"']*["'])?\)   # links and images
    | !?\[[^\[\]]+\]\[[^\[\]]*\]                  # links by reference
    | ^[ ]{0,3}\[[^\[\]]+\]:.*$                   # their definitions
    | </?[A-Za-z][^<>]*>                          # tags
    | <[a-z]+:[^<>\s]+>                           # automatic links
    | https?://[^\s<>()（）、，。；]+               # bare addresses
    | \\[!-/:-@\[-`{-~]                           # escapes
    | &[#\w]+;                                    # entities
    | ^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t]|\#{1,6}[ \t])+   # marks at the start of a line
    | \*+ | ~~ | (?<!\w)_+(?=\w) | (?<=\w)_+(?!\w)   # emphasis
    | ^[ \t]*\|?[ \t]*:?-{3,}.*$                  # the rule below a table's head
    | \|                                          # between cells
    )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


class SectionView:
    """What one language says."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.language = section.language

    @cached_property
    def lines(self) -> list[str]:
        """The section's lines; the first is line `section.first_line` of the page."""
        return self.section.text.split("\n")

    @cached_property
    def tokens(self) -> list[Token]:
        """markdown-it's tokens; their `map` counts lines from 0 at the section's first."""
        return _PARSER.parse(self.section.text)

    def line_of(self, token: Token) -> int:
        """The page's line on which a block begins."""
        return self.section.first_line + (token.map[0] if token.map else 0)

    @cached_property
    def headings(self) -> tuple[HeadingAt, ...]:
        """In order."""
        return tuple(
            HeadingAt(self.line_of(token), int(token.tag[1]), self.tokens[index + 1].content)
            for index, token in enumerate(self.tokens)
            if token.type == "heading_open"
        )

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """In order."""
        found: list[Table] = []
        rows: list[TableRow] = []
        cells: list[str] = []
        start = line = 0
        for token in self.tokens:
            if token.type == "table_open":
                start, rows = self.line_of(token), []
            elif token.type == "tr_open":
                line, cells = self.line_of(token), []
            elif token.type == "inline" and token.level > 0 and start:
                cells.append(token.content)
            elif token.type == "tr_close":
                rows.append(TableRow(line, tuple(cells)))
            elif token.type == "table_close":
                found.append(Table(start, rows[0], tuple(rows[1:])))
                start = 0
        return tuple(found)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links and pictures, in order."""
        return tuple(self._links())

    @cached_property
    def inline_code(self) -> tuple[InlineCode, ...]:
        """In order."""
        return tuple(
            InlineCode(self._place(token, child.content)[0], child.content)
            for token in self.tokens
            for child in token.children or ()
            if child.type == "code_inline"
        )

    @cached_property
    def prose(self) -> tuple[ProseLine, ...]:
        """Every line of running text, in order."""
        return tuple(line for block in self.passages for line in block.lines)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The same lines, with what belongs together."""
        return tuple(self._passages())

    def _links(self) -> Iterator[Link]:
        after = (0, 0)
        for token in self.tokens:
            children = token.children or []
            for index, child in enumerate(children):
                if child.type == "link_open":
                    end = next(i for i in range(index, len(children)) if children[i].type == "link_close")
                    text = "".join(other.content for other in children[index + 1 : end])
                    url = str(child.attrGet("href") or "")
                elif child.type == "image":
                    text, url = child.content, str(child.attrGet("src") or "")
                else:
                    continue
                row, start = self._address(token, url, after)
                if start >= 0 and token.map and row < token.map[1]:  # not at a definition further below
                    after = (row, start + len(url))
                yield Link(self.section.first_line + row, max(start, 0) + 1, url, text, child.type == "image")

    def _address(self, token: Token, url: str, after: tuple[int, int]) -> tuple[int, int]:
        """Index of line and column of an address: the next in its block, else any there, else its definition."""
        first, end = token.map or [0, 1]
        starts = (after, (first, 0)) if after[0] >= first else ((first, 0),)
        for openings in _OPENINGS if url else _OPENINGS[:1]:
            for from_row, from_column in starts:
                for row in range(from_row, end):
                    column = _find_address(self.lines[row], url, from_column if row == from_row else 0, openings)
                    if column >= 0:
                        return row, column
        for row, line in enumerate(self.lines):
            if url and "]:" in line and (column := _find_address(line, url, 0, _OPENINGS[1])) >= 0:
                return row, column
        return first, -1

    def _place(self, token: Token, text: str) -> tuple[int, int]:
        """Line and column where a text stands in a block, or the block's first line."""
        first, end = token.map or [0, 1]
        for index in range(first, end):
            column = self.lines[index].find(text) if text else -1
            if column >= 0:
                return self.section.first_line + index, column + 1
        return self.section.first_line + first, 1

    def _passages(self) -> Iterator[Passage]:
        done = depth = 0
        heading = ""
        for index, token in enumerate(self.tokens):
            depth += (token.type == "list_item_open") - (token.type == "list_item_close")
            if token.type != "inline" or token.map is None or token.map[0] < done:
                continue  # every cell of a row has the row's place
            opening = self.tokens[index - 1].type
            kind = _KINDS.get(opening) or ("item" if depth else "paragraph")
            first, done = token.map
            block = "\n".join(self.lines[first:done])
            masked = _NOT_PROSE.sub(_mask, block)
            lines = enumerate(zip(block.split("\n"), masked.split("\n"), strict=True), self.section.first_line + first)
            yield Passage(kind, heading, tuple(ProseLine(number, source, prose) for number, (source, prose) in lines))
            if kind == "heading":
                heading = token.content


class PageView:
    """A page and what it is checked against."""

    def __init__(self, page: Page, facts: HubFacts) -> None:
        self.page = page
        self.facts = facts
        self.sections = tuple(SectionView(section) for section in page.sections)
        self._passages: dict[str, tuple[Passage, ...]] = {}

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the whole file; line n of the page is `lines[n - 1]`."""
        return self.page.source.split("\n")

    @cached_property
    def snippets(self) -> tuple[Snippet, ...]:
        """The sample, then every section's snippets."""
        return (self.page.sample, *(snippet for section in self.page.sections for snippet in section.snippets))

    def section(self, language: str) -> SectionView | None:
        """What this language says, if the page has it."""
        return next((section for section in self.sections if section.language == language), None)

    def passages(self, language: str) -> tuple[Passage, ...]:
        """Everything that a language says in words: its summary, then the passages of its section."""
        if language not in self._passages:
            section, summary = self.section(language), self._summary(language)
            self._passages[language] = (*([summary] if summary else []), *(section.passages if section else ()))
        return self._passages[language]

    def _summary(self, language: str) -> Passage | None:
        """A summary where it stands in the front matter; None where YAML writes it in another way than it reads."""
        text = self.page.front_matter.summary.get(language)
        if not text:
            return None
        for index in range(self.page.front_matter.lines["summary"] - 1, len(self.lines)):
            source = self.lines[index]
            _, key, rest = source.partition(f"{language}:")
            if key and text in rest:
                start = source.index(text, len(source) - len(rest))
                end = start + len(text)
                prose = OBJECT * start + _NOT_PROSE.sub(_mask, text) + OBJECT * (len(source) - end)
                return Passage("summary", "", (ProseLine(index + 1, source, prose),))
            if source.rstrip() == "---":
                return None
        return None

    def edit(self, line: int, column: int, length: int, text: str) -> Edit:
        """The change that puts `text` in the place of `length` characters at this line and column of the page."""
        start = self._line_starts[line - 1] + column - 1
        return Edit(start, start + length, text)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset into the page's source."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts


_KINDS: Mapping[str, Literal["heading", "row"]] = {"heading_open": "heading", "th_open": "row", "td_open": "row"}


def _find_address(line: str, address: str, start: int, openings: tuple[str, ...]) -> int:
    """Where an address stands whole behind one of these openings; -1 for nowhere."""
    found = []
    for opening in openings:
        column = line.find(opening + address, start)
        while column >= 0:
            end = column + len(opening) + len(address)
            if line[end : end + 1] in _AFTER_ADDRESS:
                found.append(end - len(address))
                break
            column = line.find(opening + address, column + 1)  # the beginning of a longer one
    return min(found, default=-1)


def _mask(match: re.Match[str]) -> str:
    return "".join(character if character == "\n" else OBJECT for character in match[0])
