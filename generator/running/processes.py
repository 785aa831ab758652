"""Ending every process that a run started, also those that tried to get away."""

import ctypes
import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of every descendant that outlives its own parent, so that daemons stay in reach.

    Linux alone has this; elsewhere a process that forks twice escapes.
    """
    if sys.platform == "linux":
        _control(_PR_SET_CHILD_SUBREAPER, 1, "PR_SET_CHILD_SUBREAPER")


def end_with_parent() -> None:
    """Be killed when the process ends that started this one. Linux alone has this."""
    if sys.platform == "linux":
        _control(_PR_SET_PDEATHSIG, signal.SIGKILL, "PR_SET_PDEATHSIG")


def _control(option: int, value: int, name: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({name}) failed")


@contextmanager
def descendants_ended() -> Iterator[None]:
    """Nothing that is started in the block outlives it, and nothing else is touched."""
    adopt_orphans()
    spare = [child.pid for child in psutil.Process().children()]
    try:
        yield
    finally:
        kill_descendants(spare)


def kill_descendants(spare: Collection[int] = ()) -> int:
    """Kill and reap descendants of this process until none is left; return how many there were.

    Args:
        spare: ids of children that stay, with all that they started.
    """
    killed: set[int] = set()
    while descendants := _descendants(spare):
        for process in descendants:
            try:
                process.kill()
                killed.add(process.pid)
            except psutil.NoSuchProcess:
                continue
        # A process may fork between the listing and its death: look again until a look finds nothing.
        psutil.wait_procs(descendants, timeout=5)
    return len(killed)


def signal_name(number: int) -> str:
    """SIGKILL; for one that has no name of its own, such as those for real-time, signal 40."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def sandboxed_process(sandbox: int) -> int | None:
    """The first process that the sandbox of this id started in its namespace of process ids; None where it is gone.

    Bubblewrap itself is number 1 there, and a signal to it would end everything without a word.
    """
    with suppress(psutil.NoSuchProcess, OSError):
        depth = len(_numbers(sandbox)) + 1
        for process in psutil.Process(sandbox).children(recursive=True):
            with suppress(OSError):
                numbers = _numbers(process.pid)
                if len(numbers) == depth and numbers[-1] == "2":
                    return process.pid
    return None


def _numbers(pid: int) -> list[str]:
    """A process's id in each namespace that it is in, the outermost first."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("NSpid:"):
            return line.split()[1:]
    return []


def _descendants(spare: Collection[int]) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for child in psutil.Process().children():
        if child.pid not in spare:
            found.append(child)
            try:
                found += child.children(recursive=True)
            except psutil.NoSuchProcess:
                continue
    return found
