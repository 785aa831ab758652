"""Work on many pages in several processes, where that pays."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

WORTH_IT = 200
"""Pages from which on a second process saves more than its start costs."""

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
        if self._executor is None and (len(rows) < WORTH_IT or cores < 2):
            return map(function, rows)
        if self._executor is None:
            from concurrent.futures import ProcessPoolExecutor  # most calls never need it

            self._executor = ProcessPoolExecutor(cores)
        return self._executor.map(function, rows, chunksize=max(1, len(rows) // (cores * 8)))

    def close(self) -> None:
        """End the processes, if there are any."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)


@contextmanager
def pool() -> Iterator[Pool]:
    """A pool that is closed at the end."""
    opened = Pool()
    try:
        yield opened
    finally:
        opened.close()
