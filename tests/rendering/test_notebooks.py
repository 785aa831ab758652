"""Notebooks to download: the page's text and code, and what the code showed."""

import base64
import json
import re
from dataclasses import replace
from typing import Any

import nbformat
import pytest

from generator.model.page import Page
from generator.model.run import Output, ScriptRun
from generator.rendering.shown_text import inline_pieces
from tests.browser.showcase import KNOWN, evidence, pages
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import a_site

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(8)).decode()


def notebook(page: Page, run: ScriptRun | None = None, language: str = "en") -> dict[str, Any]:
    """The page's notebook."""
    site = a_site(page, evidence={page.id: [run]} if run else {})
    return dict(json.loads(site[f"{language}/models/{page.id}/{page.id}.ipynb"]))


def sources(of: dict[str, Any], kind: str) -> list[str]:
    """The cells of a kind."""
    return ["".join(cell["source"]) for cell in of["cells"] if cell["cell_type"] == kind]


def test_notebooks_of_every_state_are_valid() -> None:
    """As nbformat sees it."""
    of = pages()
    site = a_site(*of, evidence=evidence(of), known=KNOWN)
    found = [text for path, text in site.items() if path.endswith(".ipynb")]
    assert len(found) == 21
    for text in found:
        nbformat.validate(nbformat.reads(text, as_version=4))


def test_text_and_code_stand_in_their_order() -> None:
    """The sample first; a fence that is no Python stays in the text."""
    page = read(a_page("print(x)", en="Before\n\n```shell\npip install\n```\n\nAfter"))
    made = notebook(page)
    assert sources(made, "code") == ["x = 1", "print(x)"]
    head, text = sources(made, "markdown")
    assert head.startswith("# Tiny\n\nA tiny model")
    assert text.index("Before") < text.index("```shell") < text.index("After")


def test_outputs_of_a_passed_run_come_along() -> None:
    """Text, results and pictures."""
    page = read(a_page("print(x)"))
    outputs = [
        Output("stdout", "text/plain", "1\n"),
        Output("result", "text/plain", "2"),
        Output("display", "image/png", PNG),
    ]
    cell = notebook(page, a_run(page, (), outputs))["cells"][-1]
    assert [output["output_type"] for output in cell["outputs"]] == ["stream", "execute_result", "display_data"]
    assert cell["outputs"][2]["data"]["image/png"] == PNG


@pytest.mark.parametrize("change", [{"weights": "standin"}, {"verdict": "unstable"}, {"script": "0" * 64}])
def test_outputs_that_prove_nothing_stay_behind(change: dict[str, Any]) -> None:
    """Of stand-in weights, of an unstable run, of other code."""
    page = read(a_page("print(x)"))
    run = replace(a_run(page, (), [Output("stdout", "text/plain", "0.97\n")]), **change)
    assert "0.97" not in json.dumps(notebook(page, run))


def test_hidden_snippets_and_directives_stay_behind() -> None:
    """And the expected output, once the real one is there."""
    page = next(page for page in pages() if page.id == "acme_vision_directed")
    without = notebook(page)
    assert "secret_setup" not in json.dumps(without)
    assert "verify:" not in json.dumps(without)
    assert "expected forty-two" in json.dumps(without)
    run = evidence(pages())[page.id][0]
    assert "expected forty-two" not in json.dumps(notebook(page, run))


def test_raw_html_is_text_in_a_notebook_too() -> None:
    """Whatever its viewer makes of HTML; code and links keep their signs."""
    text = 'a <script>alert(1)</script> <b onclick="x">b</b> H<sub>2</sub>O `<code>` <https://example.org/>'
    (_, shown) = sources(notebook(read(a_page(en=text))), "markdown")
    assert "&lt;script>" in shown
    assert '&lt;b onclick="x">' in shown
    assert "H<sub>2</sub>O `<code>` <https://example.org/>" in shown


HELD = "```python\nif x:\n\tprint(x)\n\n\n# ``` no end\n```"


@pytest.mark.parametrize(
    ("first", "rest", "marks"),
    [
        ("> ", "> ", "```"),
        (">", ">", "`````"),
        ("- ", "  ", "~~~"),
        ("10. ", "    ", "```"),
        ("-\t", "\t", "`````"),
        ("> - ", ">   ", "~~~"),
        ("- a\n\n  > 1. ", "  >    ", "```"),
        ("  ", "  ", "~~~~"),
    ],
)
def test_snippets_in_quotes_and_lists_are_cells(first: str, rest: str, marks: str) -> None:
    """Wherever the fence stands and whatever opens it; the text around it is all there."""
    held = first + HELD.replace("```p", f"{marks}p").replace("\n```", f"\n{marks}").replace("\n", f"\n{rest}")
    page = read(a_page(en=f"Before\n\n{held}\n\nAfter\n\n> ```sh\n> ls\n> ```\n\nEnd"))
    made = notebook(page)
    (snippet,) = page.section("en_US").snippets  # type: ignore[union-attr]
    assert sources(made, "code") == ["x = 1", snippet.code.rstrip("\n")]
    assert "# ``` no end" in snippet.code
    text = "".join(sources(made, "markdown"))
    assert text.endswith("After\n\n> ```sh\n> ls\n> ```\n\nEnd")
    assert "Before" in text
    assert "print(x)" not in text


@pytest.mark.parametrize(
    "comment",
    [
        '<!-- check: allow bad-allow reason="x" -->',
        "<!-- a note\n\nover `lines -->",
        "<!-- one --> <!-- two -->",
        "> <!-- quoted -->",
        "- item\n\n  <!-- in a list -->",
        "words <!-- between\nwords --> and `code`",
        "a ` and <!-- behind it -->",
    ],
)
def test_comments_are_shown_nowhere(comment: str) -> None:
    """Neither as text in a notebook nor as a comment in Markdown: nobody writes one to be read."""
    page = read(a_page(en=f"Before\n\n{comment}\n\nAfter"))
    for shown in ("".join(sources(notebook(page), "markdown")), a_site(page)["en/models/tiny/index.md"]):
        assert "Before\n\n" in shown
        assert "\n\nAfter" in shown
        assert "<!--" not in shown and "&lt;!--" not in shown and "-->" not in shown


def test_comments_in_code_are_code() -> None:
    """A page may show how they are written: in a fence, an indented block, a paragraph."""
    text = (
        "`<!-- a -->` and ``<b> ` <!-- b -->``\n\n```html\n<!-- c --><b>\n```\n\n    <!-- d --><b>\n\n\\`<!-- e -->\\`"
    )
    shown = sources(notebook(read(a_page(en=text))), "markdown")[-1]
    assert shown == text.replace("<!-- e -->", "")


@pytest.mark.parametrize(
    "text", ["<<!-- -->script>", "<!-- a --><script>", "<s<!-- -->cript>", "<!-- a --> <!-- <b>", "<<!--\n-->b>"]
)
def test_no_tag_comes_of_what_is_left_out(text: str) -> None:
    """What stands on both sides of a comment is one text."""
    shown = sources(notebook(read(a_page(en=f"a {text}"))), "markdown")[-1]
    assert re.search("<[a-z]", shown) is None


@pytest.mark.parametrize(
    "piece", ["<!--", "<!-- a -->", "`", "``` `", "\\`", "<https://a", "> \n", "<!-- `", "<b>", "](", "[a]: ("]
)
def test_shapes_that_repeat_are_read_once(piece: str) -> None:
    """As long as a page can be; what grew with the square of it would not come back."""
    text = "".join(piece + " " * (index % 7) for index in range(500_000 // len(piece)))
    assert sum(len(shown) for _, shown in inline_pieces(text, {"b": "c"})) <= len(text)
    growing = "x".join("`" * index for index in range(1, 1400))
    assert "".join(shown for _, shown in inline_pieces(growing, {"b": "c"})) == growing
