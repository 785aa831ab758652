"""What a hostile hub repository does where stand-ins are made stays there: with a sandbox and without."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from generator.model.entry import LoadCall
from generator.model.limits import Limits
from generator.model.run import SandboxKind
from generator.standins.making import Failure, StandIn
from tests.running.attempts import SANDBOX
from tests.standins.hostile import HUBCONF
from tests.standins.test_making import ODD, Bench, a_bench, lock_odd

NOT_ITS_OWN = "the weights.pkl that it left is no regular file of its own with at most 100,000,000 bytes"

REASONS = {
    "link": "it left no weights.pkl that can be read (Too many levels of symbolic links)",
    "hard_link": NOT_ITS_OWN,
    "pipe": NOT_ITS_OWN,
    "device": "it left no weights.pkl that can be read (Too many levels of symbolic links)",
    "directory": NOT_ITS_OWN,
    "nothing": "it left no weights.pkl that can be read (No such file or directory)",
    "huge": "File too large",
    "needed_link": "it left no needed-0.pkl that can be read",
    "needs_a_repository": "where a repository's code is",
    "needs_without_end": "it ended without an answer: ",
    "answer_link": "it left no answer.json that can be read",
    "answer_pipe": "the answer.json that it left is no regular file",
    "answer_huge": "the answer.json that it left is no regular file of its own with at most 1,048,576 bytes",
    "answer_other": "it ended without an answer: ",
    "killed": "it was ended by signal 40",
    "memory": "it used more than 900.0 MiB of memory",
    "processes": "it ran more than 40 processes",
    "disk": "it kept more than 190.7 MiB on disk",
    "log": "it wrote more than 1,000,000 bytes of output",
    "daemon": "ValueError: ",
    "repository": "where a repository's code is",
}

LIMITS = Limits(
    page_seconds=60,
    output_bytes=1_000_000,
    memory_bytes=900 << 20,
    processes=40,
    file_bytes=100_000_000,
    disk_bytes=200_000_000,
)


@pytest.fixture(scope="module", params=sorted({SANDBOX, "none"}))
def sandbox(request: pytest.FixtureRequest) -> SandboxKind:
    """What this machine has, and none."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def bench(sandbox: SandboxKind, tmp_path: Path) -> Iterator[Bench]:
    """A bench with the hostile repository; nothing that it started lives on after the test."""
    bench = a_bench(tmp_path)
    mark = f"hubpages-test-{time.time_ns()}"
    lock_odd(bench, HUBCONF.replace("MARK", mark))
    bench.builder = replace(bench.builder, sandbox=sandbox, limits=LIMITS)
    yield bench
    assert _marked(mark) == []


def test_harm_is_a_reason_and_stops_nothing_else(bench: Bench) -> None:
    """No file of the host becomes weights, no bound is passed, and a sound entry among them is made."""
    *failures, sound = bench.make(*((ODD, name) for name in REASONS), (ODD, "sound"))
    assert isinstance(sound, StandIn)
    assert list(bench.overlay) == [sound.asset.url]
    said = {failure.call.entry: failure.reason for failure in failures if isinstance(failure, Failure)}
    assert said.keys() == REASONS.keys()
    assert [(name, said[name]) for name, reason in REASONS.items() if reason not in said[name]] == []
    assert max(map(len, said.values())) < 1000
    assert not list(bench.store.folder.glob(".incoming-*"))


def test_what_does_not_end_is_ended(bench: Bench) -> None:
    """A script's time is a model's too."""
    bench.builder = replace(bench.builder, limits=replace(LIMITS, page_seconds=6))
    assert bench.make((ODD, "endless")) == [Failure(LoadCall(ODD, "endless"), "it was not done after 6 s")]


_MAKE = """
import sys
from pathlib import Path
from tests.standins.test_making import ODD, Bench
from dataclasses import replace
bench = Bench(Path(sys.argv[1]))
bench.builder = replace(bench.builder, sandbox=sys.argv[2])
bench.make((ODD, "endless"))
"""


def test_it_ends_with_whoever_started_it(bench: Bench, sandbox: SandboxKind, tmp_path: Path) -> None:
    """SIGKILL gives no chance to tidy up: nothing runs on, and the next start removes the folder."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environ = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen([sys.executable, "-c", _MAKE, str(tmp_path), sandbox], env=environ) as maker:
        try:
            _wait_for(lambda: _is_building(temporary))
            (folder,) = temporary.glob("hubpages-standin-*")
            _wait_for(lambda: _marked(str(folder)))
        finally:
            maker.send_signal(signal.SIGKILL)
    _wait_for(lambda: not _marked(str(folder)))
    done = subprocess.run(
        [sys.executable, "-c", _MAKE.replace("endless", "sound"), str(tmp_path), sandbox], env=environ, check=True
    )
    assert done.returncode == 0
    assert list(temporary.glob("hubpages-standin-*")) == []


def _marked(mark: str) -> list[psutil.Process]:
    """The processes in whose command a word stands."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if mark in " ".join(process.info["cmdline"] or ()) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def _is_building(temporary: Path) -> bool:
    """Whether a stand-in is being made there; a folder may be gone by the time that it is looked at."""
    for job in temporary.glob("hubpages-standin-*/job.json"):
        with suppress(FileNotFoundError):
            if '"build"' in job.read_text():
                return True
    return False


def _wait_for(come: object) -> None:
    deadline = time.monotonic() + 300
    while not come():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
