"""What commands take: time by the clock, time of the processors, and memory of all their processes together."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.02
_DYING_SECONDS = 10
"""In which what was killed is gone: a busy machine gives it no time to die at once."""
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SAID = 600
"""Characters of the end of what a failed command said."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of commands that ran one after another."""

    seconds: float
    """By the clock, from the start of the first to the end of the last."""
    processor: float
    """Seconds of all cores, of each command and of every process below it that was waited for."""
    memory: int
    """Bytes that all processes held at once, at most: the sum of their resident memory, looked at every 20 ms.
    What several of them share counts for each."""
    failure: str = ""
    """Why the last one did not end well; empty where all did."""


def measure(commands: Sequence[Sequence[str]], folder: Path, limit: float = 3600) -> Measured:
    """Run these in this folder up to the first that fails or takes longer than the limit's seconds."""
    seconds, processor, memory = 0.0, 0.0, 0
    for command in commands:
        one = _run(command, folder, limit)
        seconds, processor, memory = seconds + one.seconds, processor + one.processor, max(memory, one.memory)
        if one.failure:
            return Measured(seconds, processor, memory, one.failure)
    return Measured(seconds, processor, memory)


def _run(command: Sequence[str], folder: Path, limit: float) -> Measured:
    """One command, in a session of its own; nothing of it is left when it ends."""
    watch = None
    with tempfile.TemporaryFile() as said:
        try:
            started = time.perf_counter()
            with _interrupted_later():
                process = subprocess.Popen(
                    command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
                )
                watch = TreeWatch(process.pid, limit)
                watch.start()
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if watch:
                watch.end()
        failure = ""
        if process.returncode:
            said.seek(0)
            words = " ".join(said.read().decode("utf-8", "replace").split())[-_SAID:]
            ended = "took too long" if watch.was_late else f"ended with status {process.returncode}"
            failure = f"{Path(command[0]).name} {ended}: {words or 'it said nothing'}"
    return Measured(seconds, usage.ru_utime + usage.ru_stime, watch.most, failure)


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Raises KeyboardInterrupt at its end, for a signal that came before it: what is half started cannot be ended."""
    heard: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda number, _: heard.append(number)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    if heard:
        raise KeyboardInterrupt


class TreeWatch(threading.Thread):
    """Looks again and again at a process and all that came of it, and ends them where they take too long."""

    def __init__(self, root: int, limit: float) -> None:
        """`root` leads a session: what it starts is in it, unless that makes a session of its own."""
        super().__init__(daemon=True)
        self.most = 0
        """Bytes."""
        self.was_late = False
        self._root, self._until = root, time.monotonic() + limit
        self._ours, self._others = {root}, set[int]()
        self._ended = threading.Event()

    def run(self) -> None:
        """Until `end` is called."""
        while not self._ended.wait(SAMPLE_SECONDS):
            self.most = max(self.most, self._resident())
            if time.monotonic() > self._until and not self.was_late:
                self.was_late = True
                self._kill()

    def end(self) -> None:
        """Stop looking, and leave nothing running: what is killed is gone when this returns."""
        self._ended.set()
        self.join()
        self._kill()
        until = time.monotonic() + _DYING_SECONDS
        while self._resident() and time.monotonic() < until:
            time.sleep(0.01)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._root, signal.SIGKILL)

    def _resident(self) -> int:
        """Bytes of all processes of the tree now."""
        listed = {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208 - fifty times a second
        self._others &= listed  # a number that is free again may become one of ours
        self._ours &= listed | {self._root}
        for pid in sorted(listed - self._others - self._ours):
            (self._ours if self._is_ours(pid) else self._others).add(pid)
        return sum(map(_resident, self._ours))

    def _is_ours(self, pid: int) -> bool:
        with suppress(OSError):
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            # After the name, which may hold anything: state, parent, group, session.
            _, parent, _, session = status.rpartition(")")[2].split()[:4]
            return int(session) == self._root or int(parent) in self._ours
        return False


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
    except OSError:  # it has ended
        return 0
