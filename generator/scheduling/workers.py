"""Worker processes, and the end of everything that they started."""

import subprocess
import sys
import threading
import time
from contextlib import suppress

import msgspec

from generator.running.kernel import KernelError
from generator.running.processes import kill_descendants
from generator.running.worker import EXIT_NO_KERNEL, Attempt, Job

_GRACE_SECONDS = 60
_STOP_SECONDS = 0.5
"""What workers get to tidy up when all is to end: somebody waits at a terminal."""


class Workers:
    """The worker processes that live, so that none and nothing of theirs is left at the end."""

    def __init__(self, spare: set[int], jobs: int) -> None:
        """Args: spare: children of this process that are none of the workers' and stay; jobs: how many are expected."""
        self._living: dict[int, subprocess.Popen[bytes]] = {}
        self._jobs = jobs
        # A worker takes a while to start: the next one does so while others work.
        self._next: subprocess.Popen[bytes] | None = None
        self._spare = spare
        self._lock = threading.Lock()
        self._is_ending = False

    def work(self, job: Job) -> Attempt:
        """One job in a worker process. Raises KernelError when the worker cannot do it, or when all is ending."""
        worker = self._take()
        timeouts = sum(snippet.directives.timeout or 0 for snippet in job.script.snippets)
        seconds = job.limits.start_seconds + max(job.limits.page_seconds, timeouts) + _GRACE_SECONDS
        try:
            answer, complaint = worker.communicate(msgspec.json.encode(job), timeout=seconds)
        except subprocess.TimeoutExpired:
            worker.kill()
            answer, complaint = worker.communicate()
        with self._lock:
            del self._living[worker.pid]
            if worker.returncode not in (0, EXIT_NO_KERNEL):
                # It could not tidy up after itself; what it left is now a child of this process.
                kill_descendants(spare={*self._spare, *self._living, *([self._next.pid] if self._next else [])})
        if worker.returncode == 0:
            return msgspec.json.decode(answer, type=Attempt)
        message = complaint.decode("utf-8", "replace").strip()
        if worker.returncode == EXIT_NO_KERNEL:
            raise KernelError(message)
        raise KernelError(f"the worker for {job.script.path} ended with status {worker.returncode}\n{message}")

    def _take(self) -> subprocess.Popen[bytes]:
        """A worker that waits for its job."""
        with self._lock:
            if self._is_ending:
                raise KernelError("interrupted")
            worker, self._next = self._next or _start(), None
            self._living[worker.pid] = worker
            self._jobs -= 1
            if self._jobs > 0:
                self._next = _start()
            return worker

    def end(self) -> None:
        """Stop those that still live. Each tidies up after itself; what is too slow for that is killed, with all."""
        with self._lock:
            self._is_ending = True
            living = [*self._living.values(), *([self._next] if self._next else [])]
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


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "generator.running.worker"]
    pipe = subprocess.PIPE
    # Ctrl-C goes to a terminal's whole group; whoever reads it here tells the workers.
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
