"""Documents that wait to be indexed: as they were written, and no others."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from generator.model.site import SearchDocument
from generator.searching.documents import Documents, write_document
from generator.searching.pagefind_index import index_documents
from tests.searching.test_index import a_few


def written(folder: Path, *names: str) -> Documents:
    """Documents of these names."""
    of = [SearchDocument(f"zh/models/{name}/index.html", f"<html>{name}</html>") for name in names]
    return Documents(folder, {one.path: write_document(one, folder) for one in of})


def test_what_is_not_as_it_was_written_is_lost(tmp_path: Path) -> None:
    """Gone, of other bytes, or a folder."""
    documents = written(tmp_path, "a", "b", "c", "d")
    assert documents.lost() == set()
    places = [tmp_path / "zh" / "models" / name / "index.html" for name in "abc"]
    places[0].unlink()
    places[1].write_text("<html>!</html>")
    places[2].unlink()
    places[2].mkdir()
    assert documents.lost() == {f"zh/models/{name}/index.html" for name in "abc"}
    assert written(tmp_path, "a", "b", "c", "d").lost() == set()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """Whoever put it there: what it leads to is nobody's document."""
    (tmp_path / "elsewhere").write_text("years of work")
    place = tmp_path / "documents" / "zh" / "models" / "a" / "index.html"
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "elsewhere")
    assert written(tmp_path / "documents", "a").lost() == set()
    assert (tmp_path / "elsewhere").read_text() == "years of work"


def test_strays_are_swept_out(tmp_path: Path) -> None:
    """Files and links; what is in order stays."""
    documents = written(tmp_path / "documents", "a", "b")
    (tmp_path / "documents" / "zh" / "stray.html").write_text("stray")
    (tmp_path / "documents" / "link").symlink_to(tmp_path)
    Documents(documents.folder, {path: "" for path in documents.digests if "/a/" in path}).tidy()
    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir()]
    assert files == ["documents/zh/models/a/index.html"]
    assert not (tmp_path / "documents" / "link").is_symlink()


@pytest.mark.parametrize("has_links", [True, False])
def test_copy_holds_the_documents_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    """It stays as it is when one of them is written again, and lacks what is missing."""
    if not has_links:

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
    documents = written(tmp_path / "documents", "a", "b")
    (tmp_path / "documents" / "zh" / "stray.html").write_text("stray")
    copied = documents.copied_to(tmp_path / "copy")
    write_document(SearchDocument("zh/models/a/index.html", "<html>later</html>"), documents.folder)
    assert copied.lost() == set()
    assert not (tmp_path / "copy" / "zh" / "stray.html").exists()
    (tmp_path / "documents" / "zh" / "models" / "b" / "index.html").unlink()
    assert documents.copied_to(tmp_path / "another").lost() == set(documents.digests)


@pytest.mark.parametrize("disk", ["/dev/shm", "."])
def test_index_does_not_depend_on_when_a_document_was_written(tmp_path: Path, disk: str) -> None:
    """Nor on what else lies among them; some disks list a folder in the order in which it was filled."""
    if not Path(disk).is_dir():
        pytest.skip("there is no such disk")
    place = Path(tempfile.mkdtemp(dir=tmp_path if disk == "." else disk))
    try:
        made = []
        for number, found in enumerate((a_few(), a_few()[::-1])):
            folder = place / str(number)
            digests = {one.path: write_document(one, folder) for one in found}
            stray = "<html lang=en><body data-pagefind-body>stray</body></html>"
            write_document(SearchDocument(f"en/{number}.html", stray), folder)
            made.append(index_documents(Documents(folder, digests)))
        assert made[0] == made[1]
    finally:
        shutil.rmtree(place)


def test_index_of_documents_that_are_not_as_they_were_is_not_kept(tmp_path: Path) -> None:
    """Whoever has the right ones later is given an index of those."""
    found = a_few()
    digests = {one.path: write_document(one, tmp_path / "documents") for one in found}
    documents = Documents(tmp_path / "documents", digests)
    write_document(SearchDocument(found[0].path, found[1].html), documents.folder)
    wrong = index_documents(documents, tmp_path / "cache")
    write_document(found[0], documents.folder)
    assert index_documents(documents, tmp_path / "cache") != wrong
    assert len(list((tmp_path / "cache").iterdir())) == 1
