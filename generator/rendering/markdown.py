"""Markdown to HTML that is safe to publish, whoever wrote it. The one place that makes markup of a page's text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from generator.model.anchors import slug, unique
from generator.rendering.highlight import highlight
from generator.rendering.raw_html import filter_blocks, filter_inline

_SCHEMES = frozenset({"http", "https", "mailto"})

# A page cannot hold a NUL: reading refuses it.
_SLOT = re.compile("\0(\\d+)\0")

# Chinese, Japanese and their punctuation: no space stands between two of these.
_HAN = re.compile(r"[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block, at its place between the text around it."""

    line: int
    """Line of the opening fence in the page."""
    code: str
    language: str

    @property
    def html(self) -> Markup:
        """The block without anything about its run."""
        return code_block(self.code, self.language)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a section."""

    level: int
    """As the page has it: 3 for ###."""
    text: str
    anchor: str


Part = Markup | Fence


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A section as HTML, with its fences apart so that a template can put their results below them."""

    parts: tuple[Part, ...]
    headings: tuple[Heading, ...]

    @property
    def html(self) -> Markup:
        """All of it, fences as plain blocks."""
        return Markup().join(part.html if isinstance(part, Fence) else part for part in self.parts)


def code_block(code: str, language: str) -> Markup:
    """A block of code that can be reached and scrolled by keyboard."""
    return Markup('<pre class="code" tabindex="0"><code>{}</code></pre>\n').format(highlight(code, language))


def render_markdown(text: str, first_line: int, anchors: Sequence[str] = ()) -> RenderedText:
    """A section's text as HTML.

    Args:
        first_line: the line of the page where the text begins.
        anchors: ids for its headings, in order; where they run out, slugs of the headings' text.
    """
    tokens = _PARSER.parse(text)
    filter_blocks(tokens)
    headings = _name_headings(tokens, anchors)
    fences = _slot_fences(tokens, first_line)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    pieces = _SLOT.split(html)
    parts = [fences[int(piece)] if index % 2 else Markup(piece) for index, piece in enumerate(pieces)]
    return RenderedText(tuple(part for part in parts if isinstance(part, Fence) or part.strip()), headings)


def headings_of(text: str) -> tuple[Heading, ...]:
    """The headings of a text, with slugs of their own as anchors."""
    return _name_headings(_PARSER.parse(text), ())


def is_safe_link(url: str) -> bool:
    """Whether a link of a page may be followed: http, https, mailto, or a place in the site."""
    if url.startswith(("//", "\\")) or any(ord(character) < 32 for character in url):
        return False
    first_part = re.split("[/?#]", url, maxsplit=1)[0]
    scheme, colon, _ = first_part.partition(":")
    return not colon or scheme.lower() in _SCHEMES


def _name_headings(tokens: Sequence[Token], anchors: Sequence[str]) -> tuple[Heading, ...]:
    """Give every heading its anchor and a level below the card's title."""
    found: list[Heading] = []
    opened = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    texts = [_plain(tokens[index + 1]) for index in opened]
    top = min((int(tokens[index].tag[1]) for index in opened), default=2)
    named = unique([*anchors[: len(texts)], *map(slug, texts[len(anchors) :])])
    for index, text, anchor in zip(opened, texts, named, strict=True):
        token = tokens[index]
        level = int(token.tag[1])
        found.append(Heading(level, text, anchor))
        token.attrSet("id", anchor)
        token.tag = tokens[index + 2].tag = f"h{min(level - top + 2, 6)}"
    return tuple(found)


def _plain(token: Token) -> str:
    return "".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))


def _slot_fences(tokens: Sequence[Token], first_line: int) -> list[Fence]:
    fences: list[Fence] = []
    for token in tokens:
        if token.type in ("fence", "code_block") and token.map is not None:
            language = (token.info.split() or [""])[0].lower()
            fences.append(Fence(first_line + token.map[0], token.content, language))
            token.meta = {"slot": len(fences) - 1}
    return fences


def _render_slot(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return f"\0{tokens[index].meta['slot']}\0"


def _render_image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A stranger's picture is a link: a visitor's browser asks no other site for anything."""
    token = tokens[index]
    url = str(token.attrGet("src") or "")
    return str(Markup('<a href="{}">{}</a>').format(url, token.content or url))


def _render_table_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return '<div class="table" tabindex="0"><table>\n'


def _render_table_close(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return "</table></div>\n"


def _filter_inline_html(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            filter_inline(token.children)


def _join_han_lines(state: StateCore) -> None:
    """A line break between two Han characters is no space: it is only where the author's editor broke."""
    for token in state.tokens:
        children = token.children or []
        for index in range(1, len(children) - 1):
            before, here, after = children[index - 1 : index + 2]
            if here.type == "softbreak" and _HAN.match(before.content[-1:]) and _HAN.match(after.content[:1]):
                here.type, here.content = "text", ""


def _align_by_class(state: StateCore) -> None:
    """A style attribute would need a weaker content security policy."""
    for token in state.tokens:
        style = token.attrs.pop("style", None)
        if style is not None:
            token.attrSet("class", str(style).replace("text-align:", "align-"))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    parser.core.ruler.push("filter_inline_html", _filter_inline_html)
    parser.core.ruler.push("join_han_lines", _join_han_lines)
    parser.core.ruler.push("align_by_class", _align_by_class)
    parser.add_render_rule("fence", _render_slot)
    parser.add_render_rule("code_block", _render_slot)
    parser.add_render_rule("image", _render_image)
    parser.add_render_rule("table_open", _render_table_open)
    parser.add_render_rule("table_close", _render_table_close)
    return parser


_PARSER = _parser()
