"""Looking after the store: what is wrong with locked files, and what may go."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.assets.lock import LockError, add_asset, read_lock
from generator.assets.store import Store
from generator.assets.upkeep import Pruned, prune, verify_store

URL = "https://a.invalid/net.pkl"

_ADD_MANY = """
import sys
from pathlib import Path
from generator.assets.lock import add_asset
from generator.assets.store import Store
folder = Path(sys.argv[1])
print("ready", flush=True)
for number in range(60):
    file = folder / "source"
    file.write_text(str(number))
    add_asset(f"https://a.invalid/{number}", file, folder / "hub.lock", Store(folder / "store"))
"""


def test_sound_store_has_no_problem(tmp_path: Path, store: Store) -> None:
    """Every locked file is there with its size and its bytes."""
    lock_text(tmp_path, store, URL, "weights")
    assert verify_store([tmp_path / "hub.lock"], store) == []


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: overwrite(path, "weight"), "wrong-size"),
        (lambda path: overwrite(path, "weighty"), "rotten"),
    ],
    ids=["missing", "wrong-size", "rotten"],
)
def test_damaged_file_is_named_with_what_to_do(tmp_path: Path, store: Store, damage: object, kind: str) -> None:
    """A file that was lost, cut, or changed bit by bit is a problem of its own kind; its sound neighbour is none."""
    digest = lock_text(tmp_path, store, URL, "weights")
    lock_text(tmp_path, store, "https://a.invalid/sound", "sound")
    damage(store.path_of(digest))  # type: ignore[operator]
    (problem,) = verify_store([tmp_path / "hub.lock"], store)
    assert (problem.asset.url, problem.kind) == (URL, kind)
    assert f"hubpages assets add {URL} FILE" in problem.message


def test_problem_is_told_for_each_url_of_a_file(tmp_path: Path, store: Store) -> None:
    """Two URLs may share a file; who looks for either finds it named."""
    digest = lock_text(tmp_path, store, URL, "weights")
    lock_text(tmp_path, store, URL + "2", "weights")
    store.remove(digest)
    assert [problem.asset.url for problem in verify_store([tmp_path / "hub.lock"], store)] == [URL, URL + "2"]


def test_prune_deletes_what_no_lock_names_and_nothing_else(tmp_path: Path, store: Store) -> None:
    """Locked files of either lock stay, and so does what is no file of the store's."""
    kept = lock_text(tmp_path, store, URL, "old")
    lock_text(tmp_path, store, URL, "weights")
    standin = lock_text(tmp_path, store, URL, "standin", lock="standins.lock")
    strangers = [store.folder / "README", store.folder / "ab" / "notes.txt", store.folder / "ab" / ("f" * 64)]
    for stranger in strangers:
        stranger.parent.mkdir(exist_ok=True)
        stranger.write_text("mine")
    locks = [tmp_path / "hub.lock", tmp_path / "standins.lock"]
    assert prune(locks, store) == Pruned(files=1, bytes=3)
    assert not store.has(kept)
    assert store.has(standin)
    assert verify_store(locks, store) == []
    assert all(stranger.exists() for stranger in strangers)
    assert prune(locks, store) == Pruned(0, 0)


def test_prune_takes_broken_downloads_and_leaves_those_under_way(tmp_path: Path, store: Store) -> None:
    """A file that a dead process left goes; one that a living process writes is kept and can be finished."""
    with store.incoming() as incoming:
        incoming.write(b"weights")
        kill_in_the_middle_of_a_download(store)
        assert len(list(store.folder.glob(".incoming-*"))) == 2
        assert prune([tmp_path / "hub.lock"], store) == Pruned(files=1, bytes=4)
        sha256 = incoming.finish()
        incoming.keep()
    assert store.path_of(sha256).read_bytes() == b"weights"


def test_prune_beside_a_process_that_adds_loses_nothing(tmp_path: Path, store: Store) -> None:
    """However often it prunes meanwhile, every file that the other one locked is there in the end."""
    command = [sys.executable, "-c", _ADD_MANY, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        while other.poll() is None:
            prune([tmp_path / "hub.lock"], store)
    assert other.returncode == 0
    assert len(read_lock(tmp_path / "hub.lock")) == 60
    assert verify_store([tmp_path / "hub.lock"], store) == []


def test_broken_lock_prunes_nothing(tmp_path: Path, store: Store) -> None:
    """A merge conflict in the lock does not cost the files."""
    digest = lock_text(tmp_path, store, URL, "weights")
    (tmp_path / "hub.lock").write_text("<<<<<<< HEAD")
    with pytest.raises(LockError):
        prune([tmp_path / "hub.lock"], store)
    assert store.has(digest)


def test_store_that_does_not_exist_is_not_made(tmp_path: Path, store: Store) -> None:
    """Nothing to prune is nothing to do."""
    assert prune([tmp_path / "hub.lock"], store) == Pruned(0, 0)
    assert not store.folder.exists()


def lock_text(folder: Path, store: Store, url: str, text: str, lock: str = "hub.lock") -> str:
    """Lock a file with this text; return its digest."""
    (folder / "source").write_text(text)
    return add_asset(url, folder / "source", folder / lock, store).sha256


def overwrite(path: Path, text: str) -> None:
    """Change a file of the store, which is read-only."""
    path.chmod(0o644)
    path.write_text(text)


def kill_in_the_middle_of_a_download(store: Store) -> None:
    """Let a process die while it writes into the store."""
    child = os.fork()
    if child == 0:
        with store.incoming() as incoming:
            incoming.write(b"half")
            os._exit(0)
    os.waitpid(child, 0)
