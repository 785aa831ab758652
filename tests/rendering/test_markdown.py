"""Markdown to HTML that is safe to publish."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.parser_inline import ParserInline

from generator.model.page import Region
from generator.rendering.markdown import render_markdown
from tests.rendering.sites import Elements

ALLOWED = {"br", "sub", "sup", "kbd", "details", "summary"}
MADE = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote", "hr", "s", "div"}
MADE |= {"table", "thead", "tbody", "tr", "th", "td", "span"}


def html(text: str) -> str:
    """A text as HTML."""
    return str(render_markdown(text, 1).html)


@pytest.mark.parametrize("tag", sorted(ALLOWED - {"br", "details", "summary"}))
def test_allowed_inline_html_passes(tag: str) -> None:
    """A few tags have no Markdown of their own."""
    assert html(f"H<{tag}>2</{tag}>O") == f"<p>H<{tag}>2</{tag}>O</p>\n"


def test_line_break_in_a_table_passes() -> None:
    """Both real pages need it in a table's head."""
    assert "<th>mAP<br>@5-95</th>" in html("| mAP<br>@5-95 |\n| --- |\n| 38.8 |\n")


def test_details_pass_around_markdown() -> None:
    """A long list may be folded."""
    rendered = html("<details>\n<summary>More</summary>\n\n**bold**\n\n</details>\n\nafter")
    assert "<details>" in rendered
    assert "<strong>bold</strong>" in rendered
    assert Elements(rendered).unbalanced == []
    assert rendered.index("</details>") < rendered.index("after")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <script>alert(1)</script> b",
        "<img src=x onerror=alert(1)>",
        "a <img src=x onerror=alert(1)> b",
        "<br onclick=alert(1)>",
        "a <kbd style=x>b</kbd>",
        "<details ontoggle=alert(1) open>",
        "<iframe src='https://example.org'></iframe>",
        "<style>body{display:none}</style>",
        "<svg><script>alert(1)</script></svg>",
        "<a href='javascript:alert(1)'>x</a>",
        "<!-- a --><script>alert(1)</script>",
        "<!--><script>alert(1)</script>-->",
        "<?php echo 1 ?>",
        "<![CDATA[<script>]]>",
        "<!DOCTYPE html>",
        "</article></main>",
        "<BR/ONCLICK=alert(1)>",
        "- <script>\n  alert(1)",
        "> <details>\n> <script>x</script>",
        "| <script>x</script> |\n| --- |\n",
        "# <script>x</script>",
        "![<script>](x)",
        "[<script>](javascript:x)",
        "```html\n<script>alert(1)</script>\n```",
        '```"><script>alert(1)</script>\nx\n```',
        "    <script>alert(1)</script>",
        "`<script>alert(1)</script>`",
        "<https://example.org/<script>>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)",
    ],
)
def test_nothing_else_becomes_an_element(text: str) -> None:
    """Raw HTML beyond the short list shows as text."""
    elements = Elements(html(text))
    assert {tag for tag, _ in elements.tags} <= ALLOWED | MADE
    names = {name for _, attributes in elements.tags for name in attributes}
    assert names <= {"href", "id", "class", "tabindex", "start", "title"}
    assert elements.unbalanced == []


@pytest.mark.parametrize("text", ["</details>", "a </sub> b", "<details>", "a <sub> b", "- <details>\n\nafter"])
def test_allowed_html_is_balanced(text: str) -> None:
    """An element left open must not swallow the rest of the card."""
    assert Elements(html(text)).unbalanced == []


def test_comment_is_not_shown() -> None:
    """Nobody writes a comment to be read."""
    assert "hidden" not in html("a\n\n<!-- hidden -->\n\nb <!-- hidden --> c")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "file:///etc/passwd",
        "//evil.example/x",
        "\\\\evil.example\\x",
        "ftp://example.org/",
        "blob:https://example.org/x",
    ],
)
@pytest.mark.parametrize("form", ["[x]({})", "[x](<{}>)", "![x]({})", "<{}>", "[x]: {}\n\n[x]"])
def test_links_lead_to_the_web_or_into_the_site(url: str, form: str) -> None:
    """http, https, mailto and relative, nothing else."""
    for href in Elements(html(form.format(url))).attributes("a", "href"):
        assert href.split(":")[0] in ("http", "https", "mailto") or ":" not in href.split("/")[0]
        assert not href.startswith(("//", "\\"))


def test_pictures_of_others_are_links() -> None:
    """A visitor's browser asks no other site for anything."""
    assert html("![a cat](https://example.org/cat.jpg)") == ('<p><a href="https://example.org/cat.jpg">a cat</a></p>\n')


def test_line_break_between_han_characters_is_no_space() -> None:
    """Only the editor broke the line there."""
    assert html("目标\n检测") == "<p>目标检测</p>\n"
    assert html("目标，\n检测") == "<p>目标，检测</p>\n"
    assert html("use\nthis") == "<p>use\nthis</p>\n"
    assert html("使用\nMegEngine") == "<p>使用\nMegEngine</p>\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**真，**她", "<strong>真，</strong>她"),
        ("她说**“真”**了", "她说<strong>“真”</strong>了"),
        ("用**MegEngine（天元）**训练", "用<strong>MegEngine（天元）</strong>训练"),
        ("中文**加粗**中文", "中文<strong>加粗</strong>中文"),
        ("*斜，*她", "<em>斜，</em>她"),
        ("a * b * c", "a * b * c"),
        ("中 ** 文 ** 字", "中 ** 文 ** 字"),
        ("a**b,**c", "a**b,**c"),
    ],
)
def test_emphasis_ends_beside_chinese_punctuation(text: str, shown: str) -> None:
    """No space stands around words in Chinese; elsewhere emphasis is CommonMark's."""
    assert html(text) == f"<p>{shown}</p>\n"


def test_headings_begin_below_the_title_and_have_anchors() -> None:
    """Whatever level the author began with, the card has one h1 and no jump."""
    rendered = render_markdown("### First\n\n#### Inner\n\n### First\n", 1)
    assert [heading.anchor for heading in rendered.headings] == ["first", "inner", "first-2"]
    assert '<h2 id="first">First</h2>' in str(rendered.html)
    assert '<h3 id="inner">Inner</h3>' in str(rendered.html)


def test_table_columns_keep_their_alignment_without_a_style_attribute() -> None:
    """A style attribute would need a weaker content security policy."""
    rendered = html("| a | b |\n| --- | :---: |\n| 1 | 2 |\n")
    assert '<td class="align-center">2</td>' in rendered
    assert "style=" not in rendered


def test_fences_know_their_line_in_the_page() -> None:
    """So their results can be put below them."""
    rendered = render_markdown("text\n\n- ```python\n  x = 1\n  ```\n\n```text\ny\n```\n", 40)
    fences = [(part.first, part.text, part.language) for part in rendered.parts if isinstance(part, Region)]
    assert fences == [(42, "x = 1\n", "python"), (46, "y\n", "text")]


@given(st.text(alphabet=st.sampled_from(list("<>/=\"'&;!-`[]()#*_ \n\tabrsudetilkmy:|")), max_size=120))
def test_no_text_breaks_out(text: str) -> None:
    """Any mixture of marks gives balanced HTML of allowed elements alone."""
    elements = Elements(html(text))
    assert {tag for tag, _ in elements.tags} <= ALLOWED | MADE | {"h1", "h5", "h6"}
    assert elements.unbalanced == []


def test_what_two_sections_have_in_common_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference that both languages name; but what it is depends on the definitions that there are."""
    texts: list[str] = []
    parse = ParserInline.parse

    def counted(self: ParserInline, text: str, *rest: Any) -> object:
        texts.append(text)
        return parse(self, text, *rest)

    monkeypatch.setattr(ParserInline, "parse", counted)
    said = "One of *two* [sections] <b>, this"
    once, again = (str(render_markdown(f"- {said}", line).html) for line in (1, 9))
    assert once == again
    assert texts == [said]
    assert "<a href" not in again
    assert '<a href="/there">' in str(render_markdown(f"- {said}\n\n[sections]: /there", 1).html)
