"""A stranger's page gains nothing: what it can reach from inside the sandbox, and what is left of it."""

import os
import platform
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.model.limits import Limits
from generator.running.attempt import Attempt
from generator.running.sandbox import Outside, SandboxError, choose, enclose
from tests.end_to_end.seeds import SEEDS
from tests.kernels import KERNEL_PYTHON, ROOT
from tests.pages import a_page, line_of
from tests.running.attempts import SANDBOX, a_run, attempt, printed

MARK = f"hubpages-test-{time.time_ns()}"
"""Stands in the arguments of every process that the page starts, so that survivors can be told."""

needs_bwrap = pytest.mark.skipif(SANDBOX != "bwrap", reason="bubblewrap does not work on this machine")

# Each is a line that raises where it does not get what it wants; {…} are the machine's.
ATTEMPTS = {
    "reads_a_key_in_the_callers_home": "open({home!r} + '/.ssh/id_rsa').read()",
    "lists_the_callers_home": "os.listdir({home!r})",
    "reads_a_secret_of_the_environment": "os.environ['HUBPAGES_TEST_TOKEN']",
    "reads_a_secret_of_its_parents_environment": "assert b'HUBPAGES_TEST_TOKEN' in all_processes('environ')",
    "reads_the_checkout": "open({checkout!r} + '/pyproject.toml').read()",
    "lists_other_runs": "os.listdir({other!r})",
    "finds_other_runs": "assert glob.glob({temporary!r} + '/hub-*')",
    "reads_the_key_of_the_certificate": "open({authority!r} + '/key.pem').read()",
    "reads_the_machines_users": "assert len(open('/etc/passwd').readlines()) > 1",
    "reads_passwords": "open('/etc/shadow').read()",
    "sees_the_machines_processes": "assert b'generator.running.worker' in all_processes('cmdline')",
    "signals_the_caller": "os.kill({caller}, 0)",
    "has_a_way_to_the_outside": "assert len(socket.if_nameindex()) > 1",
    "connects_to_a_server_of_the_machine": "socket.create_connection(('127.0.0.1', {port}), 5)",
    "connects_to_an_abstract_socket": "socket.socket(socket.AF_UNIX).connect(chr(0) + {mark!r})",
    "writes_beside_the_run": "open({home!r} + '/written', 'w')",
    "writes_to_the_checkout": "open({checkout!r} + '/written', 'w')",
    "writes_to_the_system": "open('/usr/local/written', 'w')",
    "writes_to_the_settings": "open('/etc/written', 'w')",
    "writes_to_its_environment": "open(os.path.join(sys.prefix, 'written'), 'w')",
    "writes_to_a_module": "open(json.__file__, 'a')",
    "writes_to_the_root": "os.mkdir('/written')",
    "writes_to_settings_of_the_whole_machine": "os.close(os.open('/proc/sys/kernel/core_pattern', os.O_WRONLY))",
    "makes_a_device": "os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0))",
    "mounts_something": "assert ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    "makes_the_system_writable": (
        "subprocess.run(['unshare', '-Urm', 'mount', '-o', 'remount,rw,bind', '/usr'], check=True, capture_output=True)"
    ),
    "sees_the_callers_keyring": "assert ctypes.CDLL(None).syscall({keyctl}, 0, -4, 1) > 0",
    "sees_a_control_group": "assert glob.glob('/sys/fs/cgroup/**/cgroup.procs', recursive=True)",
}

PREPARATION = """\
import ctypes, glob, json, os, socket, stat, subprocess, sys
socket.setdefaulttimeout(5)
def all_processes(kind):
    texts = []
    for path in glob.glob('/proc/[0-9]*/' + kind):
        try: texts.append(open(path, 'rb').read())
        except OSError: pass
    return b' '.join(texts)
"""

DAEMON = f"""
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp('sh', ['sh', '-c', 'sleep 1000; :', '{MARK}'])
    os._exit(0)
os.wait()
subprocess.Popen(['sh', '-c', 'sleep 1000; :', '{MARK}'], start_new_session=True)
"""


@dataclass(frozen=True)
class Visit:
    """What came of the hostile page, and what the machine noticed."""

    attempt: Attempt
    folder: Path
    connections: int


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """The hostile page, run once on a machine with secrets."""
    folder = tmp_path_factory.mktemp("machine")
    home, authority = folder / "home", folder / "ca"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_rsa").write_text("secret")
    authority.mkdir()
    for name in ("key.pem", "certificate.pem"):
        (authority / name).write_text(name)
    other = tempfile.mkdtemp(prefix="hub-")
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        closing(socket.socket(socket.AF_UNIX)) as abstract,
    ):
        abstract.bind("\0" + MARK)
        abstract.listen()
        names = {
            "home": str(home),
            "checkout": str(ROOT),
            "other": other,
            "temporary": tempfile.gettempdir(),
            "authority": str(authority),
            "caller": psutil.Process().pid,
            "port": server.getsockname()[1],
            "mark": MARK,
            "keyctl": {"x86_64": 250, "aarch64": 219}[platform.machine()],
        }
        lines = [_tried(name, code.format(**names)) for name, code in ATTEMPTS.items()]
        found = attempt(
            a_page(PREPARATION + "".join(lines) + DAEMON, en=None),
            caller={"HOME": str(home), "HUBPAGES_TEST_TOKEN": "secret"},
            certificate=str(authority / "certificate.pem"),
        )
        waiting = _waiting(server) + _waiting(abstract)
    shutil.rmtree(other)
    yield Visit(found, folder, waiting)


def _tried(name: str, code: str) -> str:
    return f"try:\n    {code}\n    print({name!r}, 'succeeded')\nexcept BaseException: print({name!r}, 'failed')\n"


def _waiting(server: socket.socket) -> int:
    server.setblocking(False)
    try:
        server.accept()
    except BlockingIOError:
        return 0
    return 1


@needs_bwrap
@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_hostile_page_gains_nothing(visit: Visit, name: str) -> None:
    """It was tried, and failed."""
    lines = printed(visit.attempt).splitlines()
    assert [line for line in lines if line.startswith(name + " ")] == [f"{name} failed"]


@needs_bwrap
def test_a_hostile_page_leaves_nothing(visit: Visit) -> None:
    """No file outside its folder, no connection, no process; and the page itself was run to its end."""
    assert visit.attempt.snippets[-1].end == "passed", visit.attempt.snippets[-1].run.error
    assert not list(visit.folder.rglob("written"))
    assert not (ROOT / "written").exists()
    assert visit.connections == 0
    assert _survivors() == []


@needs_bwrap
def test_a_hostile_page_cannot_take_the_machine_by_numbers() -> None:
    """Processes that fork and files that grow end the run, and all of them with it."""
    bomb = f"""\
import os
if os.fork() == 0:
    os.execvp("sh", ["sh", "-c", "while :; do sleep 1000 & done", "{MARK}"])
while True:
    pass"""
    flood = "while True: open(str(id(object())), 'ab').write(b'x' * 1_000_000)"
    errors = []
    for snippet in (bomb, flood):
        error = a_run(snippet, limits=Limits(processes=64, disk_bytes=50_000_000)).snippets[-1].run.error
        errors.append(error and error.name)
    assert errors == ["ProcessLimitExceeded", "DiskLimitExceeded"]
    assert _survivors() == []


@needs_bwrap
def test_evidence_from_the_sandbox_names_no_path_of_this_machine() -> None:
    """The run's folder has the same neutral name for all, and tracebacks and variables the usual ones."""
    snippet = """\
import os, tempfile, json
print(os.getcwd(), os.environ["HOME"], os.environ["MGE_HOME"], tempfile.gettempdir(), os.environ["IPYTHONDIR"])
json.loads("no")"""
    found = a_run(snippet)
    text = printed(found)
    assert text.startswith(". ~ $MGE_HOME /tmp /run/hub/ipython\n")
    error = found.snippets[-1].run.error
    assert error is not None
    assert error.lines == {"zh_CN": line_of(a_page(snippet, en=None), "json.loads")}
    assert tempfile.gettempdir() + "/hubpages-run-" not in "".join(found.ending.notebooks.values()) + error.traceback
    assert str(ROOT) not in "".join(found.ending.notebooks.values()) + error.traceback


@needs_bwrap
def test_death_by_a_signal_is_known_through_the_sandbox() -> None:
    """Bubblewrap ends with a status of its own, which is not taken for the kernel's."""
    last = a_run("import os\nos.kill(os.getpid(), 9)").snippets[-1]
    assert (last.end, last.run.error and last.run.error.name) == ("died", "SIGKILL")


@needs_bwrap
def test_a_hang_in_the_sandbox_comes_with_its_line() -> None:
    """The signal that asks for the stack reaches the kernel, not only what stands around it."""
    snippet = "x = 2\nwhile True: pass"
    error = a_run(snippet, limits=Limits(snippet_seconds=20)).snippets[-1].run.error
    assert error is not None
    line = line_of(a_page(snippet, en=None), "while True")
    assert (error.name, error.lines) == ("DeadlineExceeded", {"zh_CN": line})
    assert f'File "tiny.md", line {line}' in error.traceback


@needs_bwrap
def test_downloads_are_replayed_into_a_network_of_its_own(zoo_root: Path, tmp_path: Path) -> None:
    """A page with hub.load and a picture passes; all it asked for came through the relay from the proxy."""
    lock, store = zoo_root / "hub.lock", Store(zoo_root / ".hub" / "assets")
    with ReplayProxy.start(lock, store, tmp_path / "state") as proxy:
        found = attempt(
            SEEDS["freeanchor"],
            environ={"CUDA_VISIBLE_DEVICES": "", **proxy.environment_for("page")},
            proxy=f"127.0.0.1:{proxy.port}",
            certificate=str(proxy.ca_file),
        )
        requests = proxy.requests_of("page")
    assert [(ran.end, ran.run.error) for ran in found.snippets] == [("passed", None)] * 2
    assert "Tensor(" in printed(found)
    assert {request.status for request in requests} == {"served"}
    assert len({request.url for request in requests}) == 3


@pytest.mark.parametrize("kind", dict.fromkeys(["none", SANDBOX]))
def test_a_client_that_knows_no_variable_trusts_the_proxy(tmp_path: Path, kind: str) -> None:
    """Of wget's own settings, which no variable replaces: they name the certificate that all others are told of."""
    certificate = tmp_path / "proxy.pem"
    certificate.write_text("trusted")
    snippet = """
import os, pathlib
name, _, path = pathlib.Path("~/.wgetrc").expanduser().read_text().strip().partition(" = ")
print(name, path == os.environ["SSL_CERT_FILE"], pathlib.Path(path).read_text())"""
    environ = {"CUDA_VISIBLE_DEVICES": "", "SSL_CERT_FILE": str(certificate)}
    found = a_run(snippet, sandbox=kind, certificate=str(certificate), environ=environ)
    assert printed(found) == "ca_certificate True trusted\n"


@needs_bwrap
def test_memory_of_the_machine_is_as_outside() -> None:
    """MegEngine's DataLoader reads it before it starts workers; where there is no such file it fails everywhere."""
    place = Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")
    outside = place.read_text() if place.exists() else "none"
    snippet = f"import pathlib\np = pathlib.Path('{place}')\nprint(p.read_text() if p.exists() else 'none', end='')"
    assert printed(a_run(snippet)) == outside


def test_a_page_without_a_sandbox_runs(tmp_path: Path) -> None:
    """`none` is what it says, and still leaves no daemon."""
    found = a_run(f"import os, subprocess{DAEMON}print(x + 1)", sandbox="none")
    assert printed(found).endswith("2\n")
    assert _survivors() == []


def test_a_sandbox_that_is_demanded_and_absent_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One sentence says what to do; where it is only wished for, it says what is done without it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match="install bubblewrap"):
        choose("bwrap")
    without = choose("auto")
    assert without.kind == "none"
    assert without.reason.startswith("snippets run without a sandbox")
    assert "install bubblewrap" in without.reason


def test_a_sandbox_that_does_not_work_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Being installed is not enough: in many containers no namespace can be made."""
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: Creating new namespace failed' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match=r"does not work here .*Creating new namespace failed"):
        choose("bwrap")
    assert choose("auto").kind == "none"


def test_no_sandbox_is_no_question(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who asks for none needs no reason."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (choose("none").kind, choose("none").reason) == ("none", "")


@needs_bwrap
def test_a_kernel_that_would_need_a_whole_home_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Python whose prefix is the home folder cannot be shown alone."""
    home, run = tmp_path / "home", tmp_path / "run"
    for folder in (home / "bin", run):
        folder.mkdir(parents=True)
    (home / "bin" / "python").write_text("")
    monkeypatch.setenv("HOME", str(home))
    with pytest.raises(SandboxError, match="a folder of its own"):
        enclose("bwrap", run, home / "bin" / "python", {}, Limits(), Outside())


@needs_bwrap
def test_an_interpreter_behind_links_is_found(tmp_path: Path) -> None:
    """A kernel environment may be a link into another folder, and its Python a link into a home."""
    link = tmp_path / "environment"
    link.symlink_to(KERNEL_PYTHON.parents[1].resolve())
    run = tmp_path / "run"
    (run / "tmp").mkdir(parents=True)
    (run / "work").mkdir()
    python = link / "bin" / "python"
    enclosure = enclose("bwrap", run, python, {}, Limits(), Outside(network=False))
    command = [*enclosure.prefix, str(python), "-c", "import numpy, sys; print(sys.prefix)"]
    done = subprocess.run(command, env=dict(enclosure.environ), capture_output=True, text=True, check=False)
    assert done.stdout == f"{link}\n", done.stderr


STILL_SEEN = {
    "the_kernels_version": "assert os.uname().release == {release!r}",
    "the_boot_line": "assert open('/proc/cmdline').read()",
    "memory_and_load": "assert open('/proc/meminfo').read() and open('/proc/loadavg').read()",
    "processors": "assert os.listdir('/sys/devices/system/cpu')",
    "where_its_environment_lies": "assert {environment!r} in open('/proc/self/mountinfo').read()",
    "programs_of_the_system": "assert os.listdir('/usr/bin')",
    "code_of_its_environment": "assert open(json.__file__).read()",
}
"""SECURITY.md says so: each is a line that raises where it is not seen any more."""


@needs_bwrap
def test_what_a_kernel_still_sees() -> None:
    """The sandbox does not hide it."""
    names = {"release": os.uname().release, "environment": str(KERNEL_PYTHON.parents[1].resolve())}
    lines = [_tried(name, code.format(**names)) for name, code in STILL_SEEN.items()]
    found = printed(a_run(PREPARATION + "".join(lines)))
    assert found.splitlines() == [f"{name} succeeded" for name in STILL_SEEN]


@needs_bwrap
def test_live_downloads_share_the_machines_network() -> None:
    """Its loopback too, as SECURITY.md says."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        snippet = f"import socket\nprint(socket.create_connection(('127.0.0.1', {port}), 5).getpeername()[1])"
        assert printed(a_run(snippet, network=True)) == f"{port}\n"
        assert _waiting(server) == 1


@needs_bwrap
def test_devices_of_a_gpu_are_inside_only_where_it_is_used(tmp_path: Path) -> None:
    """And with them what the system says of all devices."""
    shown = {}
    for gpu in (False, True):
        run = tmp_path / str(gpu)
        run.mkdir()
        shown[gpu] = enclose("bwrap", run, KERNEL_PYTHON, {}, Limits(), Outside(gpu=gpu)).prefix
    nodes = [str(node) for node in Path("/dev").glob("nvidia*")]
    assert not {"/sys/devices", "/sys/bus/pci", *nodes} & {*shown[False]}
    assert {"/sys/devices", "/sys/bus/pci", *nodes} <= {*shown[True]}


def _survivors() -> list[int]:
    commands = [(process.pid, process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    return [pid for pid, words in commands if any(MARK in word for word in words)]
