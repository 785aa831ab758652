"""A folder of broken pages, each told of its mistakes at their lines."""

import os
import tomllib
from pathlib import Path

import pytest

from generator.reading.hub import read_hub
from tests.pages import LANGUAGES, a_page

FOLDER = Path(__file__).parent / "bad_pages"
EXPECTED: dict[str, list[str]] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


def test_every_bad_page_is_expected_and_there_are_enough_of_them() -> None:
    """The folder and the list of what is expected name the same pages."""
    assert {path.stem for path in FOLDER.glob("*.md")} == set(EXPECTED)
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_bad_page_is_told_of_its_mistakes_at_their_lines(name: str) -> None:
    """The findings are those expected, each with a column and a sentence."""
    pages, findings = read_hub([FOLDER / f"{name}.md"], LANGUAGES)
    assert [f"{finding.line}: {finding.rule}" for finding in findings] == EXPECTED[name]
    assert pages == []
    for finding in findings:
        assert finding.severity == "error"
        assert finding.column >= 1
        assert len(finding.message) > 20


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("title", "title is empty: write `title: ResNet`, or ask the model's author"),
        ("author", "author is empty: write `author: MegEngine Team`, or ask the model's author"),
        ("tags", "tags is empty: name at least one, such as `[vision, classification]`"),
        ("summary", "summary is empty: write a line for each language: `"),
        ("    zh_CN", "summary of zh_CN is empty: write it, or ask the model's author"),
    ],
)
@pytest.mark.parametrize("nothing", ["", "null", "~"])
def test_key_without_a_value_is_empty_in_so_many_words(tmp_path: Path, key: str, said: str, nothing: str) -> None:
    """Whatever YAML calls it; the sentence says what to write."""
    lines = a_page().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = start + (3 if key == "summary" else 1)
    text = "".join([*lines[:start], f"{key}: {nothing}\n", *lines[end:]])
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    _, (finding,) = read_hub([tmp_path / "x.md"], LANGUAGES)
    assert (finding.line, finding.rule, finding.message[: len(said)]) == (start + 1, "empty-value", said)


def test_bad_pages_do_not_stop_the_good_one_beside_them(tmp_path: Path) -> None:
    """A folder of broken pages and a sound one gives the sound one."""
    (tmp_path / "good.md").write_text(a_page(), encoding="utf-8")
    pages, findings = read_hub([FOLDER, tmp_path], LANGUAGES)
    assert [page.id for page in pages] == ["good"]
    assert {Path(finding.path).stem for finding in findings} == set(EXPECTED)


def test_ten_megabytes_of_text_are_refused(tmp_path: Path) -> None:
    """A page larger than any page is not parsed at all."""
    (tmp_path / "large.md").write_text(a_page(zh="很长的正文。" * 600_000), encoding="utf-8")
    assert _only_rule(tmp_path / "large.md") == "page-too-large"


def test_folder_named_like_a_page_is_told_apart(tmp_path: Path) -> None:
    """x.md may be a folder."""
    (tmp_path / "x.md").mkdir()
    assert _only_rule(tmp_path) == "unreadable-page"
    assert _only_rule(tmp_path / "x.md") == "unreadable-page"


def test_pipe_named_like_a_page_does_not_block(tmp_path: Path) -> None:
    """Opening it would wait for ever."""
    os.mkfifo(tmp_path / "x.md")
    assert _only_rule(tmp_path) == "unreadable-page"


def test_dangling_link_is_reported(tmp_path: Path) -> None:
    """A page that is a link to nothing cannot be read."""
    (tmp_path / "x.md").symlink_to(tmp_path / "nothing.md")
    assert _only_rule(tmp_path) == "unreadable-page"


def test_loop_of_links_is_reported(tmp_path: Path) -> None:
    """Nor can one that is a link to itself."""
    (tmp_path / "x.md").symlink_to(tmp_path / "x.md")
    assert _only_rule(tmp_path) == "unreadable-page"


def test_link_to_a_file_elsewhere_is_refused(tmp_path: Path) -> None:
    """A contributed link must not publish what lies outside the hub."""
    outside = tmp_path / "secret.md"
    outside.write_text(a_page(), encoding="utf-8")
    inside = tmp_path / "hub_pages"
    inside.mkdir()
    (inside / "x.md").symlink_to(outside)
    assert _only_rule(inside) == "unreadable-page"


@pytest.mark.skipif(os.geteuid() == 0, reason="no file is unreadable for root")
def test_file_without_permission_is_reported(tmp_path: Path) -> None:
    """A page that its reader may not open is told of."""
    path = tmp_path / "x.md"
    path.write_text(a_page(), encoding="utf-8")
    path.chmod(0)
    assert _only_rule(path) == "unreadable-page"


def test_ids_that_differ_in_case_alone_are_refused(tmp_path: Path) -> None:
    """They are one folder of the site on systems that fold case."""
    for name in ("Tiny", "tiny"):
        (tmp_path / f"{name}.md").write_text(a_page(), encoding="utf-8")
    pages, findings = read_hub([tmp_path], LANGUAGES)
    assert [page.id for page in pages] == ["Tiny"]
    assert [(Path(finding.path).name, finding.rule) for finding in findings] == [("tiny.md", "duplicate-id")]


def _only_rule(path: Path) -> str:
    pages, findings = read_hub([path], LANGUAGES)
    assert pages == []
    assert len(findings) == 1, findings
    return findings[0].rule
