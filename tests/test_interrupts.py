"""Ctrl-C at any moment: it is heard, and nobody then waits for a lock that nobody gives back."""

import itertools
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from types import FrameType
from typing import Any

import pytest

from generator.interrupts import Interrupts
from generator.scheduling.order import Admission, Started, Task, in_turn
from generator.scripts.planning import plan
from tests.kernels import ROOT
from tests.pages import a_page, read

PATIENCE = 30
POOL = """
import signal, sys
from generator.parallel import WORTH_IT, pool

def work(item):
    return item

def interrupt(frame, event, arg):
    global left
    frame.f_trace_opcodes = True
    left -= 1
    if left == 0:
        signal.raise_signal(signal.SIGINT)
    return interrupt

heard, at = 0, 1
while True:
    left = at
    with pool() as mapper:
        list(mapper(work, range(WORTH_IT)))  # the processes are there
        try:
            sys.settrace(interrupt)
            done = list(mapper(work, range(2 * WORTH_IT)))
        except KeyboardInterrupt:
            heard += 1
        finally:
            sys.settrace(None)
    if left > 0:
        break
    at += 97
print(heard, at // 97, done == list(range(2 * WORTH_IT)))
"""


@dataclass
class Moment:
    """Ctrl-C comes before so many instructions of this thread, or once it waits for the slow one."""

    steps: int
    came: list[str]
    """What has come of the scripts."""
    has_waited: bool = False
    place: str = ""

    @contextmanager
    def comes(self) -> Iterator[None]:
        """It does, within the block."""
        sys.settrace(self._step)
        sys.setprofile(self._call)
        try:
            yield
        finally:
            sys.setprofile(None)
            sys.settrace(None)

    def _step(self, frame: FrameType, event: str, arg: Any) -> Any:
        frame.f_trace_opcodes = True  # a lock is taken and put on record by one line
        if event == "opcode" and self.steps > 0:
            self.steps -= 1
            if self.steps == 0:
                self.place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
                signal.raise_signal(signal.SIGINT)
        return self._step

    def _call(self, frame: FrameType, event: str, arg: Any) -> None:
        waits = event == "c_call" and arg.__name__ == "get" and isinstance(arg.__self__, SimpleQueue)
        if waits and self.steps > 0 and self.came and arg.__self__.empty():
            self.steps, self.has_waited = 0, True
            signal.raise_signal(signal.SIGINT)


@cache
def a_task(name: str) -> Task:
    """A page's script."""
    (script,) = plan([read(a_page(en=None), f"{name}.md")])
    return Task(script, None, 1)


def interrupted(moment: Moment) -> list[str]:
    """With what of a quick and a slow script somebody was done until then; all threads end."""
    is_over = threading.Event()
    kept: list[str] = []

    def run(name: str) -> str:
        if name == "slow":
            is_over.wait()
        return name

    pool = ThreadPoolExecutor(2)

    def submit(started: Started) -> "Future[str]":
        return pool.submit(run, started.task.script.page)

    admission = Admission([a_task("quick"), a_task("slow")], slots=2, room=2)
    with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts, moment.comes():
        for name in in_turn(admission, submit, interrupts):
            moment.came.append(name)
            kept.append(name)
    is_over.set()
    pool.shutdown(wait=False, cancel_futures=True)
    for thread in pool._threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), f"waits for ever: interrupted before {moment.place}"
    return kept


def test_whenever_scripts_are_interrupted_their_threads_end() -> None:
    """Before any instruction of what runs them; and what somebody had begun to keep is kept."""
    for steps in itertools.count(1):
        moment = Moment(steps, [])
        assert interrupted(moment) == moment.came
        if moment.has_waited:
            break
    assert steps > 500
    assert moment.came == ["quick"]


def test_whenever_a_pool_is_interrupted_its_processes_end() -> None:
    """It is heard each time, and a later call of the same pool's is not disturbed."""
    done = subprocess.run(
        [sys.executable, "-c", POOL], cwd=ROOT, capture_output=True, text=True, timeout=4 * PATIENCE, check=True
    )
    heard, tries, is_whole = done.stdout.split()
    assert heard == tries
    assert int(tries) > 10
    assert is_whole == "True"


def test_first_is_heard_where_the_block_waits_and_no_other_disturbs_its_end() -> None:
    """Both signals; before it waits and after it was interrupted nothing is raised."""
    reached = []
    with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts:
        try:
            signal.raise_signal(signal.SIGINT)
            reached.append("work")
            interrupts.wait_for(SimpleQueue())
            reached.append("more")
        finally:
            signal.raise_signal(signal.SIGINT)
            reached.append("end")
    assert reached == ["work", "end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_a_signal_does_from_now_on_is_its_own_affair() -> None:
    """SIGTERM takes itself away when it is heard: it does not come back at the end of the block."""

    def once(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGTERM, once)
    try:
        with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts:
            signal.raise_signal(signal.SIGTERM)
            interrupts.heed()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, usual)


def test_one_that_the_block_never_asks_about_is_heard_at_its_end() -> None:
    """And nothing is lost of what a block does that ends by itself."""
    reached = []
    with pytest.raises(KeyboardInterrupt), Interrupts():
        signal.raise_signal(signal.SIGINT)
        reached.append("end")
    assert reached == ["end"]


def test_who_is_not_to_be_interrupted_stays_so() -> None:
    """Whoever starts this program with signals ignored means it; and only the main thread is ever interrupted."""
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)
    found: SimpleQueue[str] = SimpleQueue()

    def work() -> None:
        with Interrupts() as interrupts:
            items: SimpleQueue[str] = SimpleQueue()
            items.put("done")
            found.put(interrupts.wait_for(items))

    threading.Thread(target=work).start()
    assert found.get(timeout=PATIENCE) == "done"
