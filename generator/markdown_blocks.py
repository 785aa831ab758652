"""The blocks of a text, as CommonMark and GitHub's tables have them: parsed once for all who look at it.

What stands inside of blocks is each one's own matter: reading asks for none of it, checking wants links as they were
written, and rendering refuses those that are not safe.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore, block, normalize
from markdown_it.token import Token

_OPENINGS = {
    "fence": frozenset("`~"),
    "blockquote": frozenset(">"),
    "hr": frozenset("*-_"),
    "list": frozenset("*+-0123456789"),
    "reference": frozenset("["),
    "html_block": frozenset("<"),
    "heading": frozenset("#"),
}
"""Kinds of blocks to the characters with which the first line of one begins, behind its indentation."""


def _asked_where_it_may_begin(rule: RuleFuncBlockType, openings: Set[str]) -> RuleFuncBlockType:
    """The same rule, which is not called for a line that begins otherwise: nearly every line is asked by each rule."""

    def begins(state: StateBlock, line: int, end: int, is_silent: bool) -> bool:
        place = state.bMarks[line] + state.tShift[line]
        return state.src[place : place + 1] in openings and rule(state, line, end, is_silent)

    return begins


def _normalize(state: StateCore) -> None:
    """The rule for line ends and NUL, which otherwise puts each line end anew in the place of itself."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_PARSER.core.ruler.enableOnly(["normalize", "block"])
for _rule in _PARSER.block.ruler.__rules__:
    if _rule.name in _OPENINGS:
        _rule.fn = _asked_where_it_may_begin(_rule.fn, _OPENINGS[_rule.name])
_PARSER.core.ruler.at("normalize", _normalize)
# Which addresses are good ones is for others to say, each for itself: see `is_read_alike`.
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
_PARSER.normalizeLink = lambda url: url  # type: ignore[method-assign]


_new = Token.__new__


@dataclass(frozen=True, slots=True)
class Definition:
    """What a link by reference leads to: `[label]: address "title"`."""

    label: str
    address: str
    """As it was written."""
    title: str
    line: int
    """Of what was parsed, from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """A text's blocks."""

    text: str
    tokens: Sequence[Token]
    """Nobody changes these: whoever has something to change takes the copies of `tokens_for`."""
    definitions: Sequence[Definition]
    """In order; of two with the same label the first is meant."""
    first: int = 0
    """The line on which the text begins in what was parsed, from 0."""


ParsedPage = Mapping[str, Blocks]
"""Language to the blocks of its section's text. A section that is missing has to be parsed by itself."""

NOT_PARSED: ParsedPage = {}


def parse_blocks(text: str) -> Blocks:
    """A text's blocks."""
    env: dict[str, Any] = {}
    tokens = _PARSER.parse(text, env)
    first_of_label = [{**found, "label": label} for label, found in env.get("references", {}).items()]
    found = (
        Definition(each["label"], each["href"], each["title"], each["map"][0])
        for each in [*first_of_label, *env.get("duplicate_refs", [])]
    )
    return Blocks(text, tokens, sorted(found, key=lambda definition: definition.line))


def part_of(whole: Blocks, text: str, first: int) -> Blocks | None:
    """The blocks of a text that begins on this line of a whole, between blocks that end above it and begin below it.

    None where it has to be parsed by itself: raw HTML and fences that go on to the end of a text have one line end
    less there.
    """
    end = first + text.count("\n") + 1
    tokens: list[Token] = []
    is_inside = False
    for token in whole.tokens:
        if token.level == 0 and token.map is not None:
            is_inside = first <= token.map[0] < end
        if is_inside:
            tokens.append(token)
            if token.type in ("html_block", "fence") and token.map and token.map[1] == end:
                return None
    return Blocks(text, tokens, [each for each in whole.definitions if first <= each.line < end], first)


def is_read_alike(parser: MarkdownIt, blocks: Blocks) -> bool:
    """Whether this parser finds the same blocks: where it refuses an address, the definition is a paragraph for it."""
    return all(parser.validateLink(parser.normalizeLink(each.address)) for each in blocks.definitions)


def tokens_for(parser: MarkdownIt, blocks: Blocks) -> list[Token]:
    """What this parser makes of a text, whose blocks it need not look for again. The tokens are the caller's own."""
    if not is_read_alike(parser, blocks):
        return parser.parse(blocks.text)
    references: dict[str, dict[str, str]] = {}
    for each in blocks.definitions:
        references.setdefault(each.label, {"title": each.title, "href": parser.normalizeLink(each.address)})
    state = StateCore(blocks.text, parser, {"references": references} if references else {})
    state.tokens = list(_copies(blocks))
    for rule in parser.core.ruler.getRules(""):
        if rule not in (normalize, block):
            rule(state)
    return state.tokens


def _copies(blocks: Blocks) -> Iterator[Token]:
    """The tokens with places that count from the text's first line."""
    first = blocks.first
    # A text that ends with a line end has no further line, but the whole may have one there.
    last = blocks.text.count("\n") + (blocks.text[-1:] != "\n")
    for token in blocks.tokens:
        place = token.map
        copy = _new(Token)  # without what its constructor does for those who give it lists
        copy.type, copy.tag, copy.nesting, copy.level = token.type, token.tag, token.nesting, token.level
        copy.content, copy.markup, copy.info = token.content, token.markup, token.info
        copy.block, copy.hidden = token.block, token.hidden
        copy.attrs, copy.meta = token.attrs.copy(), token.meta.copy()
        copy.map = place and [place[0] - first, min(place[1] - first, last)]
        copy.children = None if token.children is None else []  # of a block, before its text was parsed
        yield copy
