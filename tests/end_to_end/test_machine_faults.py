"""One page ends no other's run, and what this machine lacks is nobody's page's fault."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.kernels import ROOT, a_hub_root, hubpages
from tests.pages import a_page, line_of, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A hub without pages."""
    return a_hub_root(tmp_path)


def test_a_worker_that_is_killed_is_its_pages_verdict(root: Path) -> None:
    """Told at the snippet that had not ended; the other pages are run, and those before it are known."""
    text = a_page("print('before')", "import os\nos.kill(os.getppid(), 9)", en=None)
    write(root, kills=text, other=a_page("print(1)"))
    called = hubpages("-C", root, "verify", "--sandbox", "none", "--jobs", "1", "--format", "json")
    assert called.status == 1
    run = called.run_of("kills")
    assert (run["verdict"], run["cause"]) == ("failed", "crash")
    assert "was killed by SIGKILL" in run["reason"]
    assert [snippet["status"] for snippet in run["snippets"]] == ["passed", "passed", "failed"]
    assert run["snippets"][1]["outputs"][0]["data"] == "before\n"
    assert run["snippets"][2]["error"]["lines"] == {"zh_CN": line_of(text, "import os")}
    assert called.run_of("other")["verdict"] == "passed"


def test_folder_for_temporary_files_with_too_long_a_path_is_told(root: Path, tmp_path: Path) -> None:
    """By how much: a kernel's socket has no room there, which is no page's fault."""
    temporary = tmp_path / ("long" * 30)
    temporary.mkdir()
    write(root, one=a_page("print(1)"))
    called = hubpages("-C", root, "verify", TMPDIR=str(temporary))
    assert called.status == 3
    assert f"a kernel's socket has no room in {temporary}: let TMPDIR name a folder whose path has" in called.err
    assert not list((root / ".hub" / "evidence").glob("*.json"))


def _in_small_room(root: Path, room: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`verify` with a disk of 24 MB for temporary files."""
    room.mkdir()
    call = [sys.executable, "-m", "generator", "-C", str(root), "verify", *options]
    script = 'mount -t tmpfs -o size=24m none "$TMPDIR" && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", *call]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "TMPDIR": str(room)})


def test_a_full_disk_is_the_machines_fault(root: Path, tmp_path: Path) -> None:
    """Exit 3, with the folder and what to do, and what ran so far is told and kept."""
    full = "open('large', 'wb').write(bytes(30_000_000))"
    write(root, a=a_page("print(1)"), b=a_page(full))
    called = _in_small_room(root, tmp_path / "room", "--jobs", "1")
    assert called.returncode == 3, called.stderr
    assert f"the disk of {tmp_path / 'room'} is full" in called.stderr
    assert "TMPDIR" in called.stderr
    assert "cause: page" not in called.stderr
    assert "1 script run: 1 passed" in called.stderr
    assert [path.name[0] for path in (root / ".hub" / "evidence").glob("*.json")] == ["a"]


def test_a_full_disk_of_the_hub_is_told(root: Path, tmp_path: Path) -> None:
    """Before anything is run, and as a run is kept: with exit 3, the file and what to do."""
    write(root, a=a_page("print(1)"))
    (root / ".hub").mkdir()
    for room, told in (("size=4k,nr_inodes=2", 0), ("size=12k", 1)):
        call = [sys.executable, "-m", "generator", "-C", str(root), "verify"]
        script = f'mount -t tmpfs -o {room} none "$HUB/.hub" && exec "$@"'
        command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", *call]
        environ = {**os.environ, "HUB": str(root), "TMPDIR": str(tmp_path)}
        called = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environ)
        assert called.returncode == 3, (room, called.stderr)
        assert f"{root / '.hub' / 'evidence'}" in called.stderr
        assert "no space left on device" in called.stderr.lower()
        assert "free some space" in called.stderr
        assert "Traceback" not in called.stderr
        assert called.stderr.count("… ") == told, called.stderr


def test_what_the_dead_left_is_removed_also_where_nothing_is_to_be_run(root: Path) -> None:
    """Whatever was being written when they were killed, in folders of evidence and of temporary files."""
    write(root, one=a_page("print(1)"))
    assert hubpages("-C", root, "verify").status == 0
    hub = root / ".hub"
    (hub / "assets").mkdir()
    files = [root / ".writing-1", hub / "evidence" / ".writing-2", hub / "evidence" / "history" / ".writing-3"]
    files.append(hub / "assets" / ".incoming-4")
    for path in files:
        path.write_text("half of it")
    with tempfile.TemporaryDirectory(prefix="k") as temporary:
        for name in ("run", "proxy", "standin"):
            (Path(temporary) / f"hubpages-{name}-1" / "below").mkdir(parents=True)
        (Path(temporary) / "somebodys").mkdir()
        called = hubpages("-C", root, "verify", TMPDIR=temporary)
        assert (called.status, "1 of them passed before" in called.err) == (0, True), called.err
        assert [path.name for path in Path(temporary).iterdir()] == ["somebodys"]
    assert not [path for path in files if path.exists()]


def test_evidence_that_cannot_be_kept_is_told(root: Path) -> None:
    """Not as a page's failure, nor as a traceback."""
    write(root, one=a_page("print(1)"))
    (root / ".hub").mkdir(exist_ok=True)
    (root / ".hub" / "evidence").write_text("in the way")
    called = hubpages("-C", root, "verify")
    assert called.status in (2, 3)
    assert "evidence" in called.err


@pytest.mark.parametrize("sandbox", ["auto", "none"])
def test_nothing_outlives_a_verify_that_is_killed(root: Path, sandbox: str) -> None:
    """Worker, sandbox and kernel end with it; the folders that it could not remove are removed by the next one."""
    mark = f"hubpages-killed-{os.getpid()}-{sandbox}"
    hang = f"import subprocess, sys\nsubprocess.run(['sh', '-c', 'echo started; sleep 600; :', '{mark}'])"
    write(root, slow=a_page(hang), quick=a_page("print(1)"))
    with tempfile.TemporaryDirectory(prefix="k") as temporary:
        environ = {**os.environ, "TMPDIR": temporary}
        command = [sys.executable, "-m", "generator", "-C", str(root), "verify", "--sandbox", sandbox, "--jobs", "2"]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environ)
        assert process.stderr is not None
        seen = next(line for line in process.stderr if "quick" in line and not line.startswith("…"))
        family = psutil.Process(process.pid).children(recursive=True)
        assert family, seen
        process.send_signal(signal.SIGKILL)
        process.wait()
        _, alive = psutil.wait_procs(family, timeout=60)
        process.stderr.close()
        assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
        write(root, slow=a_page("print(2)"))
        assert hubpages("-C", root, "verify", "--sandbox", sandbox, TMPDIR=temporary).status == 0
        assert not list(Path(temporary).iterdir())
