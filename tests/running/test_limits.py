"""Pages that use more than they may: each bound ends the run, at a line, and with a verdict that names it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from generator.evidence.judging import Circumstances, Trial, judge
from generator.files import temporary_folder
from generator.model.limits import Limits
from generator.model.run import ScriptRun
from generator.running.attempt import Attempt
from generator.running.cgroup import control_group, sweep
from generator.running.watch import Watch
from generator.scripts.planning import plan
from tests.kernels import KERNEL_PYTHON
from tests.pages import a_page, line_of, read
from tests.rendering.runs import ENVIRONMENT
from tests.running.attempts import SANDBOX, attempt

MB = 1_000_000

HOARDS = "hoard = b'x' * 600_000_000\nimport time; time.sleep(100)"
SPAWNS = """\
import subprocess, time
children = [subprocess.Popen(["sleep", "1000"], start_new_session=True) for _ in range(100)]
time.sleep(100)"""
FORKS = """\
import os
while True:
    try: os.fork()
    except OSError: pass"""


@dataclass(frozen=True)
class Case:
    """A snippet, the bound that it passes, and what must be said of it."""

    snippet: str
    limits: Limits
    error: str
    message: str
    at: str = ""
    """Part of the line to blame; empty where the kernel cannot tell."""
    sandbox: Literal["bwrap", "none"] = SANDBOX


CASES = {
    "memory": Case(HOARDS, Limits(memory_bytes=400 * MB), "MemoryLimitExceeded", "used more than 381.5 MiB of memory"),
    "memory_without_sandbox": Case(
        HOARDS, Limits(memory_bytes=400 * MB), "MemoryLimitExceeded", "used more than 381.5 MiB of memory", "", "none"
    ),
    "memory_of_a_child": Case(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; x = b\"x\" * 600_000_000; "
        "time.sleep(100)'])",
        Limits(memory_bytes=400 * MB),
        "MemoryLimitExceeded",
        "used more than 381.5 MiB of memory",
    ),
    "processes": Case(SPAWNS, Limits(processes=64), "ProcessLimitExceeded", "ran more than 64 processes at once"),
    "processes_that_fork_without_end": Case(FORKS, Limits(processes=64), "ProcessLimitExceeded", "ran more than "),
    "processes_without_sandbox": Case(
        FORKS, Limits(processes=64), "ProcessLimitExceeded", "ran more than ", "", "none"
    ),
    "open_files": Case(
        "x = 2\nhandles = [open('f', 'w') for _ in range(1000)]",
        Limits(open_files=200),
        "OpenFilesLimitExceeded",
        "opened more than 200 files at once",
        "handles =",
    ),
    "file_size": Case(
        "x = 2\nopen('large', 'wb').write(b'x' * 30_000_000)",
        Limits(file_bytes=10 * MB),
        "FileSizeLimitExceeded",
        "wrote a file of more than 9.5 MiB",
        "open('large'",
    ),
    "file_size_of_a_child": Case(
        "import subprocess\nsubprocess.run('head -c 30000000 /dev/zero > large', shell=True)",
        Limits(file_bytes=10 * MB),
        "FileSizeLimitExceeded",
        "wrote a file of more than 9.5 MiB",
    ),
    "disk": Case(
        "x = 2\nfor n in range(30): open(f'{n}', 'wb').write(b'x' * 10_000_000)\nimport time\ntime.sleep(100)",
        Limits(disk_bytes=100 * MB),
        "DiskLimitExceeded",
        "kept more than 95.4 MiB on disk",
    ),
    "disk_in_files_without_a_name": Case(
        "import os, time\nkept = []\nfor n in range(30):\n    kept.append(open('f', 'wb', 0))\n"
        "    kept[-1].write(b'x' * 10_000_000)\n    os.unlink('f')\ntime.sleep(100)",
        Limits(disk_bytes=100 * MB),
        "DiskLimitExceeded",
        "kept more than 95.4 MiB on disk",
    ),
}


def judged(text: str, found: Attempt) -> ScriptRun:
    """The verdict on a page."""
    (script,) = plan([read(text)])
    return judge(script, [Trial(found)], Circumstances(ENVIRONMENT, "none")).run


@pytest.fixture(scope="module")
def attempts() -> dict[str, Attempt]:
    """Every case, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        futures = {
            name: pool.submit(attempt, a_page(case.snippet, en=None), limits=case.limits, sandbox=case.sandbox)
            for name, case in CASES.items()
        }
        return {name: future.result() for name, future in futures.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_bound_ends_the_run_and_is_named(attempts: dict[str, Attempt], name: str) -> None:
    """The verdict is the limit's, with what the page did in words."""
    case, found = CASES[name], attempts[name]
    run = judged(a_page(case.snippet, en=None), found)
    assert (run.verdict, run.cause) == ("failed", "limit")
    assert run.reason.startswith(case.message)
    error = found.snippets[-1].run.error
    assert error is not None
    assert (error.name, error.message) == (case.error, run.reason)
    if case.at:
        assert error.lines == {"zh_CN": line_of(a_page(case.snippet, en=None), case.at)}


def test_within_its_bounds_a_page_passes(tmp_path: Path) -> None:
    """The bounds are no nearer than they say."""
    limits = Limits(memory_bytes=800 * MB, processes=64, open_files=300, file_bytes=40 * MB, disk_bytes=200 * MB)
    snippet = """\
import subprocess
hoard = b"x" * 100_000_000
handles = [open("f", "w") for _ in range(100)]
children = [subprocess.Popen(["sleep", "1000"]) for _ in range(20)]
open("large", "wb").write(b"x" * 30_000_000)"""
    text = a_page(snippet, en=None)
    run = judged(text, attempt(text, limits=limits))
    assert (run.verdict, run.reason) == ("passed", "")


@pytest.mark.parametrize("depth", [1000, 1950, 2045])
def test_files_that_no_path_leads_to_are_found(tmp_path: Path, depth: int) -> None:
    """A run that nests folders deeper than a path may be long hides nothing on disk."""
    code = "import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(int(sys.argv[2])): os.mkdir('d'); os.chdir('d')\n"
    write = code + "open('f' * 200, 'wb').write(bytes(50_000_000))"
    with temporary_folder("hub-test-", tmp_path) as folder:
        subprocess.run([sys.executable, "-c", write, folder, str(depth)], check=True)
        excess = Watch(Limits(disk_bytes=20 * MB), folder).look()
        assert excess is not None and excess.limit == "disk"


@pytest.fixture
def family(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process whose child holds 300 MB and has three children of its own."""
    program = """\
import subprocess, sys
hoard = b"x" * 300_000_000
children = [subprocess.Popen(["sleep", "1000"]) for _ in range(3)]
print("ready", flush=True)
sys.stdin.read()
for child in children: child.kill()"""
    shell = ["sh", "-c", '"$0" -c "$1"; :', str(KERNEL_PYTHON), program]
    with subprocess.Popen(shell, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


@pytest.mark.parametrize(
    ("bound", "limit"),
    [({"memory_bytes": 200 * MB}, "memory"), ({"processes": 3}, "processes"), ({"memory_bytes": 400 * MB}, None)],
)
def test_without_a_control_group_the_family_is_measured(
    family: subprocess.Popen[str], tmp_path: Path, bound: dict[str, Any], limit: str | None
) -> None:
    """All descendants count, wherever no control group counts them."""
    found = Watch(Limits(**bound), tmp_path, root=family.pid).look()
    assert (found and found.limit) == limit


@pytest.mark.parametrize("is_waited_for", [True, False])
def test_control_groups_of_the_dead_are_gone_at_the_next_start(is_waited_for: bool) -> None:
    """Those of the living stay."""
    dead = subprocess.Popen(["true"])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
    if is_waited_for:
        dead.wait()
    with control_group(Limits()) as group:
        if group is None:
            pytest.skip("no control group can be made here")
        folders = [folder.with_name(f"hubpages-{dead.pid}") for folder in group.folders]
        for folder in folders:
            folder.mkdir()
        sweep()
        assert not [folder for folder in folders if folder.exists()]
        assert all(folder.is_dir() for folder in group.folders)
    dead.wait()


def test_control_group_is_gone_afterwards() -> None:
    """Also when something still ran in it."""
    with control_group(Limits()) as group:
        if group is None:
            pytest.skip("no control group can be written on this machine")
        inside = subprocess.Popen(["/bin/sh", "-c", group.entry + "echo in; exec sleep 1000"], stdout=subprocess.PIPE)
        assert inside.stdout is not None
        assert inside.stdout.readline() == b"in\n"
        assert inside.pid in group.processes()
        group.kill()
        assert inside.wait() == -9
    assert not any(folder.exists() for folder in group.folders)


def test_bounds_in_bytes_are_told_in_words_of_people() -> None:
    """The default bound on memory is 12 GiB, and says so."""
    assert Watch(Limits(), Path(sys.prefix)).excess("memory").message == "used more than 12.0 GiB of memory"
