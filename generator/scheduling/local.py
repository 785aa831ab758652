"""Scripts on the slots of this machine."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from generator.evidence.judging import Circumstances, Judged
from generator.interrupts import Interrupts
from generator.model.run import Script
from generator.scheduling.downloads import Downloads
from generator.scheduling.host import open_host
from generator.scheduling.leases import Leases
from generator.scheduling.order import Admission, Started, Task, in_turn
from generator.scheduling.slots import Slots
from generator.scheduling.workers import Workers


@dataclass(frozen=True, slots=True)
class Local:
    """This machine as an `Executor`."""

    slots: Slots
    circumstances: Circumstances
    downloads: Downloads | None
    """What the proxy serves; None to let scripts use the network."""
    told: Callable[[Sequence[str]], None] = lambda told: None
    """Told what else has to be said, such as that others have the GPUs."""

    def run(
        self,
        tasks: Sequence[Task],
        on_start: Callable[[Script, str], None] = lambda script, where: None,
        more: Callable[[], Sequence[Task]] = tuple,
    ) -> Iterator[Judged]:
        """As `Executor` says."""
        slots, repeats = self.slots, self.circumstances.repeats
        with (
            open_host(slots, self.circumstances, self.downloads, len(tasks) * repeats) as host,
            Interrupts() as interrupts,
            ThreadPoolExecutor(slots.jobs) as pool,
        ):

            def submit(started: Started) -> "Future[Judged]":
                script, claim = started.task.script, started.claim
                gpu, descriptor = (claim.gpu, claim.descriptor) if claim else (None, None)
                return pool.submit(host.run, script, gpu, descriptor, partial(on_start, script))

            try:
                gpus = {name: kernels.gpus for name, kernels in slots.kernels.items()}
                leases = Leases(lambda told: self.told([told]))
                admission = Admission(tasks, slots.jobs, slots.room, gpus, leases)
                following = partial(_following, more, host.workers, repeats)
                yield from in_turn(admission, submit, interrupts, following)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                host.workers.end()


def _following(more: Callable[[], Sequence[Task]], workers: Workers, repeats: int) -> Sequence[Task]:
    """What follows, with a worker expected for each time that it is to be run."""
    found = more()
    workers.expect(len(found) * repeats)
    return found
