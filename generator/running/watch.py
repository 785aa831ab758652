"""Whether a run keeps within its bounds, by looking again and again.

A control group bounds memory and processes by itself and is only asked; where there is none they are measured here.
The size of a run's folder is measured in any case.
"""

import asyncio
import errno
import os
import signal
import stat
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from generator.files import full_disk
from generator.model.limits import Limits
from generator.running.cgroup import TASKS_PER_PROCESS, Cgroup

Limit = Literal["memory", "processes", "open files", "file size", "disk"]

_PAUSE_SECONDS = 0.2
_SHARE = 0.05
"""Of a processor, at most, for looking: a run with many files or processes is looked at less often."""
_LEAST_ROOM = 1 << 20
"""Bytes below which a disk is full."""
_BLOCK = 512
"""What st_blocks counts in, whatever the file system's own blocks are."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A bound that a run reached."""

    limit: Limit
    message: str
    """What it did, to be read after "it"."""


class Watch:
    """Looks after one run."""

    def __init__(self, limits: Limits, folder: Path, group: Cgroup | None = None, root: int | None = None) -> None:
        """Watch a run that keeps its files in `folder`.

        Args:
            group: the control group that the run is in, if there is one.
            root: the process whose descendants are the run; this one unless given.
        """
        self._limits = limits
        self._folder = folder
        self._group = group
        self._root = root

    def excess(self, limit: Limit) -> Excess:
        """What to say of a run that reached this bound."""
        limits = self._limits
        messages = {
            "memory": f"used more than {_size(limits.memory_bytes)} of memory",
            "processes": f"ran more than {limits.processes} processes at once",
            "open files": f"opened more than {limits.open_files} files at once",
            "file size": f"wrote a file of more than {_size(limits.file_bytes)}",
            "disk": f"kept more than {_size(limits.disk_bytes)} on disk",
        }
        return Excess(limit, messages[limit])

    def look(self, *, ended: bool = True) -> Excess | None:
        """The bound that the run has reached by now, if any.

        Args:
            ended: whether the snippet is at its end. Before, a file that cannot grow does no harm, and the snippet
                is about to say by itself at which line it is refused more.
        """
        group = self._group
        if group and group.ran_out_of_memory:
            return self.excess("memory")
        if group and group.was_refused_a_process:
            tasks = self._limits.processes * TASKS_PER_PROCESS
            return Excess("processes", f"ran more than {tasks} processes and threads at once")
        processes = self._processes()
        if len(processes) > self._limits.processes:
            return self.excess("processes")
        if not (group and group.memory) and _memory_of(processes, self._limits.memory_bytes):
            return self.excess("memory")
        used, largest = _usage(self._folder)
        if used + _deleted(processes) > self._limits.disk_bytes:
            return self.excess("disk")
        # A program that is not Python's dies of a signal and may say nothing; its file tells.
        return self.excess("file size") if ended and largest > self._limits.file_bytes - _BLOCK else None

    async def wait(self) -> Excess:
        """Look until a bound is reached."""
        while True:
            began = time.monotonic()
            if excess := await asyncio.to_thread(self.look, ended=False):
                return excess
            await asyncio.sleep(self.pause_after(began))

    def pause_after(self, began: float) -> float:
        """Seconds until the next look, after one that began then (`time.monotonic`)."""
        return max(_PAUSE_SECONDS, (time.monotonic() - began) / _SHARE)

    def leave_only(self, pid: int) -> None:
        """Kill every process of the run but this one and those that it descends from.

        Hundreds that fork or compute without end leave this one no time to say anything.
        """
        if self._group:
            self._group.refuse_processes()
        with suppress(psutil.Error):
            kept = {pid, *(parent.pid for parent in psutil.Process(pid).parents())}
            for other in self._processes():
                if other not in kept:
                    with suppress(OSError):
                        os.kill(other, signal.SIGKILL)

    def _processes(self) -> list[int]:
        if self._group:
            return self._group.processes()
        with suppress(psutil.Error):
            return [process.pid for process in psutil.Process(self._root).children(recursive=True)]
        return []


def lack_of_room(folder: Path) -> str:
    """What to say where a folder's disk is full, so that what fails there is no page's fault; empty where it is not."""
    status = os.statvfs(folder)
    has_files = status.f_favail or not status.f_files  # some file systems do not count them
    if status.f_bavail * status.f_frsize >= _LEAST_ROOM and has_files:
        return ""
    return full_disk()


def _memory_of(pids: Iterable[int], limit: int) -> bool:
    """Whether these processes hold more than `limit` bytes of memory together."""
    processes: list[tuple[psutil.Process, int]] = []
    for pid in pids:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            processes.append((process, process.memory_info().rss))
    if sum(resident for _, resident in processes) <= limit:
        return False
    # What several share counts for each of them there. The exact sum takes long, so only now.
    total = 0
    for process, resident in processes:
        with suppress(psutil.Error):
            total += getattr(process.memory_full_info(), "pss", resident)
    return total > limit


def _usage(folder: Path) -> tuple[int, int]:
    """Bytes that a folder takes up on disk, and the length of its largest file."""
    used, largest = 0, 0
    seen: set[tuple[int, int]] = set()
    folders = [os.fspath(folder)]
    while folders:
        # A run goes on while its files are counted, and may take any away.
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        status = entry.stat(follow_symlinks=False)
                        if (status.st_dev, status.st_ino) in seen:
                            continue
                        if status.st_nlink > 1:
                            seen.add((status.st_dev, status.st_ino))
                        used += status.st_blocks * _BLOCK
                        if stat.S_ISDIR(status.st_mode):
                            folders.append(entry.path)
                        elif stat.S_ISREG(status.st_mode):
                            largest = max(largest, status.st_size)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:  # nobody lays files where no path leads but to hide them
                return sys.maxsize, largest
    return used, largest


def _deleted(pids: Iterable[int]) -> int:
    """Bytes on disk of files that have no name any more, but are open."""
    sizes: dict[tuple[int, int], int] = {}
    for pid in pids:
        with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
            for entry in entries:
                with suppress(OSError):
                    status = entry.stat()
                    if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                        sizes[status.st_dev, status.st_ino] = status.st_blocks * _BLOCK
    return sum(sizes.values())


def _size(number: int) -> str:
    return f"{number / (1 << 30):.1f} GiB" if number >= 1 << 30 else f"{number / (1 << 20):.1f} MiB"
