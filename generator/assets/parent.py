"""Whoever started the proxy's process: it holds the other end of standard input, and nothing is ever written there."""

import os
import select
from collections.abc import Callable
from contextlib import suppress
from threading import Thread


def is_gone() -> bool:
    """Whether it has let go of the proxy, or was killed."""
    return bool(select.select([0], [], [], 0)[0])


def when_gone(stop: Callable[[], None]) -> None:
    """Call this from another thread as soon as it is."""
    Thread(target=_wait, args=(stop,), name="parent watch", daemon=True).start()


def _wait(stop: Callable[[], None]) -> None:
    # Not sys.stdin: a thread waiting inside its lock makes the interpreter abort when it ends otherwise.
    while os.read(0, 1024):
        pass
    # The loop may be closed already, when SIGTERM came first.
    with suppress(RuntimeError):
        stop()
