"""Work on many pages in several processes, where that pays."""

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol, TypeVar

from generator.interrupts import Interrupts

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

WORTH_IT = 24
"""Pages from which on a second process saves more than its start costs, where it can be forked."""
WORTH_A_START = 300
"""The same where it has to load everything anew."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Mapper(Protocol):
    """`map`, or what does its work elsewhere or remembers it."""

    def __call__(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]:
        """The function's value for each item, in their order."""


class Pool:
    """`map` over processes once there were many items, in this process until then."""

    def __init__(self) -> None:
        self._executor: ProcessPoolExecutor | None = None

    def __call__(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]:
        """The function's value for each item, in their order. The function and the values must be picklable."""
        rows = list(items)
        cores = os.cpu_count() or 1
        can_fork = _can_fork()
        if self._executor is None and (len(rows) < (WORTH_IT if can_fork else WORTH_A_START) or cores < 2):
            return map(function, rows)
        # What the first item makes this process load, those that are forked from it have.
        done = [function(row) for row in rows[:1]] if self._executor is None and can_fork else []
        if self._executor is None:
            from concurrent.futures import ProcessPoolExecutor  # most calls never need it
            from multiprocessing import get_context

            context = get_context("fork" if can_fork else "spawn")
            self._executor = ProcessPoolExecutor(cores, context, initializer=_follow)
        # Small pieces at the end of the work: no process waits long for the last one.
        size = max(1, min(50, len(rows) // (cores * 8)))
        pieces = [rows[start : start + size] for start in range(len(done), len(rows), size)]
        return chain(done, _mapped(self._executor, function, pieces))

    def close(self) -> None:
        """End the processes, if there are any."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)


def _mapped(
    executor: "ProcessPoolExecutor", function: Callable[[_In], _Out], pieces: Sequence[Sequence[_In]]
) -> Iterator[_Out]:
    """Like the executor's own `map`, which Ctrl-C can leave with a lock that nobody gives back."""
    ended: SimpleQueue[Future[list[_Out]]] = SimpleQueue()
    with Interrupts():
        futures = deque(executor.submit(_each, function, piece) for piece in pieces)
        for future in futures:
            future.add_done_callback(ended.put)

    def results() -> Iterator[_Out]:
        try:
            while futures:
                with Interrupts() as interrupts:
                    while not futures[0].done():
                        interrupts.wait_for(ended)
                    values = futures.popleft().result()
                yield from values
        finally:  # nobody asks for the rest
            with Interrupts():
                for future in futures:
                    future.cancel()

    return results()


def _each(function: Callable[[_In], _Out], rows: Sequence[_In]) -> list[_Out]:
    return [function(row) for row in rows]


def _can_fork() -> bool:
    """Whether a process may be forked: not where other threads run, which may hold what it will wait for."""
    return sys.platform == "linux" and threading.active_count() == 1


def _follow() -> None:
    """End with the process that this one works for, however that ends: it waits for work that nobody else gives."""
    from multiprocessing import parent_process  # most calls never need it

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is heard by that process, which then ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # and so does the executor where another one has died
    # What is loaded stays, and a page's trees and tokens hold no cycles: looking for some takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000)

    def end_with(parent: "BaseProcess") -> None:
        parent.join()
        os._exit(1)

    if parent := parent_process():
        threading.Thread(target=end_with, args=(parent,), daemon=True).start()


@contextmanager
def pool() -> Iterator[Pool]:
    """A pool that is closed at the end."""
    opened = Pool()
    try:
        yield opened
    finally:
        opened.close()
