"""A folder is told from the files that should be in it, and one edition of a site from the next."""

import os
import shutil
from pathlib import Path

import pytest

from generator.site_files import Changes, Compared, SiteFile, changes, compare, site_file


def files_below(folder: Path, *names: str) -> dict[str, SiteFile]:
    """What is known of these files."""
    return {name: site_file(name, (folder / name).lstat()) for name in names}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of two files, one of them below another folder."""
    (tmp_path / "site" / "below").mkdir(parents=True)
    for name in ("one", "below/two"):
        (tmp_path / "site" / name).write_text(name)
    return tmp_path / "site"


def test_folder_is_compared_with_what_should_be_in_it(folder: Path) -> None:
    """What is missing is lost and what is more is a stray; a folder that is missing has nothing."""
    known = files_below(folder, "one", "below/two")
    assert compare(folder, known) == Compared(set(), set())
    assert compare(folder, {"one": known["one"]}) == Compared(set(), {"below/two"})
    shutil.rmtree(folder / "below")
    assert compare(folder, known) == Compared({"below/two"}, set())
    shutil.rmtree(folder)
    assert compare(folder, known) == Compared({"one", "below/two"}, set())


@pytest.mark.parametrize("change", ["bytes", "time", "number", "link", "folder"])
def test_file_that_is_another_one_is_lost(folder: Path, change: str) -> None:
    """In its size, its time or its number; a link is another one than the file that it leads to."""
    path, known = folder / "one", files_below(folder, "one", "below/two")
    state, times = path.stat(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    if change == "bytes":
        path.write_text("more than before")
    elif change == "number":
        shutil.copy(path, folder / "copy")
        (folder / "copy").replace(path)
    elif change in ("link", "folder"):
        path.rename(folder.parent / "elsewhere")
        path.symlink_to("../elsewhere") if change == "link" else path.mkdir()
    if change == "time":
        os.utime(path, ns=(0, 0))
    elif change not in ("link", "folder"):
        os.utime(path, ns=times)
    assert (path.lstat().st_size == state.st_size) == (change in ("time", "number"))
    assert compare(folder, known) == Compared({"one"}, set())


def test_files_of_an_edition_are_known_from_the_next_ones() -> None:
    """Whether a file is the same, another one, gone or new: and only what is not the same is told."""
    same, first, then, gone, new = (SiteFile(path, 1, 2, 3) for path in ("same", "other", "other", "gone", "new"))
    then = then._replace(number=4)
    before, after = ({file.path: file for file in of} for of in ([same, first, gone], [same, then, new]))
    between = changes(before, after)
    assert between == Changes((first, gone), ("new",))
    assert between.undone(after) == before
