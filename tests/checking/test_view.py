"""What rules see of a page is what Markdown makes of it, although little of it goes through the parser."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.checking.view import PageView
from tests.checking.rules.test_rules import FACTS
from tests.pages import a_page, read

_WORDS = st.text(st.sampled_from("aZ中。，.:;()[]`*_<>&!\\~{}^$%@=+-#/|'\"\t 0é"), min_size=1, max_size=12)


@example("*a*")
@example("~~a~~")
@example("a &lt; b")
@example("a \\* b")
@given(_WORDS)
def test_a_heading_holds_what_the_parser_finds_in_it(words: str) -> None:
    """Those without a mark are read without it."""
    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.validateLink, parser.normalizeLink = lambda url: True, lambda url: url  # type: ignore[method-assign]
    (section,) = PageView(read(a_page(zh=f"### {words}", en=None)), FACTS).sections
    ours, theirs = (
        [token.children for token in tokens if token.type == "inline"]
        for tokens in (section.tokens, parser.parse(section.section.text))
    )
    assert ours == theirs


def test_equal_text_is_a_link_where_its_section_defines_one() -> None:
    """What is known of a text in one section says nothing of it in another that has definitions."""
    for defining, other in (("zh", "en"), ("en", "zh")):
        page = read(a_page(**{defining: "[paper]\n\n[paper]: /a", other: "[paper]"}))  # type: ignore[arg-type]
        links = {
            section.language[:2]: [link.url for link in section.links] for section in PageView(page, FACTS).sections
        }
        assert links == {defining: ["/a"], other: []}


def test_places_in_a_passage_are_those_of_the_page() -> None:
    """Line and column of every character of words over several lines."""
    page = read(a_page(zh="one\n\ntwo `x`\n三 four\n"))
    view = PageView(page, FACTS)
    passage = view.passages("zh_CN")[-1]
    for offset, character in enumerate(passage.source):
        line, column = passage.place(offset)
        assert character == "\n" or view.lines[line - 1][column - 1] == character
    assert [(line.number, line.source) for line in passage.lines] == [
        (passage.first, "two `x`"),
        (passage.first + 1, "三 four"),
    ]
