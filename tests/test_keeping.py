"""What is kept is what was written, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

import pytest

from generator.keeping import keep, recall


@dataclass(frozen=True, slots=True)
class Thing:
    """A value with something of everything."""

    name: str = ""
    rows: tuple[tuple[str, int], ...] = ()
    by_name: Mapping[str, "Thing"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LaterThing:
    """The same of another version."""

    name: int = 0


THING = Thing("名", (("a", 1),), {"b": Thing()})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that keeps it, in a folder that was made for it."""
    keep([THING], tmp_path / "new" / "kept")
    return tmp_path / "new" / "kept"


def test_what_was_kept_is_recalled(file: Path) -> None:
    """And is replaced as a whole, with nothing beside it."""
    assert recall(file, [Thing]) == [THING]
    keep([Thing("other"), THING], file)
    assert recall(file, repeat(Thing)) == [Thing("other"), THING]
    assert [path.name for path in file.parent.iterdir()] == ["kept"]


def test_nothing_is_recalled_of_what_was_cut_off(file: Path) -> None:
    """At any length."""
    data = file.read_bytes()
    for length in range(len(data)):
        file.write_bytes(data[:length])
        assert recall(file, [Thing]) is None
    file.write_bytes(data + b"\0")
    assert recall(file, [Thing]) is None


def test_nothing_is_recalled_of_what_was_changed(file: Path) -> None:
    """In any byte."""
    data = file.read_bytes()
    for place in range(len(data)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert recall(file, [Thing]) is None


def test_nothing_is_recalled_of_another_kind(file: Path) -> None:
    """A whole value of another version is none of this one's; nor is a folder or what is not there."""
    assert recall(file, [LaterThing]) is None
    assert recall(file.parent, [Thing]) is None
    assert recall(file.parent / "gone", [Thing]) is None
    keep(["a list"], file)
    assert recall(file, [Thing]) is None


def test_text_that_is_none_is_refused(file: Path) -> None:
    """A name with other bytes than UTF-8: what was kept before stays."""
    with pytest.raises(UnicodeEncodeError):
        keep([THING, Thing("\udcff")], file)
    assert recall(file, [Thing]) == [THING]
