"""Scripts on the slots of this machine."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.model.asset import AssetRequest
from generator.model.limits import Limits
from generator.model.run import Environment, Script, ScriptRun, SnippetRun
from generator.running.kernel import KernelError
from generator.running.processes import adopt_orphans, kill_descendants
from generator.running.verdicts import decide
from generator.running.worker import EXIT_NO_KERNEL, Attempt, Job

# On a CPU slot no GPU is visible, even where there is one.
_CPU = {"CUDA_VISIBLE_DEVICES": ""}
_GRACE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Downloads:
    """How the proxy answers what scripts ask for."""

    lock: Path
    store: Store
    mode: Literal["replay", "record"]
    overlay: Path | None = None
    """A lock that wins over the other for its URLs: the stand-ins'."""
    update: bool = False
    """Whether recording locks an upstream file anew that has changed."""


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A script's run and its executed notebook."""

    run: ScriptRun
    notebook: str
    """As nbformat writes it."""


def run_all(
    scripts: Sequence[Script],
    python: Path,
    environment: Environment,
    limits: Limits,
    jobs: int,
    downloads: Downloads | None,
    on_start: Callable[[Script], None] = lambda script: None,
) -> Iterator[FinishedRun]:
    """Run each script once, `jobs` at a time, and yield each run as it ends.

    Args:
        downloads: what the proxy serves; None to let scripts use the network.

    Raises KernelError when the kernel environment does not work.
    """
    adopt_orphans()
    with _proxy(downloads) as proxy, ThreadPoolExecutor(jobs) as pool:
        workers = _Workers({proxy.process.pid} if proxy else set())

        def run(number: int, script: Script) -> FinishedRun:
            on_start(script)
            client = f"script-{number}"
            environ = _CPU | (proxy.environment_for(client) if proxy else {})
            attempt = workers.work(Job(script, str(python), limits, environ))
            requests = proxy.requests_of(client) if proxy else ()
            verdict, cause, reason = decide(attempt.snippets, requests, Path(script.path).name)
            reached = tuple(ran.run for ran in attempt.snippets)
            rest = tuple(SnippetRun("not-run", snippet.lines, 0.0) for snippet in script.snippets[len(reached) :])
            finished = ScriptRun(
                page=script.page,
                path=script.path,
                languages=script.languages,
                script=script.digest,
                verdict=verdict,
                cause=cause,
                started=datetime.fromtimestamp(attempt.started, UTC).isoformat(timespec="seconds"),
                seconds=round(attempt.seconds, 3),
                environment=environment,
                assets=_once_each(requests),
                snippets=reached + rest,
                reason=reason,
                weights="standin" if any(request.standin for request in requests) else "published",
            )
            return FinishedRun(finished, attempt.notebook)

        futures = [pool.submit(run, number, script) for number, script in enumerate(scripts)]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            workers.end()


def _once_each(requests: Sequence[AssetRequest]) -> tuple[AssetRequest, ...]:
    """The first request of each kind: MegEngine asks for weights twice, once to learn their size."""
    return tuple({(request.url, request.status): request for request in reversed(requests)}.values())[::-1]


@contextmanager
def _proxy(downloads: Downloads | None) -> Iterator[ReplayProxy | None]:
    if downloads is None:
        yield None
        return
    with (
        tempfile.TemporaryDirectory(prefix="hub-proxy-") as state,
        ReplayProxy.start(
            downloads.lock,
            downloads.store,
            Path(state),
            mode=downloads.mode,
            update=downloads.update,
            overlay=downloads.overlay,
        ) as proxy,
    ):
        yield proxy


class _Workers:
    """The worker processes that live, so that none and nothing of theirs is left at the end."""

    def __init__(self, spare: set[int]) -> None:
        self._living: dict[int, subprocess.Popen[bytes]] = {}
        self._spare = spare
        self._lock = threading.Lock()

    def work(self, job: Job) -> Attempt:
        """One job in a worker process. Raises KernelError when the worker cannot do it."""
        command = [sys.executable, "-m", "generator.running.worker"]
        with self._lock:
            worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self._living[worker.pid] = worker
        seconds = job.limits.start_seconds + job.limits.page_seconds + _GRACE_SECONDS
        try:
            answer, complaint = worker.communicate(msgspec.json.encode(job), timeout=seconds)
        except subprocess.TimeoutExpired:
            worker.kill()
            answer, complaint = worker.communicate()
        with self._lock:
            del self._living[worker.pid]
            if worker.returncode not in (0, EXIT_NO_KERNEL):
                # It could not tidy up after itself; what it left is now a child of this process.
                kill_descendants(spare={*self._spare, *self._living})
        if worker.returncode == 0:
            return msgspec.json.decode(answer, type=Attempt)
        message = complaint.decode("utf-8", "replace").strip()
        if worker.returncode == EXIT_NO_KERNEL:
            raise KernelError(message)
        raise KernelError(f"the worker for {job.script.path} ended with status {worker.returncode}\n{message}")

    def end(self) -> None:
        """Stop those that still live; each tidies up after itself."""
        with self._lock:
            for worker in self._living.values():
                worker.terminate()
