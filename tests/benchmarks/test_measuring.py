"""What is measured of commands: all of their processes, and whether they failed."""

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.peers.measuring import measure

MIB = 2**20
HOLDS = 200
# Held until it has been looked at many times.
GRANDCHILD = f"import os, time\nheld = b'x' * {HOLDS * MIB}\ntime.sleep(2)"
PARENT = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}], start_new_session={session})"


@pytest.mark.parametrize("session", [False, True])
def test_memory_of_a_grandchild_counts(tmp_path: Path, session: bool) -> None:
    """Also of one that has made a session of its own."""
    child = PARENT.format(code=GRANDCHILD, session=session)
    measured = measure([[sys.executable, "-c", PARENT.format(code=child, session=False)]], tmp_path)
    assert not measured.failure
    assert HOLDS * MIB < measured.memory < 2 * HOLDS * MIB


def test_memory_at_one_moment_is_added_and_of_two_commands_is_not(tmp_path: Path) -> None:
    """Two processes side by side hold twice as much; two commands one after another do not."""
    alone = [sys.executable, "-c", GRANDCHILD]
    beside = [sys.executable, "-c", GRANDCHILD.replace("time.sleep", "os.fork()\ntime.sleep")]
    assert measure([alone, alone], tmp_path).memory < 1.5 * HOLDS * MIB
    assert measure([beside], tmp_path).memory > 2 * HOLDS * MIB


def test_what_failed_is_told_and_what_comes_after_it_is_not_run(tmp_path: Path) -> None:
    """With the status and the end of what it said."""
    fails = [sys.executable, "-c", "import sys\nprint('no such theme')\nsys.exit(3)"]
    after = [sys.executable, "-c", "open('after', 'w')"]
    assert "ended with status 3: no such theme" in measure([fails, after], tmp_path).failure
    assert not (tmp_path / "after").exists()
    assert measure([after], tmp_path).failure == ""
    assert (tmp_path / "after").exists()


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """Nothing of it works on while the next tool is measured."""
    hangs = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid, file=open('pid', 'w'), flush=True)\n"
    command = [sys.executable, "-c", f"{hangs}import time\ntime.sleep(600)"]
    assert "took too long" in measure([command], tmp_path, limit=10).failure
    assert _is_gone(int((tmp_path / "pid").read_text(encoding="ascii")))


def test_what_a_command_leaves_running_is_ended(tmp_path: Path) -> None:
    """It ended well, and what it had started is no part of the next measurement."""
    leaves = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid, file=open('pid', 'w'), flush=True)\n"
    assert measure([[sys.executable, "-c", leaves]], tmp_path).failure == ""
    assert _is_gone(int((tmp_path / "pid").read_text(encoding="ascii")))


def _is_gone(pid: int) -> bool:
    """Whether a process has ended, or does within a moment; a dead one that nobody waits for yet is gone."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False
