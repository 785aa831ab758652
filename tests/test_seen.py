"""Files are told from one another by what the system says of them, and by what they hold where that is in doubt."""

import os
import time
from pathlib import Path

import pytest

from generator import seen
from generator.seen import Seen, State, digest_of, note, noting


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, each time."""
    names: list[str] = []
    digest = seen._digest_of
    monkeypatch.setattr(seen, "_digest_of", lambda name: names.append(Path(name).name) or digest(name))
    return names


def of_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on files are looked at long after they were written."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 3600 * 10**9)


def test_file_that_is_as_it_was_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]) -> None:
    """And one that is not, is."""
    of_long_ago(monkeypatch)
    for name in ("same", "other"):
        (tmp_path / name).write_text(name)
    first = Seen()
    before = {name: first.digest(tmp_path / name) for name in ("same", "other")}
    (tmp_path / "other").write_text("rehto")
    read.clear()
    later = Seen(first.sightings)
    assert later.digest(tmp_path / "same") == before["same"]
    assert later.digest(tmp_path / "other") != before["other"]
    assert read == ["other"]
    assert later.sightings.keys() == first.sightings.keys()


def test_file_that_was_just_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be written once more in the same moment, and look as it did: nothing is known of it."""
    monkeypatch.setattr(seen, "_DOUBT", 3600 * 10**9)
    path = tmp_path / "file"
    path.write_text("one")
    first = Seen()
    before = first.digest(path)
    assert first.sightings == {}
    state = seen.state_of(path.stat())
    path.write_text("two")
    monkeypatch.setattr(seen, "state_of", lambda _: state)  # as if no clock had moved
    assert Seen(first.sightings).digest(path) != before


def test_time_that_is_set_back_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system notes itself when that was done."""
    of_long_ago(monkeypatch)
    path = tmp_path / "file"
    path.write_text("one")
    first = Seen()
    before, status = first.digest(path), path.stat()
    while time.time_ns() - 3600 * 10**9 < status.st_ctime_ns + 50_000_000:
        time.sleep(0.01)
    path.write_text("two")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (status.st_mtime_ns, status.st_size)
    assert Seen(first.sightings).digest(path) != before


@pytest.mark.parametrize("number", range(4))
def test_every_part_of_a_state_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[str], number: int
) -> None:
    """Times, size and number."""
    of_long_ago(monkeypatch)
    path = tmp_path / "file"
    path.write_text("one")
    first = Seen()
    first.digest(path)
    ((name, (state, digest)),) = first.sightings.items()
    values = list(state)
    values[number] -= 1
    other: State = values[0], values[1], values[2], values[3]
    read.clear()
    Seen({name: (other, digest)}).digest(path)
    assert read == ["file"]


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes there")
def test_what_cannot_be_read_has_a_digest_too(tmp_path: Path) -> None:
    """It is not waited for, and it is told from what can."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("")
    of = Seen()
    digests = [of.digest(tmp_path / name) for name in ("pipe", "loop", "file", ".", "gone", "a\0b")]
    assert len(set(digests)) == 6  # also why it cannot: a file that comes to be readable is another one
    assert of.digest_asked(tmp_path / "a\0b") == ""


def test_link_that_leads_elsewhere_is_another_one(tmp_path: Path) -> None:
    """Also where the same stands there; a file that is none has no place but its own."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.md").write_text("same")
    digests = []
    for name in ("one", "two"):
        for link, target in (("page.md", f"{name}/page.md"), ("folder", name)):
            (tmp_path / link).unlink(missing_ok=True)
            (tmp_path / link).symlink_to(target)
        of = Seen()
        digests.append((of.digest(tmp_path / "page.md"), of.digest_at(tmp_path / "page.md")))
        digests.append((of.digest(tmp_path / "folder" / "page.md"), of.digest_asked(tmp_path / "folder" / "page.md")))
    assert len({digest for digest, _ in digests}) == 1
    assert len({placed for _, placed in digests}) == 4


def test_folders_are_all_their_files_but_those_of_editors(tmp_path: Path) -> None:
    """In order; a folder that leads back is gone through once."""
    (tmp_path / "b" / "below").mkdir(parents=True)
    for name in ("b/z", "b/below/y", "b/.z.swp", "b/z~", "a"):
        (tmp_path / name).write_text(name)
    (tmp_path / "b" / "back").symlink_to("..")
    found = [Path(path).relative_to(tmp_path).as_posix() for path, _ in Seen().digests([tmp_path / "b"])]
    assert found == ["b/z", "b/back/a", "b/below/y"]


def test_digest_tells_where_a_part_ends() -> None:
    """Texts that are cut in another way are others; values with the same text are the same."""
    assert len({digest_of("ab", "c"), digest_of("a", "bc"), digest_of("abc"), digest_of("abc", "")}) == 4
    assert digest_of(1, b"x") == digest_of("1", "x")
    assert digest_of("\udcff") != digest_of("?")


def test_what_is_noted_is_of_the_block_that_asks(tmp_path: Path) -> None:
    """With the digest that it had when it was asked for first; nobody else need listen."""
    path = tmp_path / "file"
    note(path)
    path.write_text("one")
    with noting() as outer:
        with noting() as found:
            note(path)
            path.write_text("two")
            note(str(path))
        assert found == {str(path): found[str(path)]}
        path.write_text("one")
        assert found[str(path)] == Seen().digest_asked(path)
        assert outer == {}
        note(tmp_path / "gone")
    assert list(outer) == [str(tmp_path / "gone")]
