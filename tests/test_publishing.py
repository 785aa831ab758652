"""The site's folder is replaced as a whole, or not at all."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import publishing
from generator.model.site import RenderedFile
from generator.publishing import (
    OvertakenError,
    PublishError,
    Spare,
    edition,
    gathered,
    is_whole,
    publish,
)
from generator.site_files import SiteFile, compare
from tests.kernels import ROOT


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


def test_unchanged_file_is_the_old_one(tmp_path: Path) -> None:
    """Whoever copies the site elsewhere copies only what is new; a file that changed is another one."""
    site = tmp_path / "site"
    publish([RenderedFile("a/same.html", b"1"), RenderedFile("changed.html", b"2")], site)
    before = {name: (site / name).stat() for name in ("a/same.html", "changed.html", ".hubpages")}
    publish([RenderedFile("a/same.html", b"1"), RenderedFile("changed.html", b"3")], site)
    after = {name: (site / name).stat() for name in before}
    for name in ("a/same.html", ".hubpages"):
        assert (after[name].st_ino, after[name].st_mtime_ns) == (before[name].st_ino, before[name].st_mtime_ns)
    assert after["changed.html"].st_ino != before["changed.html"].st_ino
    assert files(site) == {"a/same.html": b"1", "changed.html": b"3"}


def test_link_in_the_old_site_is_not_kept(tmp_path: Path) -> None:
    """Whatever was put there by hand: the new site's files are files."""
    site = tmp_path / "site"
    publish([RenderedFile("index.html", b"1")], site)
    (tmp_path / "elsewhere").write_bytes(b"1")
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(tmp_path / "elsewhere")
    publish([RenderedFile("index.html", b"1")], site)
    assert not (site / "index.html").is_symlink()


@pytest.mark.parametrize("path", ["../a.html", "zh/../../a.html", "/a.html", "zh//a.html", "./a.html"])
def test_no_file_is_written_elsewhere(tmp_path: Path, path: str) -> None:
    """Whatever its path was made of."""
    publish([RenderedFile("index.html", b"old")], tmp_path / "site")
    with pytest.raises(PublishError, match="no path within a site"):
        publish([RenderedFile(path, b"new")], tmp_path / "site")
    assert files(tmp_path) == {"site/index.html": b"old"}


def test_two_files_of_one_name_stop_everything(tmp_path: Path) -> None:
    """One of them would be lost without a word, also where the old site has it."""
    site = tmp_path / "site"
    publish([RenderedFile("index.html", b"1")], site)
    with pytest.raises(PublishError):
        publish([RenderedFile("index.html", b"1"), RenderedFile("index.html", b"1")], site)
    assert files(site) == {"index.html": b"1"}


READER = """
import os, select, sys
print("reading", flush=True)
missing = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    for _ in range(1000):
        missing += not os.path.exists(sys.argv[1])
print(missing, "times missing")
"""


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="other systems cannot exchange folders")
def test_there_is_a_site_at_every_moment(tmp_path: Path) -> None:
    """A reader who asks all the time while it is replaced many times is never without an answer."""
    site = tmp_path / "site"
    publish([RenderedFile("index.html", b"0")], site)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, site / "index.html"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout
    assert reader.stdout.readline() == "reading\n"
    for number in range(300):
        publish([RenderedFile("index.html", str(number).encode())], site)
    missing, _ = reader.communicate("enough\n", timeout=60)
    assert missing == "0 times missing\n"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.skipif(os.name == "nt", reason="no signal ends a process there without a word")
@pytest.mark.parametrize("call", ["_write", "_exchange", "rename", "remove_tree"])
@pytest.mark.parametrize("can_exchange", [True, False])
def test_nothing_stays_of_a_run_that_was_killed(tmp_path: Path, call: str, can_exchange: bool) -> None:
    """Wherever that was: the old site or the new one stands, or does again, and the next run leaves the site alone."""
    site, other = tmp_path / "site", tmp_path / "site-of-another"
    publish([RenderedFile("index.html", b"old")], site)
    killed = subprocess.run([sys.executable, "-c", KILLED, site, call, str(can_exchange)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    publish([RenderedFile("index.html", b"other")], other)
    assert files(other) == {"index.html": b"other"}

    def broken() -> Iterator[RenderedFile]:
        raise RuntimeError("a template broke")
        yield RenderedFile("index.html", b"")

    with pytest.raises(RuntimeError):  # which writes nothing of its own, and tidies up
        publish(broken(), site)
    assert files(site) in ({"index.html": b"old"}, {"index.html": b"new"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "site-of-another"]


KILLED = """
import os, pathlib, signal, sys
from generator import files, publishing
from generator.model.site import RenderedFile

site, call, can_exchange = sys.argv[1:]
where = {"rename": pathlib.Path, "remove_tree": files}.get(call, publishing)
called = getattr(where, call)

def then_die(*arguments):
    called(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

if can_exchange == "False":
    publishing._exchange = lambda one, other: False
    called = publishing._exchange if call == "_exchange" else called
setattr(where, call, then_die)
publishing.publish([RenderedFile("index.html", b"new")], pathlib.Path(site))
if can_exchange == "True" and call == "rename":  # nothing is renamed where two folders change places
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_runs_at_the_same_time_do_not_tidy_up_after_each_other(tmp_path: Path) -> None:
    """What another one is about to put in its place is held by it, and stays."""
    site = tmp_path / "site"

    def while_another() -> Iterator[RenderedFile]:
        yield RenderedFile("index.html", b"slow")
        subprocess.run([sys.executable, "-c", ANOTHER, site], cwd=ROOT, check=True)
        assert files(site) == {"index.html": b"quick"}
        yield RenderedFile("more.html", b"slow")

    publish(while_another(), site)
    assert files(site) == {"index.html": b"slow", "more.html": b"slow"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


ANOTHER = """
import pathlib, sys
from generator.model.site import RenderedFile
from generator.publishing import publish

publish([RenderedFile("index.html", b"quick")], pathlib.Path(sys.argv[1]))
"""


def next_edition(site: Path, spare: Spare | None, *put: RenderedFile, **known: SiteFile) -> dict[str, SiteFile]:
    """Publish these files and those that are known."""
    with edition(site, spare) as made:
        found = gathered((made.put(file) for file in put), {file.path: file for file in known.values()})
        made.publish(found)
    return found


def test_what_is_not_made_again_is_the_old_file(tmp_path: Path) -> None:
    """Known by what the system says of it; a site is whole where it is these files and no others."""
    site = tmp_path / "site"
    first = next_edition(site, None, RenderedFile("a/one", b"1"), RenderedFile("two", b"2"))
    assert is_whole(compare(site, first))
    then = next_edition(site, None, RenderedFile("two", b"3"), one=first["a/one"])
    assert then["a/one"] == first["a/one"]
    assert files(site) == {"a/one": b"1", "two": b"3"}
    assert not is_whole(compare(site, first))
    (site / "stray").write_text("")
    assert not is_whole(compare(site, then))


@pytest.mark.parametrize("has_links", [True, False])
@pytest.mark.parametrize("change", ["other", "gone", "written"])
def test_file_that_is_another_one_by_now_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool, change: str
) -> None:
    """Another build has published: its site stands, and nothing of it is in this one's."""
    site = tmp_path / "site"
    first = next_edition(site, None, RenderedFile("one", b"1"), RenderedFile("two", b"2"))
    if not has_links:

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OvertakenError), edition(site) as made:
        file = made.put(RenderedFile("two", b"3"))
        if change == "written":
            (site / "one").write_bytes(b"5")
            os.utime(site / "one", ns=(0, 0))
        else:
            publish([RenderedFile("one" if change == "other" else "more", b"4")], site)
        made.publish({"one": first["one"], "two": file})
    assert files(site) == {"other": {"one": b"4"}, "gone": {"more": b"4"}}.get(change, {"one": b"5", "two": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_old_file_that_is_replaced_while_it_is_linked_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is put is what was made, whatever comes in between."""
    site = tmp_path / "site"
    publish([RenderedFile("one", b"1")], site)
    holds = publishing._holds

    def overtaken(path: str, data: bytes) -> int:
        held = holds(path, data)
        if held:
            monkeypatch.setattr(publishing, "_holds", holds)
            publish([RenderedFile("one", b"2")], site)
        return held

    with edition(site) as made:
        monkeypatch.setattr(publishing, "_holds", overtaken)
        made.publish(gathered([made.put(RenderedFile("one", b"1"))]))
    assert files(site) == {"one": b"1"}


def a_spare(tmp_path: Path) -> tuple[Path, Spare]:
    """A site of which there were two editions, and the first as a spare."""
    site, place = tmp_path / "site", tmp_path / "cache" / "spare"
    known = next_edition(site, None, RenderedFile("one", b"1"), RenderedFile("old/two", b"2"))
    next_edition(site, Spare(place, {}), RenderedFile("one", b"3"))
    assert files(place) == {"one": b"1", "old/two": b"2"}
    return site, Spare(place, known)


def test_spare_is_the_next_editions_beginning(tmp_path: Path) -> None:
    """The folder itself, of which only what changed is touched; the site until now is the next spare."""
    site, spare = a_spare(tmp_path)
    number = spare.place.stat().st_ino
    next_edition(site, spare, RenderedFile("one", b"4"), RenderedFile("new/two", b"5"))
    assert files(site) == {"one": b"4", "new/two": b"5"}
    assert site.stat().st_ino == number
    assert files(spare.place) == {"one": b"3"}
    assert sorted(path.name for path in site.iterdir()) == [".hubpages", "new", "one"]


@pytest.mark.parametrize("touch", ["written", "more", "less", "gone", "file", "unknown"])
def test_spare_that_was_touched_is_not_used(tmp_path: Path, touch: str) -> None:
    """Nor one of which nothing is known, nor what is no folder."""
    site, spare = a_spare(tmp_path)
    held = os.open(spare.place, os.O_RDONLY)  # no other folder gets its number meanwhile
    if touch == "written":
        (spare.place / "one").write_bytes(b"!")
    elif touch == "more":
        (spare.place / "more").write_bytes(b"!")
    elif touch == "less":
        (spare.place / "one").unlink()
    elif touch == "unknown":
        spare = Spare(spare.place, {})
    else:
        shutil.rmtree(spare.place)
    if touch == "file":
        spare.place.write_text("in the way")
    next_edition(site, spare, RenderedFile("one", b"1"))
    assert files(site) == {"one": b"1"}
    assert not os.path.samestat(site.stat(), os.fstat(held))
    os.close(held)
    assert files(spare.place) == {"one": b"3"}


def test_spare_stays_nothing_where_nothing_is_published(tmp_path: Path) -> None:
    """The site stands as it was, and nothing is left beside it."""
    site, spare = a_spare(tmp_path)
    with pytest.raises(RuntimeError), edition(site, spare) as made:
        made.put(RenderedFile("one", b"4"))
        raise RuntimeError("a template broke")
    assert files(site) == {"one": b"3"}
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == ["site"]
    next_edition(site, spare, RenderedFile("one", b"5"))
    assert files(site) == {"one": b"5"}


def test_files_of_one_name_are_one_where_they_are_named_by_their_bytes() -> None:
    """Two pages may show the same picture; two cards of one name are a mistake."""
    of = [SiteFile("assets/a.1.png", 1, 2, 3), SiteFile("one", 1, 2, 4)]
    assert gathered([of[0], of[0]._replace(number=5), of[1]]) == {"assets/a.1.png": of[0], "one": of[1]}
    assert gathered([of[1]], {"assets/a.1.png": of[0]}).keys() == {"assets/a.1.png", "one"}
    with pytest.raises(PublishError, match="one name, one"):
        gathered([SiteFile("one", 1, 2, 4)], {"one": of[1]})
