"""Scripts on the slots of this machine."""

import queue
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.evidence.judging import difference_between, judge
from generator.files import temporary_folder
from generator.model.limits import Limits
from generator.model.run import Environment, Script, ScriptRun
from generator.running.processes import adopt_orphans
from generator.running.sandbox import Kind
from generator.running.worker import Job
from generator.scheduling.workers import Workers

_TRIES = 3
"""How often a script is run that fails because of the network."""


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
class Conditions:
    """Under which scripts are run."""

    python: Path
    """Interpreter of the kernel environment."""
    environment: Environment
    limits: Limits
    sandbox: Kind
    jobs: int = 1
    """Scripts at a time."""
    repeats: int = 1
    """Kernels a script is run in, one after another."""
    gpus: tuple[str, ...] = ()
    """What CUDA calls each GPU that may be used; one script at a time has it. None on a CPU."""


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A script's run and its executed notebooks."""

    run: ScriptRun
    notebooks: Mapping[str, str]
    """By language, as nbformat writes them."""


def run_all(
    scripts: Sequence[Script],
    conditions: Conditions,
    downloads: Downloads | None,
    on_start: Callable[[Script, str], None] = lambda script, where: None,
) -> Iterator[FinishedRun]:
    """Run each script and yield each run as it ends.

    Args:
        downloads: what the proxy serves; None to let scripts use the network.
        on_start: told of each script and the device that it starts on.

    Raises KernelError when the kernel environment does not work.
    """
    adopt_orphans()
    # On a CPU slot no GPU is visible, even where there is one.
    slots: queue.SimpleQueue[str] = queue.SimpleQueue()
    number = min(conditions.jobs, len(conditions.gpus)) if conditions.gpus else conditions.jobs
    for slot in conditions.gpus[:number] if conditions.gpus else [""] * number:
        slots.put(slot)
    with _proxy(downloads, conditions.limits) as proxy, ThreadPoolExecutor(number) as pool:
        workers = Workers({proxy.process.pid} if proxy else set(), len(scripts) * conditions.repeats)

        def run(script: Script) -> FinishedRun:
            slot = slots.get()
            try:
                on_start(script, f"GPU {slot}" if slot else "")
                return _run(script, conditions, downloads, proxy, workers, slot)
            finally:
                slots.put(slot)

        futures = [pool.submit(run, script) for script in scripts]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            workers.end()


def _run(
    script: Script,
    conditions: Conditions,
    downloads: Downloads | None,
    proxy: ReplayProxy | None,
    workers: Workers,
    slot: str,
) -> FinishedRun:
    """A script's run, repeated as the conditions say, and tried again where the network was at fault."""

    def once() -> FinishedRun:
        # A name that no other script can guess: by it the proxy tells whose request it is.
        client = secrets.token_hex(16)
        environ = {"CUDA_VISIBLE_DEVICES": slot} | (proxy.environment_for(client) if proxy else {})
        job = Job(
            script,
            str(conditions.python),
            conditions.limits,
            environ,
            sandbox=conditions.sandbox,
            network=proxy is None,
            proxy=f"127.0.0.1:{proxy.port}" if proxy else None,
            certificate=str(proxy.ca_file) if proxy else None,
            device=conditions.environment.device,
        )
        attempt = workers.work(job)
        requests = proxy.requests_of(client) if proxy else None
        store = downloads.store if downloads else None
        run = judge(script, attempt, requests, conditions.environment, conditions.sandbox, store)
        return FinishedRun(run, attempt.notebooks)

    first = once()
    if proxy is None and first.run.cause == "asset":
        first = _tried_again(first, once)
    for number in range(2, conditions.repeats + 1):
        if first.run.verdict != "passed":
            break
        again = once()
        if again.run.verdict != "passed":
            reason = f"passed {number - 1} of {conditions.repeats} times, then: {again.run.reason}"
            return replace(again, run=replace(again.run, reason=reason, repeats=number))
        difference = difference_between(first.run, again.run, script)
        first = replace(first, run=replace(first.run, repeats=number))
        if difference:
            reason = f"printed something else the {_ordinal(number)} time"
            unstable = replace(first.run, verdict="unstable", reason=reason, difference=difference)
            return replace(first, run=unstable)
    return first


def _tried_again(first: FinishedRun, once: Callable[[], FinishedRun]) -> FinishedRun:
    """The last of several tries; a pass is told as what it is."""
    for number in range(2, _TRIES + 1):
        again = once()
        if again.run.verdict == "passed":
            reason = f"passed at try {number}; the first one failed: {first.run.reason}"
            return replace(again, run=replace(again.run, verdict="flaky", reason=reason))
        if again.run.cause != "asset":
            return again
    return first


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


@contextmanager
def _proxy(downloads: Downloads | None, limits: Limits) -> Iterator[ReplayProxy | None]:
    if downloads is None:
        yield None
        return
    with (
        temporary_folder("hub-proxy-") as state,
        ReplayProxy.start(
            downloads.lock,
            downloads.store,
            state,
            mode=downloads.mode,
            update=downloads.update,
            overlay=downloads.overlay,
            limits=limits,
        ) as proxy,
    ):
        yield proxy
