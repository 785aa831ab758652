"""One machine on which scripts are run: the proxy that serves them, and the workers that live."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from generator.assets.archive import commits_of
from generator.assets.proxy import ProxyAddress, ReplayProxy
from generator.evidence.judging import Circumstances, Judged, Trial, judge, wants_another
from generator.files import temporary_folder
from generator.model.limits import Limits
from generator.model.run import Script
from generator.running.attempt import Job
from generator.scheduling.devices import Gpu, visible_to_kernel
from generator.scheduling.downloads import Downloads
from generator.scheduling.slots import Slots
from generator.scheduling.workers import Workers

PROXY_FOLDER = "hubpages-proxy-"
"""How the names of proxies' folders begin, in the system's folder for temporary files."""


@dataclass(frozen=True, slots=True)
class Host:
    """A machine that is ready to run scripts, any number at a time."""

    slots: Slots
    circumstances: Circumstances
    downloads: Downloads | None
    """What the proxy serves; None to let scripts use the network."""
    proxy: ReplayProxy | ProxyAddress | None
    """There where it serves anything."""
    workers: Workers

    def run(
        self,
        script: Script,
        gpu: Gpu | None = None,
        claim: int | None = None,
        started: Callable[[str], None] = lambda where: None,
        heard: Callable[[bytes], None] | None = None,
    ) -> Judged:
        """Run a script as often as its judge asks for.

        Args:
            gpu: the one that it has; None for a CPU.
            claim: a descriptor that holds it, as `Claim` has one.
            started: told what it starts on, empty for a CPU.
            heard: told each line of its worker's answer as it comes, from another thread; the script goes on when it
                returns.

        Raises KernelError and ProxyError for what is the machine's fault.
        """
        own = self.slots.circumstances_of(script, self.circumstances, gpu)
        started(gpu.short_name if gpu else "")
        trials: list[Trial] = []
        while not trials or wants_another(script, trials, own):
            trials.append(self._attempt(script, gpu, claim, heard))
        return judge(script, trials, own)

    def _attempt(
        self, script: Script, gpu: Gpu | None, claim: int | None, heard: Callable[[bytes], None] | None
    ) -> Trial:
        # A name that no other script can guess: by it the proxy tells whose request it is.
        client = secrets.token_hex(16)
        placed = self.downloads.placed_for(script) if self.downloads else {}
        found = self.workers.work(self._job(script, client, gpu, placed), claim, heard)
        if self.proxy is None or self.downloads is None:
            return Trial(found)
        requests = self.proxy.requests_of(client)
        return Trial(found, requests, commits_of(requests, self.downloads.store))

    def _job(self, script: Script, client: str, gpu: Gpu | None, placed: Mapping[str, str]) -> Job:
        kernels, proxy = self.slots.kernels[script.framework], self.proxy
        return Job(
            script,
            str(kernels.python),
            self.slots.limits,
            {**visible_to_kernel(gpu), **(proxy.environment_for(client) if proxy else {})},
            sandbox=self.circumstances.sandbox,
            network=proxy is None,
            proxy=f"127.0.0.1:{proxy.port}" if proxy else None,
            certificate=str(proxy.ca_file) if proxy else None,
            packages=str(self.slots.packages[script.needs].folder) if script.packages else None,
            placed=placed,
            device=gpu.name if gpu else "cpu",
        )


@contextmanager
def open_host(slots: Slots, circumstances: Circumstances, downloads: Downloads | None, jobs: int) -> Iterator[Host]:
    """This machine, ready while the context lasts; nothing that it started is left then.

    Args:
        jobs: how many times workers are expected to be asked for.

    Raises ProxyError.
    """
    with serving(downloads, slots.limits) if downloads else nullcontext() as proxy:
        workers = Workers({proxy.process.pid} if proxy else set(), jobs)
        try:
            yield Host(slots, circumstances, downloads, proxy, workers)
        finally:
            workers.end()


@contextmanager
def serving(downloads: Downloads, limits: Limits) -> Iterator[ReplayProxy]:
    """The proxy, while the context lasts. Raises ProxyError."""
    with (
        temporary_folder(PROXY_FOLDER) as state,
        ReplayProxy.start(
            downloads.lock,
            downloads.store,
            state,
            mode=downloads.mode,
            update=downloads.update,
            overlay=downloads.overlay,
            supply=downloads.supply,
            limits=limits,
        ) as proxy,
    ):
        yield proxy
