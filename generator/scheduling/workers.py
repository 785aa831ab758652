"""Worker processes, and the end of everything that they started."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec

import msgspec

from generator.model.run import SnippetError, SnippetRun
from generator.running.attempt import EXIT_NO_KERNEL, Attempt, Ending, Job, read_attempt, read_snippets
from generator.running.executed import KernelError
from generator.running.processes import adopt_orphans, kill_descendants, signal_name
from generator.running.transcript import RanSnippet

_LOADED_BY_WORKERS = ("nbformat", "nbclient", "jupyter_client")

_GRACE_SECONDS = 60
_STOP_SECONDS = 0.5
"""What workers get to tidy up when all is to end: somebody waits at a terminal."""

for _name in _LOADED_BY_WORKERS:  # slow to load, and of no use here: it is only seen to that no worker misses them
    if find_spec(_name) is None:
        raise ModuleNotFoundError(f"No module named {_name!r}", name=_name)


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    lifeline: int
    """A pipe that is closed when this process ends, however it ends; the worker then ends too."""

    @property
    def pid(self) -> int:
        return self.process.pid

    def close(self) -> None:
        """Let go of one that is dead and was never given a job."""
        os.close(self.lifeline)
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
        self._is_ending = False

    def work(self, job: Job) -> Attempt:
        """What came of one job in a worker process, whatever became of that.

        Raises KernelError where the machine cannot do it, or when all is ending.
        """
        worker = self._take()
        started = time.time()
        timeouts = sum(snippet.directives.timeout or 0 for snippet in job.script.snippets)
        seconds = job.limits.start_seconds + max(job.limits.page_seconds, timeouts) + _GRACE_SECONDS
        try:
            answer, complaint = worker.process.communicate(msgspec.json.encode(job), timeout=seconds)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            answer, complaint = worker.process.communicate()
        status = worker.process.returncode
        with self._lock:
            del self._living[worker.pid]
            if status not in (0, EXIT_NO_KERNEL):
                # It could not tidy up after itself; what it left is now a child of this process.
                kill_descendants(spare={*self._spare, *self._living, *([self._next.pid] if self._next else [])})
            os.close(worker.lifeline)
            if self._is_ending:
                raise KernelError("interrupted")
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
            if self._is_ending:
                raise KernelError("interrupted")
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

    def end(self) -> None:
        """Stop those that still live. Each tidies up after itself; what is too slow for that is killed, with all."""
        with self._lock:
            self._is_ending = True
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


def _start() -> _Worker:
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", "generator.running.worker", str(read_end)]
    pipe = subprocess.PIPE
    # Ctrl-C goes to a terminal's whole group; whoever reads it here tells the workers.
    process = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, pass_fds=[read_end]
    )
    os.close(read_end)
    return _Worker(process, write_end)


def _broken_off(job: Job, answer: bytes, status: int, said: str, ending: Ending) -> Attempt:
    """What is known of a script whose worker came to a bad end: it did so in the snippet that had not ended yet."""
    try:
        ended = read_snippets(answer)[: len(job.script.snippets)]
    except msgspec.MsgspecError:
        ended = ()
    done = ended[: len(job.script.snippets) - 1]
    snippet = job.script.snippets[len(done)]
    end = f"was killed by {signal_name(-status)}" if status < 0 else f"ended with status {status}"
    error = SnippetError("WorkerDied", f"the process that watched over it {end}", snippet.lines, traceback=said)
    return Attempt((*done, RanSnippet(SnippetRun("failed", snippet.lines, 0.0, error=error), "died", 0.0)), ending)
