"""Scripts on the slots of this machine."""

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from generator.evidence.judging import Circumstances, Judged
from generator.model.run import Script
from generator.scheduling.downloads import Downloads
from generator.scheduling.host import open_host
from generator.scheduling.order import Admission, Task, in_turn
from generator.scheduling.slots import Slots
from generator.scheduling.workers import Workers


@dataclass(frozen=True, slots=True)
class Local:
    """This machine as an `Executor`."""

    slots: Slots
    circumstances: Circumstances
    downloads: Downloads | None
    """What the proxy serves; None to let scripts use the network."""

    def run(
        self,
        tasks: Sequence[Task],
        on_start: Callable[[Script, str], None] = lambda script, where: None,
        more: Callable[[], Sequence[Task]] = tuple,
    ) -> Iterator[Judged]:
        """As `Executor` says."""
        slots, repeats = self.slots, self.circumstances.repeats
        free = _filled(slots.devices)
        with (
            open_host(slots, self.circumstances, self.downloads, len(tasks) * repeats) as host,
            ThreadPoolExecutor(len(slots.devices)) as pool,
        ):

            def run(script: Script) -> Judged:
                slot = free.get()
                try:
                    return host.run(script, slot, partial(on_start, script))
                finally:
                    free.put(slot)

            try:
                admission = Admission(tasks, len(slots.devices), slots.room)
                following = partial(_following, more, host.workers, repeats)
                yield from in_turn(admission, lambda task: pool.submit(run, task.script), following)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                host.workers.end()


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
