"""What has to hold after every round: nothing lost, nothing half done, nothing left over."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from generator.assets.lock import LockError, read_lock
from generator.evidence.history import history_files, read_history
from generator.evidence.keeping import read_evidence
from tests.soak.hub import Digests, Hub, digests
from tests.soak.program import Ended, run
from tests.soak.scene import BUILD, Disturbed, Scene

_UNFINISHED = (".writing-", ".trying-", ".incoming-", ".site.hubpages-", "hubpages-")
"""How the names of what is not finished begin."""

_FRESH = "fresh"

_MADE = ("site", "cache", "search", "social", "pictures")
"""What a build makes in a hub."""


def unreadable(scene: Scene) -> Iterator[str]:
    """Evidence, histories and a lock that cannot be read, or that are others than they were."""
    _, findings = read_evidence([scene.hub.evidence])
    yield from (f"{Path(one.path).name}: {one.message}" for one in findings)
    for path in history_files(scene.hub.evidence):
        try:
            read_history(path)
        except ValueError as error:
            yield str(error)
    lock = scene.hub.folder / "hub.lock"
    try:
        read_lock(lock)
    except LockError as error:
        yield str(error)
    if lock.read_bytes() != (scene.undisturbed.hub.folder / "hub.lock").read_bytes():
        yield "hub.lock is another one"


def not_whole(scene: Scene, disturbed: Disturbed) -> Iterator[str]:
    """Where visitors meet neither the site that was there nor, where one was to be made, that one."""
    now = digests(scene.hub.site)
    if now == scene.before or disturbed.site == "another":
        return
    if disturbed.site == "untouched" or now != fresh_site(scene.hub):
        yield f"the site is neither the old one nor the new one: {_difference(scene.before, now)}"


def not_finished(scene: Scene, disturbed: Disturbed, after: Ended) -> Iterator[str]:
    """What the next run did otherwise than one that nothing came before."""
    if after.verdicts != scene.expected:
        yield f"the next run came to {after.verdicts}, status {after.status}: {after.said[-2000:]}"
    told = {page for one in disturbed.ended for page in one.passed}
    if again := (told | set(scene.known)) & after.started & _passing(scene):
        yield f"run again though they had passed: {sorted(again)}"


def other_site(scene: Scene, *, is_verified: bool) -> Iterator[str]:
    """Where the site is another one than a build would make of the same that was never disturbed.

    Args:
        is_verified: whether all pages are, so that it must also tell of each what the undisturbed one tells.
    """
    now, fresh = digests(scene.hub.site), fresh_site(scene.hub)
    if now != fresh:
        yield f"the site is not the one that a fresh build makes: {_difference(fresh, now)}"
    if is_verified and (states := _states(scene.hub.site)) != _states(scene.undisturbed.hub.site):
        yield f"the site tells something else of the pages: {states}"


def fresh_site(hub: Hub) -> Digests:
    """The site of a copy of a hub's inputs."""
    copy = Hub(hub.folder / _FRESH, hub.temporary, hub.outside)  # on the same disk: Pagefind reads in a disk's order
    shutil.copytree(hub.folder, copy.folder, ignore=shutil.ignore_patterns(*_MADE, _FRESH, "assets"))
    try:
        run(copy, *BUILD)
        return digests(copy.site)
    finally:
        shutil.rmtree(copy.folder)


def left_over(scene: Scene) -> Iterator[str]:
    """Processes, mounts, control groups and files that nobody needs any more."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                yield f"process: {' '.join(process.cmdline())[:200]}"
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        if str(scene.hub.outside.parent) in (place := line.split()[4]) and not _is_own(scene.hub, place):
            yield f"mount: {place}"
    for pid in scene.seen:
        if not _lives(pid):
            yield from (f"control group: {path}" for path in _groups(pid))
    yield from (f"temporary: {path.name}" for path in scene.hub.temporary.iterdir())
    for path in scene.hub.folder.rglob("*"):
        if path.name.startswith(_UNFINISHED):
            yield f"unfinished: {path.relative_to(scene.hub.folder)}"


def _states(site: Path) -> dict[str, str]:
    """What a site tells programs of each page in its first language."""
    files = {path.stem: path for path in sorted((site / "api" / "v1" / "models").glob("*.json"))}
    told = {page: json.loads(path.read_text(encoding="utf-8"))["meta"]["seen"] for page, path in files.items()}
    return {page: str(seen["zh_CN"]["state"]) for page, seen in told.items()}


def _passing(scene: Scene) -> set[str]:
    return {page for page, verdict in scene.expected.items() if verdict.startswith("passed")}


def _lives(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def _is_own(hub: Hub, place: str) -> bool:
    """Whether it is a disk that this program has mounted."""
    return place in (str(hub.folder), str(hub.temporary))


def _groups(pid: int) -> Iterator[Path]:
    for folder, below, _ in os.walk("/sys/fs/cgroup"):
        if f"hubpages-{pid}" in below:
            yield Path(folder, f"hubpages-{pid}")


def _difference(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    missing, more = sorted(one.keys() - other.keys()), sorted(other.keys() - one.keys())
    changed = sorted(path for path in one.keys() & other.keys() if one[path] != other[path])
    return f"missing {missing[:5]}, more {more[:5]}, other {changed[:5]}"
