"""A run of a fleet on one machine ends for all of its processes in order: here real ones, that are told or killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import psutil
import pytest

from generator.files import temporary_folder
from generator.model.limits import Limits
from generator.running.attempt import read_snippets
from generator.scheduling.node import Begun, Fault, NodeService, Question, host_on, speak
from generator.scheduling.session import Session, take_part
from generator.scripts.planning import plan
from tests.kernels import KERNEL_PYTHON, ROOT
from tests.pages import a_page, read

HOLDS = """
import sys
from pathlib import Path
from generator.scheduling.session import Session

session = Session(Path(sys.argv[1]))
print(session.file, flush=True)
sys.stdin.read()
session.end()
print("has ended, tidied up:", Path(sys.argv[2]).exists(), flush=True)
"""
TAKES_PART = """
import sys, threading
from pathlib import Path
from generator.scheduling.session import take_part

over, may_end = threading.Event(), threading.Event()

def end():
    print("ending", flush=True)
    may_end.wait()
    Path(sys.argv[2]).touch()
    over.set()

take_part(Path(sys.argv[1]), end)
print("ready", flush=True)
sys.stdin.read()
may_end.set()
over.wait()
"""


@contextmanager
def a_process(code: str, *arguments: Path) -> Iterator[subprocess.Popen[str]]:
    """One that is gone at the end."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def says(process: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert process.stdout
    return process.stdout.readline().rstrip("\n")


def tell(process: subprocess.Popen[str]) -> None:
    """Let it go on."""
    assert process.stdin
    process.stdin.close()


@pytest.mark.parametrize("is_killed", [False, True])
def test_who_ends_a_session_waits_until_all_have_tidied_up(tmp_path: Path, is_killed: bool) -> None:
    """They hear of it; who is killed meanwhile can tidy up no more, and is not waited for."""
    tidied = tmp_path / "tidied"
    with a_process(HOLDS, tmp_path, tidied) as holder, a_process(TAKES_PART, Path(says(holder)), tidied) as part:
        assert says(part) == "ready"
        tell(holder)
        assert says(part) == "ending"
        if is_killed:
            part.send_signal(signal.SIGKILL)
        else:
            tell(part)
        assert says(holder) == f"has ended, tidied up: {not is_killed}"


def test_session_is_over_when_its_holder_is_killed(tmp_path: Path) -> None:
    """Nobody is left to say so."""
    tidied = tmp_path / "tidied"
    with a_process(HOLDS, tmp_path, tidied) as holder, a_process(TAKES_PART, Path(says(holder)), tidied) as part:
        assert says(part) == "ready"
        holder.send_signal(signal.SIGKILL)
        assert says(part) == "ending"


def test_nobody_takes_part_in_what_is_over(tmp_path: Path) -> None:
    """Its folder is gone with it."""
    with temporary_folder("session-", tmp_path) as folder:
        session = Session(folder)
        session.end()
    with pytest.raises(FileNotFoundError):
        take_part(session.file, lambda: None)


def test_machine_that_is_told_to_stop_has_nothing_left_of_its_scripts(temporary: Path) -> None:
    """No process and no folder, before anybody is killed; whoever listens hears why."""
    question = Question({"megengine": KERNEL_PYTHON}, {}, "auto", "cpu", Limits(), repeats=1)
    (script,) = plan([read(a_page("print('begun')", "import time\ntime.sleep(600)", en=None))])
    service = NodeService()
    host = host_on(question, service.survey(question), None)
    said = speak(lambda: host, script, "", {}, "1", "one")
    assert next(said) == Begun("one", "")
    for _ in range(2):  # what is loaded first, and the print
        assert read_snippets(cast(bytes, next(said)))[0].end == "passed"
    own = psutil.Process().children(recursive=True)
    assert [path.name for path in temporary.glob("hubpages-run-*")]
    service.stop()
    assert not [process for process in own if "generator.running.worker" in _command(process)]
    assert not [path.name for path in temporary.glob("hubpages-run-*")]
    assert list(said) == [Fault("1", "what serves this machine's scripts has ended")]
    service.close()
    assert list(temporary.iterdir()) == []


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
