"""Comments that tell the verifier something, where they stand right; the wrong ones are in bad_pages."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.diagnostic import Diagnostic
from generator.model.page import Directives, ExpectedFailure, Page, Skip, Snippet
from generator.reading.hub import read_hub, read_page
from tests.pages import LANGUAGES, a_page, line_of, read, write

TODAY = date(2026, 5, 1)


def snippets_of(markdown: str) -> tuple[Snippet, ...]:
    """The snippets of a section with this text, which must be sound."""
    return read(a_page(en=None, zh=markdown)).sections[0].snippets


def findings_on(markdown: str) -> list[tuple[str, int, str]]:
    """Line within the text, column and message of every finding on a section with this text."""
    text = a_page(en=None, zh=markdown)
    first = line_of(text, markdown.split("\n")[0]) - 1
    _, findings = read_page(text, "tiny.md", LANGUAGES, TODAY)
    assert {finding.rule for finding in findings} <= {"bad-directive"}
    return [(finding.line - first, finding.column, finding.message) for finding in findings]


@pytest.mark.parametrize(
    ("directive", "meaning"),
    [
        ('skip reason="needs two GPUs"', Directives(skip=Skip("needs two GPUs"))),
        ('skip reason="两块显卡" until=2999-03-01', Directives(skip=Skip("两块显卡", "2999-03-01"))),
        ("skip reason=slow", Directives(skip=Skip("slow"))),
        (
            'xfail error="TypeError" reason="broken since 1.13"',
            Directives(xfail=ExpectedFailure("TypeError", "broken since 1.13")),
        ),
        ("timeout=120", Directives(timeout=120)),
        ("timeout=0.5", Directives(timeout=0.5)),
        ("device=gpu", Directives(device="gpu")),
        ("no-run", Directives(no_run=True)),
        ("hide", Directives(hide=True)),
        ("setup", Directives(setup=True)),
        ("timeout=120 hide device=gpu", Directives(timeout=120, device="gpu", hide=True)),
        ('\n  timeout=120\n  skip\n  reason="two\n  lines"\n', Directives(skip=Skip("two lines"), timeout=120)),
    ],
)
def test_comment_above_a_snippet_is_its_directive(directive: str, meaning: Directives) -> None:
    """Every word, alone and together, on one line and on several."""
    for comment in (f"<!-- verify: {directive} -->", f"<!--verify:{directive}-->", f"  <!-- verify : {directive} -->"):
        (snippet,) = snippets_of(f"{comment}\n```python\nprint(1)\n```")
        assert snippet.directives == meaning


@pytest.mark.parametrize(
    "markdown",
    [
        "words\n<!-- verify: hide -->\n```python\nprint(1)\n```",
        "<!-- verify: hide -->\n\n\n```python\nprint(1)\n```",
        "<!-- verify: hide -->\n<!-- words -->\n\n<!-- check: allow long-lines -->\n```python\nprint(1)\n```",
        "<!-- words --> <!-- verify: hide --> <!-- words -->\n```python\nprint(1)\n```",
        "<details>\n<!-- verify: hide -->\n\n```python\nprint(1)\n```\n\n</details>",
        "1. item\n\n   <!-- verify: hide -->\n   ```python\n   print(1)\n   ```",
        "- <!-- verify: hide -->\n  ```python\n  print(1)\n  ```",
        "> <!-- verify:\n> hide -->\n> ```python\n> print(1)\n> ```",
        "```bash\nls\n```\n<!-- verify: hide -->\n~~~py\nprint(1)\n~~~",
    ],
)
def test_only_comments_and_blank_lines_stand_between_a_directive_and_its_snippet(markdown: str) -> None:
    """In lists and quotes too, and wherever CommonMark sees a comment."""
    assert [snippet.directives for snippet in snippets_of(markdown)] == [Directives(hide=True)]


def test_several_comments_above_a_snippet_add_up() -> None:
    """One word each, or all in one."""
    (snippet,) = snippets_of("<!-- verify: hide -->\n\n<!-- verify: timeout=9 -->\n```python\nprint(1)\n```")
    assert snippet.directives == Directives(hide=True, timeout=9)


def test_directive_is_for_the_next_snippet_alone() -> None:
    """The one after it has none."""
    fence = "```python\nprint(1)\n```"
    first, second = snippets_of(f"<!-- verify: hide -->\n{fence}\n\n{fence}")
    assert first.directives == Directives(hide=True)
    assert second.directives == Directives()


def test_sample_has_directives_like_any_snippet() -> None:
    """A comment beside it is not in its way."""
    text = a_page().replace("\n```python", "\n<!-- verify: timeout=600 -->\n```python", 1)
    assert read(text).sample.directives == Directives(timeout=600)


@pytest.mark.parametrize(
    "comment",
    [
        "words",
        "check: allow long-lines",
        "verify this by hand",
        "verify output before a release",
        "hide",
        "TODO: x",
        "",
    ],
)
def test_other_comments_say_nothing(comment: str) -> None:
    """Authors write comments for each other, and other tools have theirs."""
    (snippet,) = snippets_of(f"<!-- {comment} -->\n```python\nprint(1)\n```\n\nwords <!-- {comment} -->")
    assert snippet.directives == Directives()


@pytest.mark.parametrize(
    "markdown",
    [
        "```html\n<!-- verify: hidden -->\n```",
        "    <!-- verify: hidden -->",
        "Write `<!-- verify: hidden -->` above a fence.",
        "```python\n# <!-- verify: hidden -->\n```",
    ],
)
def test_directive_in_code_is_code(markdown: str) -> None:
    """A page may show how a page is written."""
    assert findings_on(markdown) == []


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("verify: skip reason=needs a camera", 'reason="needs a camera"'),
        ("verify: skip reason=needs a camera until=2099-01-01", 'reason="needs a camera"'),
        ("verify: xfail reason=API 变了 很多 error=TypeError", 'reason="API 变了 很多"'),
    ],
)
def test_reason_without_quotes_is_told_with_them(comment: str, told: str) -> None:
    """Once, where it begins, and not word by word as so many directives."""
    (finding,) = findings_on(f"<!-- {comment} -->\n```python\nprint(1)\n```")
    assert finding[-1] == f"a sentence stands in straight double quotes: {told}"


def test_text_fence_marked_as_output_is_what_the_snippet_before_it_must_print() -> None:
    """With its line, a tolerance of its own or the usual one; other fences between the two change nothing."""
    markdown = """```python
print(1)
```

<!-- verify: output -->
```text
1
```

```python
print(2)
```

Words, and

```bash
ls
```

<!-- verify: output tolerance=1e-2 -->

~~~text title
2

...
~~~

```python
print(3)
```
"""
    text = a_page(en=None, zh=markdown)
    first, second, third = read(text).sections[0].snippets
    assert first.expected is not None and second.expected is not None
    assert (first.expected.text, first.expected.line) == ("1\n", line_of(text, "```text") + 1)
    assert first.expected.tolerance == 1e-3
    assert (second.expected.text, second.expected.tolerance) == ("2\n\n...\n", 1e-2)
    assert second.expected.line == line_of(text, "~~~text") + 1
    assert third.expected is None


def test_text_fence_without_the_directive_expects_nothing() -> None:
    """Most text fences are there to be read."""
    (snippet,) = snippets_of("```python\nprint(1)\n```\n\n```text\n1\n```")
    assert snippet.expected is None


@pytest.mark.parametrize(
    ("markdown", "place", "words"),
    [
        ("<!-- verify: hide hid -->\n```python\n```", (1, 19), "did you mean `hide`?"),
        ("<!-- verify: no_run -->\n```python\n```", (1, 14), "did you mean `no-run`?"),
        ("<!-- verify: expect -->\n```python\n```", (1, 14), "skip, xfail"),
        ("<!-- verfy: hide -->\n```python\n```", (1, 6), "did you mean `verify:`?"),
        ("<!-- Verify: hide -->\n```python\n```", (1, 6), "did you mean `verify:`?"),
        ("<!-- verify： hide -->\n```python\n```", (1, 6), "did you mean `verify:`?"),
        ('<!-- verify skip reason="two words" -->\n```python\n```', (1, 6), "did you mean `verify:`?"),
        ("<!-- verify: skip reason=“slow” -->\n```python\n```", (1, 26), "straight double quotes"),
        ("<!-- verify:\n\n   timeout=\n-->\n```python\n```", (3, 4), "timeout=120"),
        ("- words\n  - <!-- verify: hide\n    hid -->\n    ```python\n    ```", (3, 5), "did you mean `hide`?"),
        (">\t<!-- verify: hid -->\n> ```python\n> ```", (1, 16), "did you mean `hide`?"),
        ("中文 <!-- verify: hide -->\n\n```python\n```", (1, 4), "on a line of its own"),
        ("## 标题 <!-- verify: hide -->", (1, 7), "on a line of its own"),
        ("|a|\n|-|\n|<!-- verify: hide -->|\n\n```python\n```", (3, 2), "on a line of its own"),
        ("<!-- verify: hide -->\nwords\n```python\n```", (1, 1), "above no snippet"),
        ("<!-- verify: hide --> words\n```python\n```", (1, 1), "above no snippet"),
        ("<!-- verify: hide\n\n```python\n```\n", (1, 1), "never closed"),
    ],
)
def test_mistake_is_shown_where_it_is_with_what_was_meant(markdown: str, place: tuple[int, int], words: str) -> None:
    """Line and column of the very word, also in lists and quotes and in Chinese."""
    (finding,) = findings_on(markdown)
    assert finding[:2] == place
    assert words in finding[2]


def test_skip_holds_to_the_end_of_its_day() -> None:
    """The day after it is an error at the date, and the page is not used."""
    text = a_page().replace("\n```python", '\n<!-- verify: skip reason="x" until=2026-05-01 -->\n```python', 1)
    page, findings = read_page(text, "tiny.md", LANGUAGES, date(2026, 5, 1))
    assert page is not None and page.sample.directives.skip == Skip("x", "2026-05-01")
    assert findings == []
    page, findings = read_page(text, "tiny.md", LANGUAGES, date(2026, 5, 2))
    assert page is None
    assert [(finding.rule, finding.line, finding.column) for finding in findings] == [
        ("expired-skip", line_of(text, "verify:"), text.splitlines()[line_of(text, "verify:") - 1].index("until") + 1)
    ]


def test_day_is_passed_to_every_page_of_a_hub(tmp_path: Path) -> None:
    """A build of last year's pages can be made as of last year."""
    text = a_page().replace("\n```python", '\n<!-- verify: skip reason="x" until=2020-01-01 -->\n```python', 1)
    folder = write(tmp_path, tiny=text)
    assert [finding.rule for finding in read_hub([folder], LANGUAGES)[1]] == ["expired-skip"]
    assert read_hub([folder], LANGUAGES, today=date(2019, 12, 31))[1] == []


_PIECES = [
    "<!-- verify: hide -->",
    '<!-- verify: skip reason="x" until=2000-01-01',
    "timeout=3 -->",
    "<!-- verify: output tolerance=0 -->",
    "```python",
    "```text",
    "```",
    "- ",
    "> ",
    "\t",
    "",
    "<!--",
    "-->",
    "words <!-- verify: x --> words",
    "<details>",
]


@given(st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(["\n", " ", "\n\n", "\n  "]))))
def test_no_order_of_comments_and_fences_makes_reading_fail(pieces: list[tuple[str, str]]) -> None:
    """A page or findings, each at a character that exists."""
    text = a_page() + "".join(piece + end for piece, end in pieces)
    page, findings = read_page(text, "any.md", LANGUAGES, TODAY)
    assert page is not None or findings
    _assert_places_exist(text, page, findings)


@given(st.text(alphabet=st.sampled_from(' \nabhide=:"-<>!“1.é'), max_size=60))
def test_no_text_of_a_directive_makes_reading_fail(words: str) -> None:
    """Whatever stands in the comment."""
    text = a_page() + f"\n> <!-- verify:{words} -->\n> ```python\n> 1\n> ```\n"
    page, findings = read_page(text, "any.md", LANGUAGES, TODAY)
    assert page is not None or findings
    _assert_places_exist(text, page, findings)


def _assert_places_exist(text: str, page: Page | None, findings: list[Diagnostic]) -> None:
    lines = text.split("\n")
    for finding in findings:
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
    for section in page.sections if page else ():
        for snippet in section.snippets:
            if snippet.expected:
                shown = lines[snippet.expected.line - 1 :]
                assert all(
                    part.strip() in line for part, line in zip(snippet.expected.text.split("\n"), shown, strict=False)
                )
