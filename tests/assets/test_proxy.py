"""Starting and stopping the proxy: it comes up, says why it cannot, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from generator.assets.lock import add_asset
from generator.assets.proxy import ProxyError, ReplayProxy
from generator.assets.store import Store

from .hub import PLAIN_URL, URL, Hub, ask

_HOLD = """
import sys, time
from pathlib import Path
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
proxy = ReplayProxy.start(Path(sys.argv[1]), Store(Path(sys.argv[2])), Path(sys.argv[3]))
print(proxy.process.pid, flush=True)
time.sleep(600)
"""


def test_broken_lock_is_said_by_the_error(tmp_path: Path, store: Store) -> None:
    """What keeps the proxy from starting stands in the exception, and no process is left."""
    (tmp_path / "hub.lock").write_text("<<<<<<< HEAD")
    with pytest.raises(ProxyError, match=r"status 2:\n.*hub\.lock: not a lock file"):
        ReplayProxy.start(tmp_path / "hub.lock", store, tmp_path / "state")
    assert _proxies(tmp_path) == []


def test_stopped_proxy_leaves_no_process_and_no_port(hub: Hub, tmp_path: Path) -> None:
    """After the block the process is gone and its port refuses, while the record can still be read."""
    with ReplayProxy.start(hub.lock_path, hub.store, tmp_path / "state") as proxy:
        ask(proxy, "me", "GET", URL)
    proxy.stop()
    assert proxy.process.returncode == 0
    assert _proxies(tmp_path) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port))
    assert [request.url for request in proxy.requests_of("me")] == [URL]


def test_proxy_stops_in_the_middle_of_a_download(tmp_path: Path, store: Store) -> None:
    """A client that never reads to the end does not keep the proxy alive."""
    file = tmp_path / "big"
    file.touch()
    os.truncate(file, 1 << 28)
    add_asset(PLAIN_URL, file, tmp_path / "hub.lock", store)
    with (
        ReplayProxy.start(tmp_path / "hub.lock", store, tmp_path / "state") as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as download,
    ):
        download.sendall(f"GET {PLAIN_URL} HTTP/1.1\r\nHost: files.invalid\r\n\r\n".encode())
        assert download.recv(1000).startswith(b"HTTP/1.1 200")
        proxy.stop()
        assert proxy.process.returncode == 0


def test_proxy_ends_on_sigterm(hub: Hub, tmp_path: Path) -> None:
    """A polite signal ends it with status 0."""
    with ReplayProxy.start(hub.lock_path, hub.store, tmp_path / "state") as proxy:
        proxy.process.terminate()
        assert proxy.process.wait(60) == 0


def test_death_of_the_proxy_is_not_taken_for_silence_of_its_clients(hub: Hub, tmp_path: Path) -> None:
    """Asking a proxy that died for requests is an error: its clients failed through no fault of theirs."""
    with ReplayProxy.start(hub.lock_path, hub.store, tmp_path / "state") as proxy:
        proxy.process.kill()
        proxy.process.wait(60)
        with pytest.raises(ProxyError, match="ended with status -9"):
            proxy.requests_of("me")


def test_proxy_that_could_not_write_why_is_told_of_the_disk(hub: Hub, tmp_path: Path) -> None:
    """Python itself ends so where its last words do not fit on the disk."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with (
        ReplayProxy.start(hub.lock_path, hub.store, tmp_path / "state") as proxy,
        Path("/dev/full").open("w", encoding="utf-8") as full,
        subprocess.Popen([sys.executable, "-c", "print('why')"], stdout=full, stderr=full, env=environ) as ended,
    ):
        ended.wait(60)
        (proxy.address.state / "proxy.log").write_text("", encoding="utf-8")
        with pytest.raises(ProxyError, match=r"status 120, and could not write why, as where the disk of .* is full"):
            ReplayProxy(ended, proxy.address).requests_of("me")


def test_proxy_dies_with_a_parent_that_is_killed(hub: Hub, tmp_path: Path) -> None:
    """SIGKILL gives the parent no chance to tidy up, and still the proxy goes."""
    command = [
        sys.executable,
        "-c",
        _HOLD,
        str(hub.lock_path),
        str(hub.store.folder),
        str(tmp_path / "state"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        proxy = psutil.Process(int(parent.stdout.readline()))
        assert proxy.is_running()
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _is_alive(proxy) and time.monotonic() < deadline:
        time.sleep(0.05)
    survived = _is_alive(proxy)
    if survived:
        proxy.kill()
    assert not survived
    assert not (tmp_path / "state").exists(), "the key of its CA lies there"


def test_proxy_whose_parent_was_killed_before_it_began_leaves_nothing(hub: Hub, tmp_path: Path) -> None:
    """The next start may have tidied up by then, and nobody would come a second time."""
    options = f"--lock={hub.lock_path}", f"--store={hub.store.folder}", f"--state={tmp_path / 'state'}"
    command = [sys.executable, "-m", "generator.assets.replay", *options]
    assert subprocess.run(command, stdin=subprocess.DEVNULL, check=False, timeout=60).returncode == 0
    assert not (tmp_path / "state").exists()


def test_new_proxy_starts_from_a_clean_folder(hub: Hub, tmp_path: Path) -> None:
    """Requests and CA of an earlier proxy in the same folder are not the new one's."""
    with ReplayProxy.start(hub.lock_path, hub.store, tmp_path / "state") as proxy:
        ask(proxy, "me", "GET", URL)
        first = proxy.ca_file.read_bytes()
    with ReplayProxy.start(hub.lock_path, hub.store, tmp_path / "state") as proxy:
        assert proxy.requests_of("me") == ()
        assert proxy.ca_file.read_bytes() != first


def test_environment_leaves_no_way_around_the_proxy(proxy: ReplayProxy) -> None:
    """Both spellings of every variable point to the proxy, and an inherited exception is overwritten."""
    environment = proxy.environment_for("me")
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        assert environment[name] == environment[name.upper()] == f"http://me:x@127.0.0.1:{proxy.port}"
    assert environment["no_proxy"] == environment["NO_PROXY"] == ""
    assert environment["SSL_CERT_FILE"] == environment["REQUESTS_CA_BUNDLE"] == str(proxy.ca_file)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "../x", "x" * 65, "名"])
def test_name_that_cannot_be_a_client_is_refused(proxy: ReplayProxy, name: str) -> None:
    """A name becomes a file name and a part of a URL."""
    with pytest.raises(ValueError, match="not a client name"):
        proxy.url_for(name)
    with pytest.raises(ValueError, match="not a client name"):
        proxy.requests_of(name)


def _proxies(folder: Path) -> list[int]:
    """The replay processes over this folder."""
    marks = {"generator.assets.replay", str(folder / "state")}
    return [process.pid for process in psutil.process_iter(["cmdline"]) if marks <= set(process.info["cmdline"] or ())]


def _is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that ended and that nobody waits for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
