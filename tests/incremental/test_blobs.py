"""What is kept apart is found by its digest: as it was put, or not at all."""

import random
from pathlib import Path

import pytest

from generator.commands.blobs import Blobs, LostBlobError

ONE, TWO = b"one" * 99, b"two" * 99


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """That of two blobs."""
    blobs = Blobs(tmp_path / "blobs")
    blobs.keep_only({blobs.put(ONE), blobs.put(TWO)})
    return tmp_path / "blobs"


def digests() -> list[str]:
    """Of both."""
    return [Blobs().put(data) for data in (ONE, TWO)]


def test_blob_is_found_by_its_digest(tmp_path: Path) -> None:
    """In memory and from one time to the next, in the order in which they are asked for; others are lost."""
    blobs = Blobs(tmp_path / "blobs")
    one, two = blobs.put(ONE), blobs.put(TWO)
    for at_hand in (blobs, blobs, Blobs(tmp_path / "blobs")):
        assert list(at_hand.get_all([two, one, two])) == [TWO, ONE, TWO]
        with pytest.raises(LostBlobError):
            at_hand.get(one[::-1])
        blobs.keep_only({one, two})


def test_what_is_not_asked_for_any_more_is_let_go(tmp_path: Path) -> None:
    """At once in memory; in a file when it is mostly of such, so that it does not grow for ever."""
    for file in (None, tmp_path / "blobs"):
        blobs, sizes = Blobs(file), []
        one = blobs.put(ONE)
        for number in range(9):
            other = blobs.put(b"%d" % number * 999)
            blobs.keep_only({one, other})
            assert list(blobs.get_all([one, other])) == [ONE, b"%d" % number * 999]
            sizes.append(file.stat().st_size if file else 0)
        with pytest.raises(LostBlobError):
            blobs.get(Blobs().put(b"0" * 999))
        assert max(sizes) < 5000


def test_what_is_there_is_not_written_again(file: Path) -> None:
    """A blob more is put behind the others."""
    before = file.read_bytes()
    blobs = Blobs(file)
    known = {blobs.put(ONE), blobs.put(TWO)}
    blobs.keep_only(known)
    assert file.read_bytes() == before
    blobs.keep_only({*known, blobs.put(b"three")})
    assert file.read_bytes() == before + b"three"


@pytest.mark.parametrize("name", ["blobs", "blobs.index"])
@pytest.mark.parametrize("spoil", ["gone", "folder", "cut off", "rubbish", "one byte", "link"])
def test_nothing_is_believed_of_what_was_spoilt(file: Path, name: str, spoil: str) -> None:
    """A blob is what was put, or it is lost; and whatever is in the way, the next ones are kept."""
    place, one, two = file.with_name(name), *digests()
    data = place.read_bytes()
    place.unlink()
    if spoil == "folder":
        place.mkdir()
        (place / "stray").write_text("stray")
    elif spoil == "link":
        (file.parent / "elsewhere").write_text("not to be touched")
        place.symlink_to("elsewhere")
    elif spoil != "gone":
        spoilt = {"cut off": data[:50], "rubbish": random.Random(1).randbytes(len(data)), "one byte": b"!" + data[1:]}
        place.write_bytes(spoilt[spoil])
    blobs = Blobs(file)
    with pytest.raises(LostBlobError):
        list(blobs.get_all([one, two]))
    blobs.keep_only({blobs.put(ONE), blobs.put(TWO)})
    assert list(Blobs(file).get_all([one, two])) == [ONE, TWO]
    if spoil == "link":
        assert (file.parent / "elsewhere").read_text() == "not to be touched"


def test_killed_before_its_index_was_written_is_as_before(file: Path) -> None:
    """What stands behind the others is nobody's, and is written over."""
    one, two = digests()
    with file.open("ab") as opened:
        opened.write(b"of a build that was killed")
    blobs = Blobs(file)
    assert list(blobs.get_all([one, two])) == [ONE, TWO]
    blobs.keep_only({one, two, blobs.put(b"three")})
    assert file.read_bytes().endswith(TWO + b"three") or file.read_bytes().endswith(ONE + b"three")
    assert list(Blobs(file).get_all([one, two])) == [ONE, TWO]
