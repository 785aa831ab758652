"""Control groups: the kernel of the operating system bounds memory and processes, where it lets us ask for it.

Version 2 has one tree for all controllers, version 1 a tree for each; machines with either are about.
"""

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.model.limits import Limits

TASKS_PER_PROCESS = 8
"""Threads count in a control group, and a numerical library starts one a core; so the hard bound lies higher."""

_NAME = "hubpages-"
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Cgroup:
    """A control group of one run. Either folder is None where that controller cannot be had; not both."""

    memory: Path | None
    tasks: Path | None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Each folder once."""
        return tuple(dict.fromkeys(folder for folder in (self.memory, self.tasks) if folder))

    @property
    def entry(self) -> str:
        """Shell commands by which a shell enters the group, with all that it then starts."""
        return "".join(f"echo 0 > {shlex.quote(str(folder / 'cgroup.procs'))} && " for folder in self.folders)

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether a process of the group was killed for want of memory."""
        if self.memory is None:
            return False
        return any(_counts(self.memory / name).get("oom_kill", 0) for name in ("memory.events", "memory.oom_control"))

    @property
    def was_refused_a_process(self) -> bool:
        """Whether a process or thread could not be started for the bound."""
        return self.tasks is not None and _counts(self.tasks / "pids.events").get("max", 0) > 0

    def processes(self) -> list[int]:
        """Ids of the processes in the group."""
        with contextlib.suppress(OSError):
            return [int(word) for word in (self.folders[0] / "cgroup.procs").read_text().split()]
        return []

    def refuse_processes(self) -> None:
        """Let nothing new start in the group."""
        if self.tasks is not None:
            _set(self.tasks, {"pids.max": "0"})

    def kill(self) -> None:
        """Kill what is in the group, and let nothing new start: so what forks without end does not win."""
        self.refuse_processes()
        for pid in self.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        """Kill what is left in the group and delete it, once its processes are reaped."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for folder in self.folders:
            while folder.exists() and time.monotonic() < deadline:
                try:
                    folder.rmdir()
                except OSError:
                    self.kill()
                    time.sleep(0.01)


@contextlib.contextmanager
def control_group(limits: Limits) -> Iterator[Cgroup | None]:
    """A group with these bounds on memory and processes while the context lasts; None where there can be none."""
    group = make_cgroup(limits)
    try:
        yield group
    finally:
        if group is not None:
            group.remove()


def make_cgroup(limits: Limits) -> Cgroup | None:
    """A new group, tried by entering it; None on a machine that has none for us. The caller removes it."""
    parents = _parents()
    unified = _first(parents.get("", ()), limits, ("memory", "pids"))
    if unified:
        return Cgroup(unified, unified)
    memory = _first(parents.get("memory", ())[:1], limits, ("memory",))
    tasks = _first(parents.get("pids", ())[:1], limits, ("pids",))
    return Cgroup(memory, tasks) if memory or tasks else None


def sweep() -> None:
    """Delete the groups whose makers are dead, with what is left in them, wherever this process may make any."""
    parents = _parents()
    for parent in {*parents.get("", ()), *parents.get("memory", ())[:1], *parents.get("pids", ())[:1]}:
        _sweep(parent)


def memory_left() -> int | None:
    """Bytes that the groups which this process is in leave to it; None where none of them bounds memory."""
    parents = _parents()
    found = [_left(folder) for folder in (*parents.get("", ()), *parents.get("memory", ()))]
    return min((left for left in found if left is not None), default=None)


def _left(folder: Path) -> int | None:
    """Bytes that a group may still take; files that were only read give way to that, and do not count."""
    for bound, used, reclaimable in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        with contextlib.suppress(OSError, ValueError):  # version 2 calls no bound "max"
            limit, now = (int((folder / name).read_text()) for name in (bound, used))
            return max(0, limit - now + _counts(folder / "memory.stat").get(reclaimable, 0))
    return None


def _first(parents: Sequence[Path], limits: Limits, controllers: Sequence[str]) -> Path | None:
    """A group below the nearest of these that lets us make one."""
    for parent in parents:
        _sweep(parent)
        folder = parent / f"{_NAME}{os.getpid()}"
        try:
            folder.mkdir(exist_ok=True)
        except OSError:
            continue
        if _bound(folder, limits, controllers) and _can_be_entered(folder):
            return folder
        with contextlib.suppress(OSError):
            folder.rmdir()
    return None


def _bound(folder: Path, limits: Limits, controllers: Sequence[str]) -> bool:
    memory, tasks = str(limits.memory_bytes), str(limits.processes * TASKS_PER_PROCESS)
    settings = {
        "memory": [{"memory.max": memory}, {"memory.limit_in_bytes": memory}],
        "pids": [{"pids.max": tasks}],
    }
    if not all(any(_set(folder, setting) for setting in settings[controller]) for controller in controllers):
        return False
    # Swap is memory too. Not every machine counts it, and version 1 takes it as the sum.
    _set(folder, {"memory.swap.max": "0"})
    _set(folder, {"memory.memsw.limit_in_bytes": memory})
    return True


def _set(folder: Path, setting: Mapping[str, str]) -> bool:
    try:
        for name, value in setting.items():
            # Not made where it is absent: the file is there if the controller is.
            descriptor = os.open(folder / name, os.O_WRONLY)
            try:
                os.write(descriptor, value.encode())
            finally:
                os.close(descriptor)
    except OSError:
        return False
    return True


def _can_be_entered(folder: Path) -> bool:
    script = Cgroup(folder, None).entry + ":"
    return subprocess.run(["/bin/sh", "-c", script], stderr=subprocess.DEVNULL, check=False).returncode == 0


def _sweep(parent: Path) -> None:
    """Delete the groups whose makers are dead, with what is left in them: it belongs to nobody any more."""
    for folder in parent.glob(f"{_NAME}*"):
        maker = folder.name.removeprefix(_NAME)
        if maker.isdigit() and not _lives(maker):
            Cgroup(folder, folder).remove()


def _lives(pid: str) -> bool:
    """Whether a process runs; one that has ended and that nobody waits for does not, and may stay so for ever."""
    with contextlib.suppress(OSError):
        return Path("/proc", pid, "stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    return False


def _parents() -> dict[str, tuple[Path, ...]]:
    """By controller, or "" for version 2, where this process is in the tree: its own group, then those above."""
    try:
        memberships = Path("/proc/self/cgroup").read_text().splitlines()
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return {}
    found: dict[str, tuple[Path, ...]] = {}
    for line in mounts:
        before, _, after = line.partition(" - ")
        root, point = before.split()[3:5]
        kind, _, options = after.split(maxsplit=2)
        if kind not in ("cgroup", "cgroup2"):
            continue
        for membership in memberships:
            _, names, own = membership.split(":", 2)
            controllers = [""] if kind == "cgroup2" else [name for name in names.split(",") if name]
            if (kind == "cgroup2") == (names == "") and all(name in options.split(",") for name in controllers if name):
                for controller in controllers:
                    found[controller] = _chain(Path(point), root, own)
    return found


def _chain(point: Path, root: str, own: str) -> tuple[Path, ...]:
    # A container sees its own part of the tree, whose root is then not the tree's.
    inside = own.removeprefix(root.rstrip("/")).strip("/")
    here = point / inside if inside and (point / inside).is_dir() else point
    return (here, *(parent for parent in here.parents if parent.is_relative_to(point)))


def _counts(path: Path) -> dict[str, int]:
    try:
        return {name: int(value) for name, value in (line.split() for line in path.read_text().splitlines())}
    except (OSError, ValueError):
        return {}
