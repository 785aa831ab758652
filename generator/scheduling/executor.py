"""What runs scripts, wherever that is: all that the commands know of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from generator.evidence.judging import Judged
from generator.model.run import Script
from generator.scheduling.order import Task


class Executor(Protocol):
    """A place with slots for scripts: this machine, or many.

    Each script is run by the same worker in the same sandbox, as often as the judge asks for, and judged where it ran.
    Nothing is kept there: what comes back are values, and the caller alone writes evidence.
    """

    def run(
        self,
        tasks: Sequence[Task],
        on_start: Callable[[Script, str], None] = lambda script, where: None,
        more: Callable[[], Sequence[Task]] = tuple,
    ) -> Iterator[Judged]:
        """Run each script, the longest first, and yield what came of it as it ends.

        Closing the iterator ends what still runs, with all that it started.

        Args:
            tasks: the scripts.
            on_start: told of each, maybe from another thread, and where it starts: a GPU, a node; empty where nothing
                has to be said. One that is lost with its machine starts again.
            more: asked after each for scripts that follow from what came of it.

        Raises KernelError and ProxyError for what is the machine's fault.
        """
        ...
