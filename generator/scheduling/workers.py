"""Worker processes, and the end of everything that they started."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir

import msgspec

from generator.files import remove_left_over
from generator.model.run import SnippetError
from generator.running.attempt import (
    CLAIM,
    EXIT_NO_KERNEL,
    HEARD,
    RUN_FOLDER,
    Attempt,
    Ending,
    Job,
    broken_off,
    read_attempt,
)
from generator.running.cgroup import sweep
from generator.running.executed import KernelError
from generator.running.processes import adopt_orphans, kill_descendants, signal_name

_LOADED_BY_WORKERS = ("nbformat", "nbclient", "jupyter_client")

_GRACE_SECONDS = 60
_LOOK_SECONDS = 0.1
"""How often it is looked at least whether a worker's time is up, while it waits to be heard."""
_STOP_SECONDS = 0.5
"""What workers get to tidy up when all is to end: somebody waits at a terminal."""

for _name in _LOADED_BY_WORKERS:  # slow to load, and of no use here: it is only seen to that no worker misses them
    if find_spec(_name) is None:
        raise ModuleNotFoundError(f"No module named {_name!r}", name=_name)


class _Pause:
    """Seconds that do not count: those spent within, and since that began."""

    def __init__(self) -> None:
        self._over = 0.0
        self._since: float | None = None

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._over, self._since = self.seconds, None

    @property
    def seconds(self) -> float:
        """So far."""
        since = self._since  # another thread's
        return self._over + (time.monotonic() - since if since is not None else 0.0)


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    lifeline: socket.socket
    """It is closed when this process ends, however it ends; the worker then ends too."""

    @property
    def pid(self) -> int:
        return self.process.pid

    def close(self) -> None:
        """Let go of one that is dead and was never given a job."""
        self.lifeline.close()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


class Workers:
    """The worker processes that live, so that none and nothing of theirs is left at the end."""

    def __init__(self, spare: set[int], jobs: int) -> None:
        """Args: spare: children of this process that are none of the workers' and stay; jobs: how many are expected."""
        adopt_orphans()  # what a worker leaves when it is killed
        self._living: dict[int, _Worker] = {}
        self._jobs = jobs
        # A worker takes a while to start: the next one does so while others work.
        self._next: _Worker | None = None
        self._spare = spare
        self._lock = threading.Lock()
        self._over = ""
        """Why all is ending; empty while it is not."""

    def work(self, job: Job, claim: int | None = None, heard: Callable[[bytes], None] | None = None) -> Attempt:
        """What came of one job in a worker process, whatever became of that.

        Args:
            claim: a descriptor that the worker has as well, until it ends.
            heard: told each line of its answer as it comes, from another thread: see `read_snippets`. The job goes on
                when it returns.

        Raises KernelError where the machine cannot do it, or when all is ending.
        """
        worker = self._take()
        if claim is not None:
            with suppress(OSError):  # it is dead already, and what came of that is told below
                socket.send_fds(worker.lifeline, [CLAIM], [claim])

        def pass_on(line: bytes) -> None:
            if heard is None:
                return
            heard(line)
            with suppress(OSError):  # it is dead, or at its end
                worker.lifeline.send(HEARD)

        question = msgspec.json.encode(replace(job, waits=heard is not None))
        started = time.time()
        timeouts = sum(snippet.directives.timeout or 0 for snippet in job.script.snippets)
        seconds = job.limits.start_seconds + max(job.limits.page_seconds, timeouts) + _GRACE_SECONDS
        answer, complaint = converse(worker.process, question, seconds, pass_on)
        status = worker.process.returncode
        with self._lock:
            del self._living[worker.pid]
            if status not in (0, EXIT_NO_KERNEL):
                # It could not tidy up after itself; what it left is now a child of this process.
                kill_descendants(spare={*self._spare, *self._living, *([self._next.pid] if self._next else [])})
            worker.lifeline.close()
            if self._over:
                raise KernelError(self._over)
        said = complaint.decode("utf-8", "replace").strip()
        if status == EXIT_NO_KERNEL:
            raise KernelError(said)
        with suppress(ValueError, msgspec.MsgspecError):
            if status == 0:
                return read_attempt(answer)
        return _broken_off(job, answer, status, said, Ending(started, time.time() - started))

    def expect(self, jobs: int) -> None:
        """So many more jobs are to come than was said."""
        with self._lock:
            self._jobs += jobs

    def _take(self) -> _Worker:
        """A worker that waits for its job."""
        with self._lock:
            if self._over:
                raise KernelError(self._over)
            waiting, self._next = self._next, None
            # One that was killed while it waited has nothing to do with the script that it would have been given.
            worker = waiting if waiting and waiting.process.poll() is None else _start()
            if waiting and worker is not waiting:
                waiting.close()
            self._living[worker.pid] = worker
            self._jobs -= 1
            if self._jobs > 0:
                self._next = _start()
            return worker

    def end(self, why: str = "interrupted") -> None:
        """Stop those that still live. Each tidies up after itself; what is too slow for that is killed, with all."""
        with self._lock:
            self._over = why
            living = [one.process for one in (*self._living.values(), *([self._next] if self._next else []))]
            for worker in living:
                worker.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for worker in living:
            with suppress(subprocess.TimeoutExpired):
                worker.wait(max(0.0, deadline - time.monotonic()))
        for worker in living:
            if worker.poll() is None:
                worker.kill()
        if living:
            kill_descendants(spare=self._spare)
            # Of those that were killed:
            sweep()
            remove_left_over(RUN_FOLDER, Path(gettempdir()))


def _start() -> _Worker:
    own, other = socket.socketpair()
    # -P: a folder that is called generator where somebody happens to stand is none of ours.
    command = [sys.executable, "-P", "-m", "generator.running.worker", str(other.fileno())]
    pipe = subprocess.PIPE
    with other:
        # Ctrl-C goes to a terminal's whole group; whoever reads it here tells the workers.
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, pass_fds=[other.fileno()]
        )
    return _Worker(process, own)


def converse(
    process: subprocess.Popen[bytes], question: bytes, seconds: float, heard: Callable[[bytes], None]
) -> tuple[bytes, bytes]:
    """A worker's whole answer and complaint. It is killed once its time is up.

    Args:
        seconds: that time, without what it takes until the lines of its answer are heard.
        heard: told each of them, from another thread.
    """
    answer, complaint, pause = bytearray(), bytearray(), _Pause()

    def listen() -> None:
        for line in process.stdout or ():
            answer.extend(line)
            with pause:
                heard(line)

    def hear() -> None:
        complaint.extend(process.stderr.read() if process.stderr else b"")

    threads = [threading.Thread(target=target, daemon=True) for target in (listen, hear)]
    for thread in threads:
        thread.start()
    if process.stdin:
        with suppress(BrokenPipeError):  # it died before it was asked
            process.stdin.write(question)
            process.stdin.close()
    begun = time.monotonic()
    while process.poll() is None:
        left = seconds + pause.seconds - (time.monotonic() - begun)
        if left <= 0:
            process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(_LOOK_SECONDS, left))
    for thread in threads:
        thread.join()
    return bytes(answer), bytes(complaint)


def _broken_off(job: Job, answer: bytes, status: int, said: str, ending: Ending) -> Attempt:
    """What is known of a script whose worker came to a bad end."""
    end = f"was killed by {signal_name(-status)}" if status < 0 else f"ended with status {status}"
    error = SnippetError("WorkerDied", f"the process that watched over it {end}", {}, traceback=said)
    return broken_off(job.script, answer, error, ending)
