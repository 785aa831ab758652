"""A page's Markdown is parsed once, and every stage makes of it what it would make of each section alone."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock

from generator.checking import view
from generator.checking.page import check, check_page
from generator.checking.rules import RULES
from generator.markdown_blocks import _asked_where_it_may_begin, parse_blocks, tokens_for
from generator.reading.hub import read_parsed
from generator.rendering import markdown
from generator.rendering.cards import show
from tests.pages import LANGUAGES, a_page, read
from tests.rendering.test_what_reads_renders import FACTS, TEXTS

TEXT = """\
See the [paper] and `resnet18`.

[paper]: https://arxiv.org/abs/1512.03385 "He et al."

### Heading

- one

      indented
- two

  | a | b |
  |---|:-:|
  | 1 | ~~2~~ |

> a quotation
"""
PARSERS = {"checking": view._PARSER, "rendering": markdown._PARSER}


def test_a_page_is_parsed_once_for_reading_checking_and_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever goes all the way in one process hands on what reading parsed."""
    texts = _count_parsing(monkeypatch)
    page, parsed, _ = read_parsed(a_page("print(1)", zh=TEXT, en=TEXT), "acme_vision_tiny.md", LANGUAGES)
    assert page is not None
    check_page(page, parsed, FACTS, RULES)
    show(page, {}, parsed=parsed)
    assert len(texts) == 1


def test_checking_and_rendering_parse_what_nobody_has_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each section once, however many rules look at it."""
    page = read(a_page(zh=TEXT, en=TEXT))
    texts = _count_parsing(monkeypatch)
    check([page], FACTS, RULES)
    assert texts == [section.text for section in page.sections]
    show(page, {})
    assert texts == [section.text for section in page.sections] * 2


@pytest.mark.parametrize("stage", PARSERS)
@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "[x]\n\n[x]: javascript:alert(1)\n",
        "[x]\n\n[x]: ftp://example.org/a\n",
        "[x] [y]\n\n[x]: https://example.org/ä%20ö\n[X]: /second\n\n> [y]: <a b> 'title'\n",
        "<div>\n\n*a*\n\n</div>",
        "<!-- the end -->",
        "- a\n\n\n",
        "",
    ],
)
def test_each_stage_makes_of_blocks_what_it_makes_of_their_text(stage: str, text: str) -> None:
    """Also where it refuses the address of a definition, which is a paragraph for it then."""
    parser = PARSERS[stage]
    assert tokens_for(parser, parse_blocks(text)) == parser.parse(text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("1. a\n2) b\n+ c\n~~~\n[a]: b\n***\n")
@example("a\n<b>\n# c\n> d\n\t- e\n    f\n")
@given(TEXTS)
def test_no_block_is_missed_for_how_its_line_begins(text: str) -> None:
    """A rule of the parser that is not called for a line has nothing there."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    assert parse_blocks(text).tokens == parser.parse(text)


def test_rules_of_the_parser_are_asked_where_their_blocks_may_begin() -> None:
    """And not at each line: a page has few lists and headings, and many lines."""
    asked: list[int] = []
    rule = _asked_where_it_may_begin(lambda state, line, end, is_silent: bool(asked.append(line)), frozenset("#"))
    parser = MarkdownIt().disable("heading")
    parser.block.ruler.before("paragraph", "noted", rule)
    parser.parse("text\n\n# heading\n\n    # code\n\nmore # text\n")
    assert asked == [2]


def test_what_a_stage_changes_no_other_one_sees() -> None:
    """Rendering changes tags, attributes and the words of tokens."""
    blocks = parse_blocks("### Heading\n\n<div onclick=x>\n\n| a |\n|:-:|\n| b |\n")
    before = repr(blocks)
    for token in tokens_for(PARSERS["rendering"], blocks):
        token.tag = token.content = "changed"
        token.attrs["class"] = token.meta["class"] = "changed"
        token.children, token.map = [], None
    assert repr(blocks) == before


def test_a_definition_counts_in_its_own_section_alone() -> None:
    """As it does for readers, who are shown one section."""
    text = a_page(zh="[a] [b]\n\n[a]: https://example.org/zh\n", en="[a] [b]\n\n[a]: /en\n\n[b]: /b\n")
    _assert_alike(text)
    page, parsed, _ = read_parsed(text, "tiny.md", LANGUAGES)
    assert page is not None
    zh, en = (str(text.html) for text in show(page, {}, parsed=parsed).texts.values())
    assert 'href="https://example.org/zh"' in zh
    assert "[b]" in zh
    assert 'href="/en"' in en
    assert 'href="/b"' in en


@pytest.mark.parametrize(
    ("text", "handed_on"),
    [
        (a_page(), ["zh_CN", "en_US"]),
        (a_page(zh="- a\n\n  <!-- section: en_US -->\n\n  b", en=None), []),
        (a_page(en="[x]: javascript:alert(1)"), []),
        (a_page(en="Text\n\n<!-- the end -->").rstrip("\n"), ["zh_CN"]),
    ],
    ids=["as usual", "a marker in a list", "a definition that reading refuses", "no line end behind raw HTML"],
)
def test_what_would_be_other_blocks_by_itself_is_not_handed_on(text: str, handed_on: list[str]) -> None:
    """Then every stage parses the section alone."""
    page, parsed, _ = read_parsed(text, "tiny.md", LANGUAGES)
    assert page is not None
    assert list(parsed) == handed_on


# A smaller example would be nice, and takes minutes to find.
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@example("- a\n\n", "> b", "\n")
@example("<!-- a -->", "<!-- b -->", "")
@example("- <script>", "- <script>", "\n")
@given(TEXTS, TEXTS, st.sampled_from(["", "\n", "\n\n", "\n   \n"]))
def test_blocks_of_a_page_are_those_of_its_sections(zh: str, en: str, end: str) -> None:
    """Whatever stands in them, and however close the next marker is."""
    _assert_alike(a_page(zh=zh, en=en).rstrip("\n").replace("\n\n<!-- section: en", f"{end}\n<!-- section: en") + end)


def _assert_alike(text: str) -> None:
    page, parsed, _ = read_parsed(text, "tiny.md", LANGUAGES)
    for section in page.sections if page else ():
        for parser in PARSERS.values() if section.language in parsed else ():
            assert tokens_for(parser, parsed[section.language]) == parser.parse(section.text)


def _count_parsing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts whose blocks are looked for from here on."""
    texts: list[str] = []
    parse = ParserBlock.parse

    def counted(self: ParserBlock, text: str, *rest: Any) -> object:
        texts.append(text)
        return parse(self, text, *rest)

    monkeypatch.setattr(ParserBlock, "parse", counted)
    return texts
