"""A full disk: the temporary one, or the hub's own. Both are small ones in memory, which only this program sees."""

import errno
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.soak.hub import digests
from tests.soak.program import run
from tests.soak.scene import BUILD, VERIFY, Disturbed, Scene, SiteMayBe

_CANNOT = 3
_BYTES = 24 << 20
_PAGE = 4096
_SITES: dict[Sequence[str], SiteMayBe] = {VERIFY: "untouched", BUILD: "old or new"}
_WAYS: Sequence[Sequence[str]] = (("unshare", "--mount"), ("unshare", "--map-root-user", "--mount"))


def way_to_mount() -> Sequence[str] | None:
    """What to put before a command that is to mount disks which nobody else sees; None where nothing helps."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder]
        for way in _WAYS:
            if shutil.which(way[0]) and not subprocess.run([*way, *mount], capture_output=True, check=False).returncode:
                return way
    return None


def fill_temporary_disk(scene: Scene) -> Disturbed:
    """Where runs have their folders: `verify` cannot run anything."""
    scene.stack.enter_context(_small_disk(scene.hub.temporary))
    return _run_on_full(scene, scene.hub.temporary, VERIFY, 1 << 18)


def fill_hub_disk(scene: Scene) -> Disturbed:
    """Where evidence and site are kept: while `verify` runs, or `build`."""
    words = scene.chance.choice([VERIFY, BUILD])
    scene.stack.enter_context(_small_disk(scene.hub.folder))
    if scene.chance.random() < 0.5:  # not copied from another disk: the index for the search has a disk's order
        run(scene.hub, *BUILD)
        scene.before = digests(scene.hub.site)
        with (scene.hub.folder / "hub_pages" / f"{scene.known[0]}.md").open("a", encoding="utf-8") as page:
            page.write("\nOne sentence more.\n")  # so that there is something to make
    return _run_on_full(scene, scene.hub.folder, words, 1 << 14)


def _run_on_full(scene: Scene, folder: Path, words: Sequence[str], most: int) -> Disturbed:
    """Run it with so much room at most, and then make room."""
    room = scene.chance.randrange(0, most, _PAGE)
    ballast = folder / "ballast"
    _fill(ballast, room)
    ended = scene.start(*words).end()
    ballast.unlink()
    told, site = f"{room >> 10} KiB left for {words[0]}", _SITES[words]
    if ended.status != _CANNOT:
        done_all_the_same = ended.status in (0, 1) and (words is BUILD or ended.verdicts == scene.expected)
        problems = [] if done_all_the_same else [f"its status is {ended.status}: {ended.said[-2000:]}"]
        return Disturbed(told, [ended], problems, site, is_hit=False)
    is_clear = any(word in ended.said for word in ("is full", "no space left", "No space left"))
    problems = [] if is_clear else [f"it does not say what is full: {ended.said[-2000:]}"]
    return Disturbed(told, [ended], problems, site)


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    """A small disk in a folder's place during the block, with what is in it."""
    content = folder.with_name(f"{folder.name}-before")
    folder.rename(content)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_BYTES}", "none", folder], check=True)
    try:
        shutil.copytree(content, folder, dirs_exist_ok=True, symlinks=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(file: Path, room: int) -> None:
    """Write until the disk is full, and then leave room for so many bytes."""
    with file.open("wb", buffering=0) as opened:
        try:
            while True:
                opened.write(bytes(_PAGE))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        opened.truncate(max(0, opened.tell() - room))
