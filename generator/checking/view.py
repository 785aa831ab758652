"""A page as rules look at it: its Markdown parsed once, every part with its line."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore, text_join
from markdown_it.token import Token

from generator.checking.parts import OBJECT, HeadingAt, HubFacts, InlineCode, Link, Passage, ProseLine, Table, TableRow
from generator.frameworks import framework
from generator.markdown_blocks import NOT_PARSED, Blocks, ParsedPage, tokens_for
from generator.model.code_spans import code_ends
from generator.model.diagnostic import Edit
from generator.model.page import Page, Section, Snippet

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What a rule wants to report is often a link that a renderer would refuse, and always as its author wrote it.
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
_PARSER.normalizeLink = lambda url: url  # type: ignore[method-assign]

# Most cells and many paragraphs hold nothing that the inline parser would make anything of that rules look at.
_MARKED = re.compile(r"[`<\[]")
# Most headings hold nothing but words, which need no parser to be told apart.
_PLAIN = re.compile(r"[^\n!&*<>\[\]\\_`~{}^$%@=+]+")


def _parse_inline(state: StateCore) -> None:
    before = ""
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            if _MARKED.search(token.content) or (before == "heading_open" and not _PLAIN.fullmatch(token.content)):
                if "references" in state.env:
                    state.md.inline.parse(token.content, state.md, state.env, token.children)
                else:
                    token.children += _inline(token.content)
            elif before == "heading_open":
                token.children.append(Token("text", "", 0, content=token.content))
        before = token.type


@lru_cache(1024)  # papers, tables and code are the same in every language
def _inline(text: str) -> Sequence[Token]:
    """What stands inside of a block where no link refers to a definition. Rules look at these and change none."""
    found: list[Token] = []
    _PARSER.inline.parse(text, _PARSER, {}, found)
    whole = Token("inline", "", 0, children=found)
    text_join(StateCore(text, _PARSER, {}, [whole]))
    return whole.children or []


_PARSER.core.ruler.at("inline", _parse_inline)

# What may stand directly before and after the address of a link; the definition of a reference has nothing before it.
_OPENINGS = ("](", "](<", "<"), ("",)
_AFTER_ADDRESS = frozenset({"", "\n", " ", "\t", ")", ">", '"', "'"})
_DEFINITION = re.compile(r"\]:[ \t]*<?(?P<address>[^\s<>]+)")

_NOT_PROSE = re.compile(
    r"""
      (?=[!\[<`*_~|&\\]|https?://|^[#>+\-:\d \t])(?:   # nothing else begins one: most characters are done with here
      (?P<comment><!--)
    | (?<!`)(?P<code>`+)
    | !?\[(?:[^\[\]]++|\[[^\[\]]*+\]){0,50}+\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+["'][^"']*["'])?\)  # links, images
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


_NOT_LINE_END = re.compile(r"[^\n]")


class SectionView:
    """What one language says."""

    def __init__(self, section: Section, parsed: Blocks | None = None) -> None:
        self.section = section
        self.language = section.language
        self._parsed = parsed

    @cached_property
    def lines(self) -> list[str]:
        """The section's lines; the first is line `section.first_line` of the page."""
        return self.section.text.split("\n")

    @cached_property
    def tokens(self) -> list[Token]:
        """markdown-it's tokens; their `map` counts lines from 0 at the section's first."""
        return tokens_for(_PARSER, self._parsed) if self._parsed else _PARSER.parse(self.section.text)

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
        return tuple(self._inline_code())

    @cached_property
    def prose(self) -> tuple[ProseLine, ...]:
        """Every line of running text, in order."""
        return tuple(line for block in self.passages for line in block.lines)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The same lines, with what belongs together."""
        return tuple(self._passages())

    def _links(self) -> Iterator[Link]:
        block = None
        after = 0
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
                if block is None or block.map != token.map:  # the cells of a row have one place
                    block, after = _BlockText(self.lines, token.map), 0
                offset = block.find_address(url, after)
                row, start = block.place(offset) if offset >= 0 else self._definitions.get(url, (block.map[0], -1))
                if offset >= 0:
                    after = offset + len(url)
                yield Link(self.section.first_line + row, max(start, 0) + 1, url, text, child.type == "image")

    @cached_property
    def _definitions(self) -> Mapping[str, tuple[int, int]]:
        """Index of line and column of each address that a reference is defined with, the first time it is."""
        found: dict[str, tuple[int, int]] = {}
        for row, line in enumerate(self.lines):
            for match in _DEFINITION.finditer(line) if "]:" in line else ():
                found.setdefault(match["address"], (row, match.start("address")))
        return found

    def _inline_code(self) -> Iterator[InlineCode]:
        for token in self.tokens:
            if codes := [child.content for child in token.children or () if child.type == "code_inline"]:
                block = _BlockText(self.lines, token.map)
                for code in codes:
                    row, _ = block.place(max(block.text.find(code), 0))
                    yield InlineCode(self.section.first_line + row, code)

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
            yield Passage(kind, heading, self.section.first_line + first, block, _masked(block))
            if kind == "heading":
                heading = token.content


class PageView:
    """A page and what it is checked against."""

    def __init__(self, page: Page, facts: HubFacts, parsed: ParsedPage = NOT_PARSED) -> None:
        self.page = page
        self.facts = facts
        self.framework = framework(page.front_matter.framework or facts.hub.framework)
        self.sections = tuple(SectionView(section, parsed.get(section.language)) for section in page.sections)
        self._passages: dict[str, tuple[Passage, ...]] = {}

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the whole file; line n of the page is `lines[n - 1]`."""
        return self.page.source.split("\n")

    @cached_property
    def snippets(self) -> tuple[Snippet, ...]:
        """The sample, then every section's snippets."""
        sample = (self.page.sample,) if self.page.sample else ()
        return (*sample, *(snippet for section in self.page.sections for snippet in section.snippets))

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
                prose = OBJECT * start + _masked(text) + OBJECT * (len(source) - end)
                return Passage("summary", "", index + 1, source, prose)
            if source.rstrip() == "---":
                return None
        return None

    def is_as_written(self, line: int) -> bool:
        """Whether what rules see of a line of the page is what its file has there, and can be changed where it stands.

        Of some formats a line is read as something else: a picture in HTML as one in Markdown.
        """
        for section in self.sections:
            index = line - section.section.first_line
            if 0 <= index < len(section.lines):
                seen = section.lines[index]
                return not seen.strip() or seen == self.lines[line - 1]  # a line of the sample is blank in its section
        return True

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


class _BlockText:
    """The lines of a block as one text in which places are found."""

    def __init__(self, lines: Sequence[str], place: Sequence[int] | None) -> None:
        self.map = list(place or (0, 1))
        own = lines[self.map[0] : self.map[1]]
        self.text = "\n".join(own)
        self._starts = list(accumulate((len(line) + 1 for line in own[:-1]), initial=0))
        self._known: dict[tuple[str, tuple[str, ...]], list[int]] = {}

    def place(self, offset: int) -> tuple[int, int]:
        """Index of line and column of a place in the text."""
        row = bisect_right(self._starts, offset) - 1
        return self.map[0] + row, offset - self._starts[row]

    def find_address(self, url: str, after: int) -> int:
        """Where an address stands: from this place on, else anywhere; -1 for nowhere."""
        for openings in _OPENINGS if url else _OPENINGS[:1]:
            places = self._addresses(url, openings)
            if places:
                return places[bisect_left(places, after) % len(places)]
        return -1

    def _addresses(self, url: str, openings: tuple[str, ...]) -> list[int]:
        """Every place where an address stands whole behind one of these openings."""
        key = (url, openings)
        if key not in self._known:
            self._known[key] = sorted({place for opening in openings for place in self._behind(opening, url)})
        return self._known[key]

    def _behind(self, opening: str, url: str) -> Iterator[int]:
        start = self.text.find(opening + url)
        while start >= 0:
            end = start + len(opening) + len(url)
            if self.text[end : end + 1] in _AFTER_ADDRESS:  # else it is the beginning of a longer one
                yield end - len(url)
            start = self.text.find(opening + url, start + 1)


@lru_cache(2048)
def _masked(text: str) -> str:
    """The text with OBJECT for every character that is not prose."""
    ends = code_ends(text)
    last_comment_end = text.rfind("-->")
    pieces: list[str] = []
    position = 0
    while match := _NOT_PROSE.search(text, position):
        start, end = match.span()
        if match["code"]:
            stop = ends.get(start, 0)
        elif match["comment"]:
            stop = text.find("-->", end) + 3 if end <= last_comment_end else 0
        else:
            stop = end
        pieces += [text[position:start], _NOT_LINE_END.sub(OBJECT, text[start:stop]) if stop else text[start:end]]
        position = stop or end
    return "".join([*pieces, text[position:]])
