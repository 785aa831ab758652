"""The site's folder is replaced as a whole, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.model.site import RenderedFile
from generator.publishing import PublishError, publish


def files(folder: Path) -> dict[str, bytes]:
    """What a visitor could ask for."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".hubpages"
    }


def test_site_holds_exactly_what_was_rendered(tmp_path: Path) -> None:
    """New files appear, old ones disappear."""
    site = tmp_path / "site"
    assert publish([RenderedFile("zh/index.html", b"1"), RenderedFile("old.html", b"2")], site) == 2
    assert publish([RenderedFile("zh/index.html", b"3")], site) == 1
    assert files(site) == {"zh/index.html": b"3"}


def test_old_site_stays_when_rendering_fails_half_way(tmp_path: Path) -> None:
    """A template that breaks at the last page must not leave half a site."""
    site = tmp_path / "site"
    publish([RenderedFile("index.html", b"old")], site)

    def broken() -> Iterator[RenderedFile]:
        yield RenderedFile("index.html", b"new")
        raise RuntimeError("a template broke")

    with pytest.raises(RuntimeError):
        publish(broken(), site)
    assert files(site) == {"index.html": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    """--out on the wrong folder must not cost anybody's work."""
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(PublishError, match="not a site of hubpages"):
        publish([RenderedFile("index.html", b"")], tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_file_in_the_way_is_not_replaced(tmp_path: Path) -> None:
    """Nor is a file, or a link to some folder."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(PublishError, match="not a folder"):
            publish([], tmp_path / name)


def test_empty_folder_is_taken(tmp_path: Path) -> None:
    """A folder made in advance, by a CI step for example."""
    (tmp_path / "site").mkdir()
    publish([RenderedFile("index.html", b"x")], tmp_path / "site")
    assert files(tmp_path / "site") == {"index.html": b"x"}
