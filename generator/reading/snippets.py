"""Fenced code in Markdown, as CommonMark has it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt

from generator.markdown_blocks import Blocks, is_read_alike
from generator.model.page import Region

PYTHON = frozenset({"python", "python3", "py"})

# Blocks alone: finding fences needs no inline parsing, which is most of the work.
_BLOCKS = MarkdownIt("commonmark").enable("table")
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])

# The parser goes no deeper and says nothing of what it left out.
MAX_DEPTH = int(_BLOCKS.options.get("maxNesting", 20))

_COMMENTS = re.compile(r"(?:\s*+<!--(?:[^-]|-(?!->))*+-->)++\s*+")
_KINDS: Mapping[str, Literal["fence", "code"]] = {"fence": "fence", "code_block": "code"}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of Markdown, of whatever kind the parser calls it."""

    kind: str
    """The token's type: fence, html_block, paragraph_open, …"""
    first: int
    """Index of its first line, from 0."""
    end: int
    """Index of the line after its last."""
    level: int
    """How many containers it stands in."""
    info: str
    content: str
    marks: str
    """What opens a fence."""

    @property
    def is_python(self) -> bool:
        """Whether this is a fence marked as Python."""
        return self.kind == "fence" and self.language in PYTHON

    @property
    def language(self) -> str:
        """The language that a fence is marked with, in lower case; empty where it has none."""
        words = self.info.split()
        return words[0].lower() if words else ""

    @property
    def is_closed(self) -> bool:
        """Whether a fence has its closing line; the end of a file or of a list item ends one without."""
        return self.content.count("\n") == self.end - self.first - 2

    @property
    def is_heading(self) -> bool:
        """Whether it is one, of any level."""
        return self.kind == "heading_open"

    @property
    def is_container(self) -> bool:
        """Whether other blocks may stand in this one."""
        return self.kind in ("blockquote_open", "list_item_open")

    @property
    def is_comment(self) -> bool:
        """Whether this holds HTML comments and nothing else: it is never shown."""
        return self.kind == "html_block" and _COMMENTS.fullmatch(self.content) is not None


def refuses_nothing(parsed: Blocks) -> bool:
    """Whether reading takes every definition of a link for one: `[a]: javascript:x` is words to it."""
    return is_read_alike(_BLOCKS, parsed)


def blocks(parsed: Blocks) -> Iterator[Block]:
    """Every block with a place in a text, containers before what they hold."""
    for token in parsed.tokens if refuses_nothing(parsed) else _BLOCKS.parse(parsed.text):
        if token.map is not None and token.nesting >= 0 and token.type != "inline":
            first, end = token.map
            yield Block(token.type, first, end, token.level, token.info, token.content, token.markup)


def regions(found: Iterable[Block], first_line: int) -> Iterator[Region]:
    """The blocks that are no prose, of a text that begins on this line of its page."""
    for block in found:
        kind = "comment" if block.is_comment else _KINDS.get(block.kind)
        if kind:
            lines = first_line + block.first, first_line + block.end
            yield Region(kind, *lines, block.content, block.language, block.marks)
