"""The content-addressed store."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from generator.assets.store import Store, copy_into

_ADD = """
import sys
from pathlib import Path
from generator.assets.store import Store
from tests.assets.test_store import add
add(Store(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def add(store: Store, file: Path) -> str:
    """Copy a file in; return its SHA-256."""
    with store.incoming() as incoming, file.open("rb") as source:
        copy_into(incoming, source)
        sha256 = incoming.finish()
        incoming.keep()
        return sha256


def test_added_file_lies_under_its_digest(tmp_path: Path, store: Store) -> None:
    """The file can be found by the digest."""
    file = tmp_path / "file"
    file.write_bytes(b"weights")
    sha256 = add(store, file)
    assert sha256 == hashlib.sha256(b"weights").hexdigest()
    assert store.has(sha256)
    assert store.path_of(sha256).read_bytes() == b"weights"


def test_same_content_is_kept_once(tmp_path: Path, store: Store) -> None:
    """Adding a file that is there already is harmless."""
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"weights")
    assert add(store, tmp_path / "one") == add(store, tmp_path / "two")
    assert len(_files(store)) == 1


def test_removed_file_is_gone(tmp_path: Path, store: Store) -> None:
    """Removing deletes the file, and removing what is not there does nothing."""
    (tmp_path / "file").write_bytes(b"weights")
    sha256 = add(store, tmp_path / "file")
    store.remove(sha256)
    store.remove(sha256)
    assert not store.has(sha256)


def test_failed_add_leaves_nothing(tmp_path: Path, store: Store) -> None:
    """A source that cannot be read leaves neither a file nor an open descriptor."""
    before = psutil.Process().num_fds()
    for source in (tmp_path / "missing", tmp_path):
        with pytest.raises(OSError):
            add(store, source)
    assert _files(store) == []
    assert psutil.Process().num_fds() == before


def test_interrupted_add_leaves_nothing(tmp_path: Path, store: Store) -> None:
    """Ctrl-C in the middle of a copy leaves the store as it was."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Its own group: the signal is for the child alone.
    child = subprocess.Popen(
        [sys.executable, "-c", _ADD, str(store.folder), str(pipe)],
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    # Opening waits for the reader, so the child is inside add from here on, and cannot end before we close.
    with pipe.open("wb") as source:
        source.write(b"half of the weights")
        source.flush()
        assert len(_files(store)) == 1
        child.send_signal(signal.SIGINT)
    # Closed only now: the end of the file wakes a read that began just as the signal came.
    _, error = child.communicate(timeout=60)
    assert b"KeyboardInterrupt" in error
    assert _files(store) == []


def test_what_a_killed_process_left_goes_with_the_next_file(tmp_path: Path, store: Store) -> None:
    """Half a file of the dead is removed, half a file of the living stays."""
    pipe, file = tmp_path / "pipe", tmp_path / "file"
    os.mkfifo(pipe)
    file.write_bytes(b"weights")
    with subprocess.Popen([sys.executable, "-c", _ADD, str(store.folder), str(pipe)]) as child, pipe.open("wb"):
        (half,) = _files(store)
        add(store, file)
        assert half.exists()
        child.kill()
        child.wait(60)
    add(store, file)
    assert [path.name for path in _files(store)] == [hashlib.sha256(b"weights").hexdigest()]


def _files(store: Store) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]
