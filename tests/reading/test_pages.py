"""Sound pages, in every way in which CommonMark and editors let them be written."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.reading.hub import read_beginning, read_hub, read_page
from tests.kernels import ROOT
from tests.pages import LANGUAGES, a_page, line_of, read


def test_page_is_read_with_the_line_of_every_part() -> None:
    """Front matter, sample, sections and snippets, each where an editor shows it."""
    text = a_page("print(x)", sample="x = 41 + 1", title="Tiny", tags=["vision", "detection"])
    page = read(text, "folder/tiny.md")
    assert page.id == "tiny"
    assert page.front_matter.title == "Tiny"
    assert page.front_matter.summary == {"zh_CN": "小模型", "en_US": "A tiny model"}
    assert page.front_matter.tags == ("vision", "detection")
    assert page.front_matter.lines["tags"] == line_of(text, "tags:")
    assert page.sample.code == "x = 41 + 1\n"
    assert page.sample.line == line_of(text, "x = 41")
    assert [section.language for section in page.sections] == ["zh_CN", "en_US"]
    lines = [snippet.line for section in page.sections for snippet in section.snippets]
    assert lines == [line_of(text, "print(x)"), line_of(text, "print(x)", 2)]


@pytest.mark.parametrize("page", sorted((ROOT / "hub_pages").glob("*.md")), ids=lambda path: path.stem)
def test_beginning_says_of_a_page_what_all_of_it_says(page: Path) -> None:
    """Its head and its sample, each with its lines; and no section is looked at."""
    (whole,), _ = read_hub([page], LANGUAGES)
    beginning = read_beginning(page, LANGUAGES)
    assert beginning is not None
    assert (beginning.id, beginning.front_matter, beginning.sample) == (whole.id, whole.front_matter, whole.sample)
    assert [section.text.strip() for section in beginning.sections] == [""]


@pytest.mark.parametrize("text", ["", "no page", a_page(title=""), a_page(sample="").replace("```python", "")])
def test_page_that_cannot_be_read_for_its_beginning_has_none(tmp_path: Path, text: str) -> None:
    """Whatever stands in its sections."""
    (tmp_path / "tiny.md").write_text(text, encoding="utf-8")
    assert read_beginning(tmp_path / "tiny.md", LANGUAGES) is None


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path, line_end: str, mark: bytes) -> None:
    """An editor's habits are no mistake of the author's."""
    text = a_page("print(x)")
    (tmp_path / "tiny.md").write_bytes(mark + text.replace("\n", line_end).encode())
    pages, findings = read_hub([tmp_path], LANGUAGES)
    assert findings == []
    assert pages[0].source == text
    assert [snippet.line for snippet in pages[0].sections[0].snippets] == [line_of(text, "print(x)")]


@pytest.mark.parametrize(
    "marker",
    [
        "<!--section: en_US-->",
        "  <!--   section:   en_US   -->  ",
        "\t<!-- section:en_US -->",
        "        <!-- section: en_US -->",
    ],
)
def test_white_space_around_and_inside_a_marker_is_allowed(marker: str) -> None:
    """The format takes a marker that stands alone on its line, however it is spaced."""
    page = read(a_page("print(x)").replace("<!-- section: en_US -->", marker))
    assert [section.language for section in page.sections] == ["zh_CN", "en_US"]


def test_marker_in_a_fence_is_code() -> None:
    """A page may show how a page is written."""
    page = read(a_page(en=None, zh="```html\n<!-- section: en_US -->\n```"))
    assert [section.language for section in page.sections] == ["zh_CN"]


def test_marker_below_a_list_or_raw_html_still_opens_its_section() -> None:
    """What CommonMark would fold into a list item or an HTML block is a marker all the same."""
    for before in ("- item\n\n ", "<div>\n", "text right above\n"):
        text = a_page(en=None, zh="正文") + f"{before}<!-- section: en_US -->\nText\n"
        assert [section.language for section in read(text).sections] == ["zh_CN", "en_US"]


@pytest.mark.parametrize("info", ["python", "python3", "py", "Python", "python  title", "py3", "text", ""])
def test_fences_are_python_by_their_first_word(info: str) -> None:
    """python, python3 and py are run; anything else is shown."""
    page = read(a_page(en=None, zh=f"```{info}\nprint(1)\n```"))
    is_python = info.split()[:1] and info.split()[0].lower() in ("python", "python3", "py")
    assert bool(page.sections[0].snippets) == bool(is_python)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("````python\nprint('```')\n````", "print('```')\n"),
        ("~~~python\nprint(1)\n~~~", "print(1)\n"),
        ("  ```python\n  if x:\n      print(1)\n  ```", "if x:\n    print(1)\n"),
        ("1. item\n\n   ```python\n   print(1)\n   ```", "print(1)\n"),
        ("> ```python\n> print(1)\n> ```", "print(1)\n"),
        ("```python\n\n\nprint(1)\n\n```", "\n\nprint(1)\n\n"),
        ("```python\n```", ""),
        ("text\n```python\nprint(1)\n```\ntext", "print(1)\n"),
    ],
)
def test_fences_are_found_as_commonmark_has_them(block: str, code: str) -> None:
    """Longer, indented, nested, empty."""
    text = a_page(en=None, zh=block)
    snippet = read(text).sections[0].snippets[0]
    assert snippet.code == code
    first = next(line for line in [*code.splitlines(), "```"] if line.strip())
    assert first.strip() in text.splitlines()[snippet.line - 1 + code.splitlines().index(first) if code else -1]


def test_indented_code_and_code_in_raw_html_are_not_snippets() -> None:
    """Only fences are run."""
    page = read(a_page(en=None, zh="    print(1)\n\n<pre>\n```python\nprint(2)\n```\n</pre>"))
    assert page.sections[0].snippets == ()


def test_comment_beside_the_sample_is_allowed() -> None:
    """Readers never see it."""
    text = a_page().replace("\n```python\nx = 1", "\n<!-- keep this one short -->\n```python\nx = 1", 1)
    assert read(text).sample.line == line_of(text, "x = 1")


def test_unknown_key_is_a_warning_and_the_page_is_read() -> None:
    """Front matter of another tool does no harm."""
    page, findings = read_page(a_page().replace("author:", "layout: wide\nauthor:"), "tiny.md", LANGUAGES)
    assert page is not None
    assert [(finding.rule, finding.severity, finding.line) for finding in findings] == [("unknown-key", "warning", 7)]


def test_misspelled_key_is_suggested() -> None:
    """The finding on a near miss names the key that was meant."""
    _, findings = read_page(a_page().replace("github-link", "github_link"), "tiny.md", LANGUAGES)
    assert [finding.message for finding in findings] == ["github_link is not a key: did you mean github-link?"]


def test_last_change_comes_from_version_control(tmp_path: Path) -> None:
    """The time of the commit that touched the page; none for a page that was never committed."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True, env=identity)

    date = "2025-03-01T12:00:00+08:00"
    identity = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    (tmp_path / "old.md").write_text(a_page(), encoding="utf-8")
    git("init", "-q")
    git("add", "old.md")
    git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "a page")
    (tmp_path / "new.md").write_text(a_page(), encoding="utf-8")
    pages, _ = read_hub([tmp_path], LANGUAGES)
    assert {page.id: page.updated for page in pages} == {"old": date, "new": None}


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_history_is_read_once_for_each_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not committed changes no date, so a hub that is read again and again asks git for none; a commit does."""
    hub, asked = tmp_path / "hub", tmp_path / "asked"
    hub.mkdir()
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >>"{asked}"\nexec "{shutil.which("git")}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)

    def commit(date: str) -> None:
        monkeypatch.setenv("GIT_COMMITTER_DATE", date)
        named = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        for arguments in (["init", "-q"], ["add", "."], [*named, "commit", "-q", "-m", "a page"]):
            subprocess.run(["git", "-C", str(hub), *arguments], check=True, capture_output=True)

    dates = ["2025-03-01T12:00:00+08:00", "2025-04-01T12:00:00+08:00"]
    (hub / "tiny.md").write_text(a_page(), encoding="utf-8")
    commit(dates[0])
    found = [read_hub([hub], LANGUAGES)[0][0].updated for _ in range(3)]
    (hub / "tiny.md").write_text(a_page(zh="新的正文"), encoding="utf-8")
    found.append(read_hub([hub], LANGUAGES)[0][0].updated)
    assert found == dates[:1] * 4
    assert sum(" log " in line for line in asked.read_text(encoding="utf-8").splitlines()) == 1
    commit(dates[1])
    assert read_hub([hub], LANGUAGES)[0][0].updated == dates[1]


def test_file_given_twice_is_read_once(tmp_path: Path) -> None:
    """A folder and a page in it."""
    (tmp_path / "tiny.md").write_text(a_page(), encoding="utf-8")
    pages, findings = read_hub([tmp_path, tmp_path / "tiny.md"], LANGUAGES)
    assert len(pages) == 1
    assert findings == []


@given(st.text(max_size=400))
def test_no_text_whatever_makes_reading_fail(text: str) -> None:
    """Anything is a page or has findings."""
    page, findings = read_page(text.replace("\0", ""), "any.md", LANGUAGES)
    assert page is not None or findings


@given(st.lists(st.sampled_from(["---", "```python", "```", "<!-- section: zh_CN -->", "title: x", "- x", "> ", "\t"])))
def test_no_order_of_marks_makes_reading_fail(lines: list[str]) -> None:
    """The marks of the format in any order are a page or have findings, each on a line that exists."""
    text = a_page() + "\n".join(lines)
    page, findings = read_page(text, "any.md", LANGUAGES)
    assert page is not None or findings
    assert all(1 <= finding.line <= text.count("\n") + 1 for finding in findings)


def test_hidden_file_is_no_page(tmp_path: Path) -> None:
    """Its id could be `..`, which is no folder of a card's own."""
    for name in ("...md", ".hidden.md", "a.md"):
        (tmp_path / name).write_text(a_page(), encoding="utf-8")
    pages, findings = read_hub([tmp_path], LANGUAGES)
    assert [page.id for page in pages] == ["a"]
    assert findings == []


@pytest.mark.parametrize(
    "text",
    [
        "<!-- section headings are the same in both -->",
        "<!-- selection: zh_CN first -->",
        "<!-- sections: 3 -->",
        "<!-- language: see below -->",
        "<!-- the section zh_CN is complete -->",
        "<!-- 待译 -->",
        "```html\n<!-- sectoin: zh_CN -->\n```",
        "````markdown\n```python\nx = 1\n```\n<!-- section: en_US -->\n````",
        "~~~\n```python\n~~~",
    ],
)
def test_what_looks_like_a_marker_or_an_open_fence_is_left_alone(text: str) -> None:
    """A comment may speak of sections, and a fence may show how pages are written."""
    page = read(a_page(zh=f"{text}\n\n正文"))
    assert [section.language for section in page.sections] == ["zh_CN", "en_US"]


def test_marker_that_was_meant_is_told_with_the_right_form() -> None:
    """And the page is read as if it had it, so that nothing else is said."""
    text = a_page().replace("<!-- section: zh_CN -->", "<!-- sectoin：zh-cn -->")
    (finding,) = read_page(text, "tiny.md", LANGUAGES)[1]
    assert finding.line == line_of(text, "sectoin")
    assert "did you mean `<!-- section: zh_CN -->`" in finding.message


def test_regions_know_their_lines_wherever_they_stand() -> None:
    """Also in quotes and lists, and with sections that must be parsed apart."""
    text = a_page(
        zh="- a\n\n  > ~~~~Text x\n  > 1\n  > ~~~~\n\nwords\n\n    indented\n\n<!-- one\n\ntwo -->",
        en="- <!-- b -->\n  ```\n  ```",
    )
    page = read(text)
    found = [(one.kind, one.first, one.end, one.text, one.language, one.marks) for one in page.regions]
    first, second = line_of(text, "~~~~"), line_of(text, "b -->")
    assert found == [
        ("fence", 12, 15, "x = 1\n", "python", "```"),
        ("fence", first, first + 3, "1\n", "text", "~~~~"),
        ("code", first + 6, first + 7, "indented\n", "", ""),
        ("comment", first + 8, first + 11, "<!-- one\n\ntwo -->\n", "", ""),
        ("comment", second, second + 1, "<!-- b -->\n", "", ""),
        ("fence", second + 1, second + 3, "", "", "```"),
    ]


LINES = st.sampled_from(
    [
        "```",
        "~~~~",
        "> ```",
        "- ```python",
        "  x",
        "    x",
        "<!-- a",
        "-->",
        "<!-- b -->",
        "",
        "\t`",
        "1. > <!--",
        "- a",
    ]
)


@given(st.lists(LINES, max_size=14).map("\n".join))
def test_regions_never_overlap(text: str) -> None:
    """And stand in the order of the page, each in one section."""
    page, _ = read_page(a_page(zh=text, en=text), "tiny.md", LANGUAGES)
    if page is not None:
        ends = [1, *(region.end for region in page.regions)]
        assert all(end <= region.first < region.end for end, region in zip(ends, page.regions, strict=False))
        sections = [region for section in page.sections for region in page.regions_in(section)]
        assert sections == [region for region in page.regions if region.first > page.sections[0].marker_line]
