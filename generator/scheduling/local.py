"""Scripts on the slots of this machine."""

import queue
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from generator.assets.archive import commits_of
from generator.assets.lock import read_lock
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.evidence.judging import Circumstances, Judged, Trial, judge, wants_another
from generator.files import temporary_folder
from generator.model.asset import Asset, ProxyMode
from generator.model.limits import Limits
from generator.model.run import Environment, Needs, Script
from generator.running.attempt import Job
from generator.running.packages import Installed
from generator.scheduling.order import Admission, Task, in_turn
from generator.scheduling.workers import Workers
from generator.scripts.loading import load_calls
from generator.standins.making import placed_for

PROXY_FOLDER = "hubpages-proxy-"
"""How the names of proxies' folders begin, in the system's folder for temporary files."""


@dataclass(frozen=True, slots=True)
class Downloads:
    """How the proxy answers what scripts ask for."""

    lock: Path
    store: Store
    mode: ProxyMode
    overlay: Path | None = None
    """A lock that wins over the other for its URLs: the stand-ins'."""
    update: bool = False
    """Whether recording locks an upstream file anew that has changed."""

    def placed_for(self, script: Script) -> Mapping[str, str]:
        """Stand-ins that have to be below the framework's home folder before a script runs: files by their paths."""
        if self.overlay is None:
            return {}
        return {place: str(path) for place, path in placed_for(load_calls([script]), self.overlay, self.store).items()}

    def locked(self) -> Mapping[str, Asset]:
        """What would be served, by URL. Raises LockError."""
        return {**read_lock(self.lock), **(read_lock(self.overlay) if self.overlay else {})}


@dataclass(frozen=True, slots=True)
class Kernels:
    """Where scripts of one framework are run."""

    python: Path
    """Interpreter of the kernel environment, an absolute path."""
    environment: Environment


@dataclass(frozen=True, slots=True)
class Slots:
    """Where scripts are run."""

    kernels: Mapping[str, Kernels]
    """By framework."""
    limits: Limits
    room: int
    """Bytes of memory that scripts which run at a time must fit in together."""
    jobs: int = 1
    """Scripts at a time, at most."""
    gpus: tuple[str, ...] = ()
    """What CUDA calls each GPU that may be used; one script at a time has it. None on a CPU."""
    packages: Mapping[Needs, Installed] = field(default_factory=dict)
    """What is installed for scripts that name packages."""

    @property
    def devices(self) -> Sequence[str]:
        """A device for each slot; on a CPU slot no GPU is visible, even where there is one."""
        return self.gpus[: self.jobs] or [""] * self.jobs

    def circumstances_of(self, script: Script, usual: Circumstances) -> Circumstances:
        """With its framework's environment, and what is installed for this script alone among its packages."""
        environment = self.kernels[script.framework].environment
        if script.packages:
            own = {**environment.packages, **self.packages[script.needs].versions}
            environment = replace(environment, packages=dict(sorted(own.items())))
        return replace(usual, environment=environment)


def run_all(
    tasks: Sequence[Task],
    slots: Slots,
    circumstances: Circumstances,
    downloads: Downloads | None,
    on_start: Callable[[Script, str], None] = lambda script, where: None,
    more: Callable[[], Sequence[Task]] = tuple,
) -> Iterator[Judged]:
    """Run each script, the longest first, and yield what came of it as it ends.

    Args:
        downloads: what the proxy serves; None to let scripts use the network.
        on_start: told of each script and the device that it starts on.
        more: asked after each for scripts that follow from what came of it.

    Raises KernelError and ProxyError for what is the machine's fault.
    """
    free = _filled(slots.devices)
    with _proxy(downloads, slots.limits) as proxy, ThreadPoolExecutor(len(slots.devices)) as pool:
        workers = Workers({proxy.process.pid} if proxy else set(), len(tasks) * circumstances.repeats)

        def run(script: Script) -> Judged:
            slot, own = free.get(), slots.circumstances_of(script, circumstances)
            device = "" if own.environment.device == "cpu" else slot  # its framework may not know this GPU
            try:
                on_start(script, f"GPU {device}" if device else "")
                trials = [attempt(script, device)]
                while wants_another(script, trials, own):
                    trials.append(attempt(script, device))
                return judge(script, trials, own)
            finally:
                free.put(slot)

        def attempt(script: Script, device: str) -> Trial:
            # A name that no other script can guess: by it the proxy tells whose request it is.
            client = secrets.token_hex(16)
            job = _job(script, slots, circumstances, proxy, client, device)
            found = workers.work(replace(job, placed=downloads.placed_for(script)) if downloads else job)
            if proxy is None or downloads is None:
                return Trial(found)
            requests = proxy.requests_of(client)
            return Trial(found, requests, commits_of(requests, downloads.store))

        try:
            admission = Admission(tasks, len(slots.devices), slots.room)
            following = partial(_following, more, workers, circumstances.repeats)
            yield from in_turn(admission, lambda task: pool.submit(run, task.script), following)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            workers.end()


def _filled(devices: Sequence[str]) -> "queue.SimpleQueue[str]":
    free: queue.SimpleQueue[str] = queue.SimpleQueue()
    for device in devices:
        free.put(device)
    return free


def _following(more: Callable[[], Sequence[Task]], workers: Workers, repeats: int) -> Sequence[Task]:
    """What follows, with a worker expected for each time that it is to be run."""
    found = more()
    workers.expect(len(found) * repeats)
    return found


def _job(
    script: Script,
    slots: Slots,
    circumstances: Circumstances,
    proxy: ReplayProxy | None,
    client: str,
    device: str,
) -> Job:
    kernels = slots.kernels[script.framework]
    return Job(
        script,
        str(kernels.python),
        slots.limits,
        {"CUDA_VISIBLE_DEVICES": device} | (proxy.environment_for(client) if proxy else {}),
        sandbox=circumstances.sandbox,
        network=proxy is None,
        proxy=f"127.0.0.1:{proxy.port}" if proxy else None,
        certificate=str(proxy.ca_file) if proxy else None,
        packages=str(slots.packages[script.needs].folder) if script.packages else None,
        device=kernels.environment.device,
    )


@contextmanager
def _proxy(downloads: Downloads | None, limits: Limits) -> Iterator[ReplayProxy | None]:
    if downloads is None:
        yield None
        return
    with (
        temporary_folder(PROXY_FOLDER) as state,
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
