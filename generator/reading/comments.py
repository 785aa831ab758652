"""HTML comments in Markdown, with the place of every character in them."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from generator.reading.snippets import Block

_OPEN, _CLOSE = "<!--", "-->"
_INLINE = MarkdownIt("commonmark")
_CONTAINERS = frozenset({"bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open"})
_WITH_TEXT = frozenset({"paragraph_open", "heading_open", "table_open"})


@dataclass(frozen=True, slots=True)
class Comment:
    """One HTML comment."""

    text: str
    """What stands between its marks; the marks of a list or quote around it are spaces here."""
    line: int
    """Line of its `<!--` in the page."""
    column: int
    """Column of its `<!--`."""
    is_closed: bool = True
    """Whether it has its `-->`; one without goes on to the end of the text around it."""
    is_inline: bool = False
    """Whether it stands in the middle of a paragraph, a heading or a table."""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character of `text`."""
        before = self.text[:offset]
        if "\n" not in before:
            return self.line, self.column + len(_OPEN) + offset
        return self.line + before.count("\n"), offset - before.rfind("\n")


def comments_in(block: Block, lines: Sequence[str], first_line: int) -> Iterator[Comment | None]:
    """The comments of a block in order, and None for anything else that stands before, between or behind them.

    Lists and quotes have nothing of their own: what they hold are blocks too.

    Args:
        lines: the text that the block is of.
        first_line: line of the page where that text begins.
    """
    if block.kind in _CONTAINERS:
        return
    first = first_line + block.first
    if block.kind == "html_block":
        yield from _comments_of_html(_in_place(block, lines), first)
        return
    yield None
    if block.kind in _WITH_TEXT:
        yield from _comments_of_text("\n".join(lines[block.first : block.end]), first)


def _in_place(block: Block, lines: Sequence[str]) -> str:
    """The block's text with spaces for the marks of lists and quotes, so that columns are the page's."""
    rows = zip(block.content.split("\n"), lines[block.first : block.end], strict=False)
    return "\n".join(content.lstrip().rjust(len(line)) for content, line in rows)


def _comments_of_html(source: str, first: int) -> Iterator[Comment | None]:
    starts = _line_starts(source)
    end = 0
    while (start := source.find(_OPEN, end)) >= 0:
        if source[end:start].strip():
            yield None
        close = source.find(_CLOSE, start + len(_OPEN))
        stop = close if close >= 0 else len(source)
        yield Comment(source[start + len(_OPEN) : stop], *_place(starts, start, first), is_closed=close >= 0)
        end = min(stop + len(_CLOSE), len(source))
    if source[end:].strip():
        yield None


def _comments_of_text(source: str, first: int) -> Iterator[Comment]:
    if _OPEN not in source:  # nearly always: inline parsing is the slow part of Markdown
        return
    starts = _line_starts(source)
    end = 0
    for token in _INLINE.parseInline(source)[0].children or ():
        start = source.find(token.content, end) if token.type == "html_inline" else -1
        if start >= 0 and token.content.startswith(_OPEN):
            end = start + len(token.content)
            text = token.content.removeprefix(_OPEN).removesuffix(_CLOSE)
            yield Comment(text, *_place(starts, start, first), is_inline=True)


def _line_starts(source: str) -> list[int]:
    return [0, *(index + 1 for index, character in enumerate(source) if character == "\n")]


def _place(starts: Sequence[int], offset: int, first: int) -> tuple[int, int]:
    line = bisect_right(starts, offset) - 1
    return first + line, offset - starts[line] + 1
