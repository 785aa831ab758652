"""Ctrl-C where threads work: it is heard where this program waits for them, and nowhere else.

Python raises KeyboardInterrupt between any two instructions of the main thread: also within `threading` and
`concurrent.futures`, just after a lock was taken. Nobody gives that lock back, and a thread that needs it waits for
ever, with all who wait for that thread.
"""

import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

_Item = TypeVar("_Item")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """What these signals do, put off while a block runs until it waits here, or asks.

    The first that raises an exception is the last that is heard: no other disturbs what tidies up after it. What comes
    later than the block asks is heard at its end.
    """

    def __init__(self) -> None:
        self._put_off: dict[int, Callable[[int, FrameType | None], Any]] = {}
        """What is done otherwise, by signal."""
        self._came: int | None = None
        self._is_waiting = False
        self._is_over = False
        """Whether one of them has raised."""

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # no other one is ever interrupted
            for number in _SIGNALS:
                usual = signal.getsignal(number)
                if callable(usual):
                    self._put_off[number] = usual
                    signal.signal(number, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, usual in self._put_off.items():
            if signal.getsignal(number) == self._hear:  # else what it does has put another one in place
                signal.signal(number, usual)
        if error is None:
            self.heed()

    def heed(self) -> None:
        """Do what the signal does that has come, if one has."""
        came, self._came = self._came, None
        if came is not None and not self._is_over:
            self._do(came, None)

    def wait_for(self, items: "SimpleQueue[_Item]") -> _Item:
        """The next of a queue, as soon as there is one; meanwhile signals do at once what they do."""
        self._is_waiting = True
        try:
            self.heed()
            return items.get()  # takes no lock that an exception could leave behind
        finally:
            self._is_waiting = False

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._is_waiting and not self._is_over:
            self._do(number, frame)
        else:
            self._came = number

    def _do(self, number: int, frame: FrameType | None) -> None:
        try:
            self._put_off[number](number, frame)
        except BaseException:
            self._is_over = True
            raise
