"""Claims on GPUs: real files, held by real processes, and given back however those end."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from generator.scheduling.devices import Gpu
from generator.scheduling.leases import Claim, Leases, Wish
from generator.scheduling.workers import Workers
from tests.kernels import ROOT
from tests.scheduling.test_workers import a_job, when_it_has_a_kernel

GIB = 1 << 30
FIRST, SECOND = (Gpu(f"GPU-{digit * 8}", "NVIDIA Test", 80 * GIB, "580.65.06", "13.0") for digit in "ab")

OTHER_PROGRAM = """
import sys
from pathlib import Path
from generator.scheduling.devices import Gpu
from generator.scheduling.leases import Leases, Wish
claim = Leases(folder=Path(sys.argv[1])).take([Wish(Gpu(sys.argv[2], "NVIDIA Test", 80 << 30, "", ""), None)])
print(claim is not None, flush=True)
sys.stdin.read()
"""


def taken(leases: Leases, *wishes: Wish) -> Claim:
    """A claim that there is room for."""
    claim = leases.take(wishes)
    assert claim is not None
    return claim


@contextmanager
def another_program(folder: Path, gpu: Gpu) -> Iterator[subprocess.Popen[bytes]]:
    """One that has all of a GPU."""
    command = [sys.executable, "-c", OTHER_PROGRAM, str(folder), gpu.uuid]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        try:
            yield process
        finally:
            process.kill()


def test_scripts_share_a_gpu_as_long_as_it_has_room(tmp_path: Path) -> None:
    """To the byte."""
    leases = Leases(folder=tmp_path)
    small, large = Wish(FIRST, 30 * GIB), Wish(FIRST, 50 * GIB)
    claim = taken(leases, small)
    assert leases.take([Wish(FIRST, 50 * GIB + 1)]) is None
    taken(leases, large)
    assert leases.take([Wish(FIRST, 1)]) is None
    leases.give_back(claim)
    taken(leases, small)


def test_of_many_that_ask_at_once_only_those_that_fit_have_it(tmp_path: Path) -> None:
    """None looks while another is about to write what it takes.

    One that was just given back may be seen for a moment longer, as others wait for it: fewer have it then, and ask
    again.
    """
    together = threading.Barrier(8)
    programs = [Leases(folder=tmp_path) for _ in range(8)]

    def ask(program: Leases) -> Claim | None:
        together.wait()
        return program.take([Wish(FIRST, 30 * GIB)])

    with ThreadPoolExecutor(8) as pool:
        numbers: list[int] = []
        for _ in range(50):
            claims = list(pool.map(ask, programs))
            numbers.append(len([claim for claim in claims if claim]))
            for program, claim in zip(programs, claims, strict=True):
                if claim:
                    program.give_back(claim)
    # Whoever looks whether a claim was given back holds it for that moment, and fewer than could get one may.
    assert any(numbers)
    assert max(numbers) <= 2


def test_script_that_nobody_knows_has_a_gpu_alone(tmp_path: Path) -> None:
    """Nothing is let onto it, however small, and it is let onto none that is in use."""
    leases = Leases(folder=tmp_path)
    claim = taken(leases, Wish(FIRST, None))
    for memory in (None, 0, 1):
        assert leases.take([Wish(FIRST, memory)]) is None
    leases.give_back(claim)
    taken(leases, Wish(FIRST, 0))
    assert leases.take([Wish(FIRST, None)]) is None


def test_script_that_needs_more_than_there_is_starts_on_a_free_gpu(tmp_path: Path) -> None:
    """It will say so itself, and nothing waits for ever."""
    leases = Leases(folder=tmp_path)
    taken(leases, Wish(FIRST, 200 * GIB))
    assert leases.take([Wish(FIRST, 1)]) is None


def test_gpu_with_the_most_room_is_taken(tmp_path: Path) -> None:
    """Two that fit on one run faster on two."""
    leases = Leases(folder=tmp_path)
    wishes = [Wish(gpu, 10 * GIB) for gpu in (FIRST, SECOND)]
    assert [taken(leases, *wishes).gpu for _ in range(4)] == [FIRST, SECOND, FIRST, SECOND]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_claim_ends_with_the_program_that_has_it(tmp_path: Path, number: int) -> None:
    """However that ends; whoever waits is woken, and nothing of the claim is left."""
    told: list[str] = []
    leases = Leases(told.append, tmp_path)
    with another_program(tmp_path, FIRST) as process:
        assert leases.take([Wish(FIRST, 1)]) is None
        assert leases.take([Wish(FIRST, 1)]) is None
        assert len(told) == 1
        assert "another program has the GPU" in told[0]
        assert not any(end.done() for end in leases.freed())
        process.send_signal(number)
        assert not wait(leases.freed(), timeout=60).not_done
    claim = taken(leases, Wish(FIRST, None))
    assert list(tmp_path.glob("claim-*")) == [claim.file]
    leases.give_back(claim)
    assert not list(tmp_path.glob("claim-*"))


def test_who_can_do_nothing_else_sleeps_until_there_is_room(tmp_path: Path) -> None:
    """And has it then."""
    with another_program(tmp_path, FIRST) as process:

        def end(told: str) -> None:
            process.kill()

        with Leases(end, tmp_path).held([Wish(FIRST, 1)]) as claim:
            assert claim.gpu is FIRST
            assert list(tmp_path.glob("claim-*")) == [claim.file]
    assert not list(tmp_path.glob("claim-*"))


def test_claims_of_another_gpu_stand_in_nobodys_way(tmp_path: Path) -> None:
    """By UUID."""
    leases = Leases(folder=tmp_path)
    with another_program(tmp_path, FIRST):
        assert taken(leases, Wish(FIRST, 1), Wish(SECOND, 1)).gpu is SECOND


def test_own_claims_are_not_waited_for_as_those_of_others(tmp_path: Path) -> None:
    """Their scripts end, and that is seen."""
    told: list[str] = []
    leases = Leases(told.append, tmp_path)
    taken(leases, Wish(FIRST, None))
    assert leases.take([Wish(FIRST, None)]) is None
    assert (leases.freed(), told) == ([], [])


def test_worker_holds_its_gpu_until_it_is_dead(tmp_path: Path, silent: str) -> None:
    """Also where the program that started it has let go of it, or has been killed."""
    leases, others = Leases(folder=tmp_path), Leases(folder=tmp_path)
    claim = taken(leases, Wish(FIRST, None))
    seen: list[object] = []

    def let_go_and_kill(worker: psutil.Process) -> None:
        leases.give_back(claim)
        seen.append(others.take([Wish(FIRST, 1)]))
        os.kill(worker.pid, signal.SIGKILL)
        wait(others.freed(), timeout=60)
        seen.append(others.take([Wish(FIRST, 1)]))

    thread: threading.Thread = when_it_has_a_kernel(let_go_and_kill)
    Workers(set(), 1).work(a_job(silent), claim.descriptor)
    thread.join()
    assert seen[0] is None
    assert isinstance(seen[1], Claim)


def test_folder_that_is_somebody_elses_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can write there could keep everybody waiting, or nobody."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    claim = taken(Leases(), Wish(FIRST, 1))
    assert claim.file.parent == tmp_path / f"hubpages-gpus-{os.getuid()}"
    assert claim.file.parent.stat().st_mode & 0o777 == 0o700
    Leases().give_back(claim)
    claim.file.parent.rename(tmp_path / "elsewhere")
    claim.file.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="is not this user's own"):
        Leases().take([Wish(FIRST, 1)])
