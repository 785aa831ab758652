"""Worker processes whatever becomes of them, without a kernel: real processes, ended from outside."""

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from generator.model.limits import Limits
from generator.running.attempt import Attempt, Job
from generator.running.executed import KernelError
from generator.scheduling.workers import Workers
from generator.scripts.planning import plan
from tests.pages import a_page, read


def a_job(python: str) -> Job:
    """A page's script for this interpreter."""
    (script,) = plan([read(a_page("print(1)", en=None))])
    return Job(script, python, Limits(), {})


def has_kernel(worker: psutil.Process) -> bool:
    """Whether it has started what `silent` is."""
    return any("sleep" in child.cmdline() for child in worker.children())


def when_it_has_a_kernel(act: object) -> threading.Thread:
    """Do something with the first worker that has started its kernel."""

    def look() -> None:
        while True:
            for worker in psutil.Process().children():
                # Other tests may have left children that have ended and were never waited for.
                with suppress(psutil.NoSuchProcess):
                    if "generator.running.worker" in worker.cmdline() and has_kernel(worker):
                        act(worker)  # type: ignore[operator]
                        return

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, 40])
def test_death_of_a_worker_is_what_came_of_its_job(silent: str, number: int) -> None:
    """Whatever killed it, also a signal without a name; and nothing of it is left."""
    workers = Workers(set(), 1)
    family: list[psutil.Process] = []

    def kill(worker: psutil.Process) -> None:
        family.extend([worker, *worker.children(recursive=True)])
        os.kill(worker.pid, number)

    thread = when_it_has_a_kernel(kill)
    attempt = workers.work(a_job(silent))
    thread.join()
    assert isinstance(attempt, Attempt)
    (ran,) = attempt.snippets
    assert ran.end == "died"
    assert ran.run.error is not None
    name = "signal 40" if number == 40 else signal.Signals(number).name
    assert ran.run.error.message == f"the process that watched over it was killed by {name}"
    psutil.wait_procs(family, timeout=10)
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_a_worker_that_dies_while_it_waits_is_nobodys_fault(tmp_path: Path) -> None:
    """It had no job yet: the next one goes to another."""
    workers = Workers(set(), 2)
    with pytest.raises(KernelError, match="no-such-python"):
        workers.work(a_job(str(tmp_path / "bin" / "no-such-python")))
    living = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    (waiting,) = (one for one in living if "generator.running.worker" in " ".join(one.cmdline()))
    waiting.kill()
    os.waitid(os.P_PID, waiting.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(KernelError, match="another-python"):
        workers.work(a_job(str(tmp_path / "bin" / "another-python")))
    workers.end()


def test_an_interpreter_that_does_not_start_is_the_machines_fault(tmp_path: Path) -> None:
    """Told with its path."""
    with pytest.raises(KernelError, match="no-such-python"):
        Workers(set(), 1).work(a_job(str(tmp_path / "bin" / "no-such-python")))


def test_the_end_of_all_ends_those_that_work(silent: str) -> None:
    """Whoever waits for one hears of it at once."""
    workers = Workers(set(), 1)
    thread = when_it_has_a_kernel(lambda worker: workers.end())
    with pytest.raises(KernelError, match="interrupted"):
        workers.work(a_job(silent))
    thread.join()
    with pytest.raises(KernelError, match="interrupted"):
        workers.work(a_job(sys.executable))


def test_the_end_of_all_tidies_up_after_who_cannot(silent: str, temporary: Path) -> None:
    """A worker that hears nothing is killed, and its folder and its control group go as well."""
    workers = Workers(set(), 1)
    made: list[Path] = []

    def freeze(worker: psutil.Process) -> None:
        worker.suspend()
        made.extend([*temporary.iterdir(), *_control_groups(worker.pid)])
        workers.end()

    thread = when_it_has_a_kernel(freeze)
    with pytest.raises(KernelError, match="interrupted"):
        workers.work(a_job(silent))
    thread.join()
    assert made
    assert [path for path in made if path.exists()] == []


def _control_groups(maker: int) -> list[Path]:
    """The folders of those that a process has made, whether the machine has one tree of them or several."""
    walk = os.walk("/sys/fs/cgroup")
    return [Path(folder) / name for folder, below, _ in walk for name in below if name == f"hubpages-{maker}"]
