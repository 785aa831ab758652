"""Markdown to HTML that is safe to publish, whoever wrote it. The one place that makes markup of a page's text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore, text_join
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from generator.markdown_blocks import Blocks, tokens_for
from generator.model.addresses import CARD_ROOT, MODELS, linked_card
from generator.model.anchors import slug, unique
from generator.model.page import Region
from generator.model.site import PagePicture, PagePictures
from generator.pictures import is_local
from generator.rendering.citations import HEADINGS, Citation, read_citation
from generator.rendering.han_emphasis import han_emphasis
from generator.rendering.highlight import MAX_CODE, highlight
from generator.rendering.raw_html import filter_blocks, filter_inline
from generator.rendering.tables import Table, read_table

_SCHEMES = frozenset({"http", "https", "mailto"})

NO_PICTURES: PagePictures = {}

_IMAGE = Markup('<img src="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">')

# A page cannot hold a NUL: reading refuses it.
_SLOT = re.compile("\0(\\d+)\0")

_SHARED = 2000
"""Characters of a text that is remembered, for the languages of a page have references and tables in common."""

# Chinese, Japanese and their punctuation: no space stands between two of these.
_HAN = re.compile(r"[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


_NO_ATTRIBUTES = Markup()
_SHAPE = re.compile(r"[(\[]\s*[\w*+-]{1,8}(,\s?[\w*+-]{1,8}){1,4},?\s*[)\]]")
"""Of an array, such as (N, 3, 224, 224): short enough to stand in one line."""

_CLOSING, _OPENING = "，。、；：！？）」』】》", "（「『【《"
"""Full-width marks, the ink of which is at one side."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a section."""

    level: int
    """As the page has it: 3 for ###."""
    text: str
    anchor: str


Part = Markup | Region | Table | Citation
"""A citation is what was read of the list item that it stands at the end of."""


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A section as HTML, with apart from it what a template adds to: code, tables, citations."""

    parts: tuple[Part, ...]
    headings: tuple[Heading, ...]

    @property
    def html(self) -> Markup:
        """All of it, with nothing added."""
        return Markup("".join(map(_plain_part, self.parts)))  # each of them is Markup


def code_block(code: str, language: str, line: int = 0, attributes: Markup = _NO_ATTRIBUTES) -> Markup:
    """A block of code that can be reached and scrolled by keyboard, with a line marked unless that is 0.

    Args:
        attributes: more of the element's, with a blank before each.
    """
    return Markup(f'<pre class="code" tabindex="0"{attributes}><code>{highlight(code, language, line)}</code></pre>\n')


def _plain_part(part: Part) -> Markup:
    if isinstance(part, Region):
        return code_block(part.text, part.language)
    return part.html if isinstance(part, Table) else Markup() if isinstance(part, Citation) else part


@dataclass(frozen=True, slots=True)
class Parsed:
    """A section's text, parsed, and its headings with slugs of their own as anchors."""

    tokens: Sequence[Token]
    headings: tuple[Heading, ...]


def parse_markdown(text: str, blocks: Blocks | None = None) -> Parsed:
    """A section's text, parsed; `blocks` are its own, where they were looked for already."""
    tokens = tokens_for(_PARSER, blocks) if blocks else _PARSER.parse(text)
    opened = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    texts = [_plain(tokens[index + 1]) for index in opened]
    levels = [int(tokens[index].tag[1]) for index in opened]
    return Parsed(tokens, tuple(map(Heading, levels, texts, unique(map(slug, texts)))))


def render_markdown(
    text: str, first_line: int, anchors: Sequence[str] = (), pictures: PagePictures = NO_PICTURES
) -> RenderedText:
    """A section's text as HTML.

    Args:
        first_line: the line of the page where the text begins.
        anchors: ids for its headings, in order; where they run out, slugs of the headings' text.
        pictures: what is published of the page's own.
    """
    return render_parsed(parse_markdown(text), first_line, anchors, pictures)


def render_parsed(
    parsed: Parsed,
    first_line: int,
    anchors: Sequence[str] = (),
    pictures: PagePictures = NO_PICTURES,
    root: str = CARD_ROOT,
) -> RenderedText:
    """The same for a text that was parsed already, which can be rendered once.

    Args:
        root: what leads from where it is shown to the root of the site, where its pictures are.
    """
    tokens = list(parsed.tokens)
    filter_blocks(tokens)
    named = unique([*anchors, *(heading.anchor for heading in parsed.headings[len(anchors) :])])
    headings = tuple(replace(heading, anchor=anchor) for heading, anchor in zip(parsed.headings, named, strict=False))
    _name_headings(tokens, headings)
    html = partial(_html, pictures=pictures, root=root)
    tokens, slots = _take_out(tokens, headings, first_line, html)
    pieces = _SLOT.split(html(tokens))
    parts = [slots[int(piece)] if index % 2 else Markup(piece) for index, piece in enumerate(pieces)]
    return RenderedText(tuple(part for part in parts if not isinstance(part, Markup) or part.strip()), headings)


def is_safe_link(url: str) -> bool:
    """Whether a link of a page may be followed: http, https, mailto, or a place in the site."""
    if url.startswith(("//", "\\")) or any(ord(character) < 32 for character in url):
        return False
    first_part = re.split("[/?#]", url, maxsplit=1)[0]
    scheme, colon, _ = first_part.partition(":")
    return not colon or scheme.lower() in _SCHEMES


def is_web_address(url: str) -> bool:
    """Whether a URL of a page's front matter may be linked to: http or https, at some host."""
    return is_safe_link(url) and re.match(r"https?://[^\s/?#]", url, re.IGNORECASE) is not None


def _name_headings(tokens: Sequence[Token], headings: Sequence[Heading]) -> None:
    """Give every heading its anchor and a level below the card's title."""
    opened = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    top = min((heading.level for heading in headings), default=2)
    for index, heading in zip(opened, headings, strict=True):
        tokens[index].attrSet("id", heading.anchor)
        tokens[index].tag = tokens[index + 2].tag = f"h{min(heading.level - top + 2, 6)}"


def _plain(token: Token) -> str:
    return "".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))


def _take_out(
    tokens: Sequence[Token], headings: Sequence[Heading], first_line: int, html: Callable[[Sequence[Token]], str]
) -> tuple[list[Token], list[Region | Table | Citation]]:
    """The tokens with a slot in place of code and tables and behind citations, and what the slots are for.

    Tables and lists know the heading that they stand under.
    """
    kept: list[Token] = []
    slots: list[Region | Table | Citation] = []
    following = iter(headings)
    heading: Heading | None = None
    table = -1
    is_coloured = sum(len(token.content) for token in tokens if token.type == "fence") <= MAX_CODE
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = next(following)
        elif token.type == "table_open":
            table = index
        if table >= 0:
            if token.type == "table_close":
                name, anchor = (heading.text, heading.anchor) if heading else ("", "")
                cells = tokens[table : index + 1]
                kept.append(_slot(slots, read_table(cells, lambda cell: html([cell]), name, anchor)))
                table = -1
        elif token.type in ("fence", "code_block") and token.map is not None:
            language = (token.info.split() or [""])[0].lower() if is_coloured else ""
            first, end = token.map
            kept.append(_slot(slots, Region("fence", first_line + first, first_line + end, token.content, language)))
        else:
            kept.append(token)
            if token.type == "paragraph_close" and heading and _is_reference(tokens, index, heading):
                citation = read_citation(tokens[index - 1])
                if citation is not None:
                    kept.append(_slot(slots, citation))
    return kept, slots


def _is_reference(tokens: Sequence[Token], index: int, heading: Heading) -> bool:
    """Whether here ends the first paragraph of an item in a list of references."""
    return tokens[index - 3].type == "list_item_open" and heading.text.strip().lower() in HEADINGS


def _slot(slots: list[Region | Table | Citation], part: Region | Table | Citation) -> Token:
    slots.append(part)
    return Token("slot", "", 0, content=f"\0{len(slots) - 1}\0")


def _html(tokens: Sequence[Token], pictures: PagePictures, root: str) -> str:
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {"pictures": pictures, "root": root}))


def _render_slot(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return tokens[index].content


def _render_image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A picture of the hub; one of another site is a link: a visitor's browser asks no other site for anything."""
    token = tokens[index]
    url = str(token.attrGet("src") or "")
    alt = renderer.renderInlineAsText(token.children or (), options, env)
    picture: PagePicture | None = env["pictures"].get(url)
    if picture is not None:
        return str(_IMAGE.format(env["root"] + picture.file.path, picture.width, picture.height, alt))
    if is_local(url) or token.meta.get("in_link"):
        return str(Markup.escape(alt or url))
    return str(Markup('<a href="{}">{}</a>').format(url, alt or url))


def _render_link(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A link; to the file of another page it leads to that page's card, beside which every card is."""
    token = tokens[index]
    place, anchor = linked_card(str(token.attrGet("href") or ""))
    if place:  # tokens are shared, so this one stays as it is
        token = token.copy(attrs={**token.attrs, "href": f"../{place.removeprefix(MODELS)}{anchor}"})
    return renderer.renderToken([token], 0, options, env)


def _render_code(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Code among words; a class tells of what a style sheet cannot see: the shape of an array, marks beside it."""
    code = tokens[index].content
    after = tokens[index + 1].content[:1] if index + 1 < len(tokens) else ""
    before = tokens[index - 1].content[-1:] if index else ""
    classes = {
        "shape": bool(_SHAPE.fullmatch(code)),
        "before-mark": bool(after) and after in _CLOSING,
        "after-mark": bool(before) and before in _OPENING,
    }
    names = " ".join(name for name, is_so in classes.items() if is_so)
    opening = Markup('<code class="{}">').format(names) if names else Markup("<code>")
    return str(opening + code + Markup("</code>"))


def _parse_inline(state: StateCore) -> None:
    """The rule for what stands inside of blocks; a text that was parsed before need not be parsed again."""
    for token in state.tokens:
        if token.type == "inline":
            text, is_shared = token.content, len(token.content) <= _SHARED and not state.env.get("references")
            token.children = _children(text) if is_shared else _parsed_inline(text, state.env)


@lru_cache(maxsize=256)
def _children(text: str) -> list[Token]:
    """The tokens of a text that refers to no definition. Nobody changes these."""
    return _parsed_inline(text, {})


def _parsed_inline(text: str, env: EnvType) -> list[Token]:
    children: list[Token] = []
    _PARSER.inline.parse(text, _PARSER, env, children)
    whole = StateCore(text, _PARSER, env, [Token("inline", "", 0, content=text, children=children)])
    for rule in (text_join, _filter_inline_html, _join_han_lines):
        rule(whole)
    return whole.tokens[0].children or []


def _filter_inline_html(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            filter_inline(token.children)
            depth = 0
            for child in token.children:
                depth += child.nesting if child.type in ("link_open", "link_close") else 0
                if child.type == "image":
                    child.meta["in_link"] = depth > 0


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
    parser.inline.ruler.at("emphasis", han_emphasis)
    parser.core.ruler.at("inline", _parse_inline)
    parser.core.ruler.disable("text_join")  # which that one follows
    parser.core.ruler.push("align_by_class", _align_by_class)
    parser.add_render_rule("slot", _render_slot)
    parser.add_render_rule("image", _render_image)
    parser.add_render_rule("code_inline", _render_code)
    parser.add_render_rule("link_open", _render_link)
    return parser


_PARSER = _parser()
