"""What clients get through the proxy, and what it writes down about them."""

import hashlib
import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPException
from pathlib import Path

import psutil
import pytest

from generator.assets.lock import add_asset
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.model.asset import Asset

from .hub import CONTENT, LOST_URL, PLAIN_URL, URL, Hub, ask, fetch_in_child
from .studio import lock_content

DIGEST = hashlib.sha256(CONTENT).hexdigest()
BIG = 600_000_000


@pytest.fixture
def bystander() -> Iterator[socket.socket]:
    """A server on this machine that nobody may call."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize("url", [URL, PLAIN_URL, URL.replace("files", "FILES") + "#v1"], ids=["https", "http", "other"])
def test_locked_url_is_served_to_a_process_that_knows_only_the_environment(
    proxy: ReplayProxy, client: str, url: str
) -> None:
    """An unchanged Python program gets the locked bytes and the download is on record when it has them."""
    assert fetch_in_child(proxy, client, url) == {"status": 200, "sha256": DIGEST, "size": len(CONTENT)}
    (request,) = proxy.requests_of(client)
    assert request.url == url.replace("FILES", "files").partition("#")[0]
    assert (request.status, request.reason) == ("served", None)
    assert (request.sha256, request.size) == (DIGEST, len(CONTENT))


def test_type_of_a_served_file_follows_its_url(proxy: ReplayProxy, client: str) -> None:
    """The file is stored by digest, and still arrives as what the URL calls it."""
    assert ask(proxy, client, "GET", PLAIN_URL).headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_unknown_url_is_refused_without_calling_its_host(
    proxy: ReplayProxy, client: str, bystander: socket.socket, scheme: str
) -> None:
    """The answer is 502 and says what to do, the record says why, and the host never hears of it."""
    url = f"{scheme}://127.0.0.1:{bystander.getsockname()[1]}/net.pkl?v=1"
    answer = ask(proxy, client, "GET", url)
    assert answer.status == 502
    assert f"hubpages assets add {url} FILE" in answer.body.decode()
    (request,) = proxy.requests_of(client)
    assert (request.url, request.status, request.reason) == (url, "refused", "not in hub.lock")
    assert (request.sha256, request.size) == (None, None)
    _assert_never_called(bystander)


def test_locked_file_that_the_store_lacks_is_refused(proxy: ReplayProxy, client: str) -> None:
    """The record tells a file that was never fetched here from a URL that nobody locked."""
    answer = ask(proxy, client, "GET", LOST_URL)
    assert answer.status == 502
    assert "hubpages assets add" in answer.body.decode()
    (request,) = proxy.requests_of(client)
    assert (request.status, request.reason) == ("refused", "in hub.lock but not in the store")
    assert request.sha256 == "0" * 64


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_method_that_sends_is_refused_even_for_a_locked_url(proxy: ReplayProxy, client: str, method: str) -> None:
    """Snippets download and do nothing else."""
    assert ask(proxy, client, method, URL, body=b"data").status == 502
    (request,) = proxy.requests_of(client)
    assert (request.status, request.reason) == ("refused", f"method {method}")


@pytest.mark.parametrize("length", ["200000", None], ids=["large", "chunked"])
def test_upload_is_cut_off_and_recorded(
    proxy: ReplayProxy, client: str, bystander: socket.socket, length: str | None
) -> None:
    """A body that would have to be streamed goes nowhere."""
    headers = {"Content_Length": length} if length else {"Transfer_Encoding": "chunked"}
    url = f"http://127.0.0.1:{bystander.getsockname()[1]}/"
    with pytest.raises((HTTPException, OSError)):
        ask(proxy, client, "POST", url, body=bytes(200_000) if length else b"3\r\nabc\r\n0\r\n\r\n", **headers)
    assert [request.reason for request in proxy.requests_of(client)] == ["method POST"]
    _assert_never_called(bystander)


def test_websocket_is_refused(proxy: ReplayProxy, client: str) -> None:
    """No protocol but plain HTTP passes, not even to a locked URL."""
    answer = ask(proxy, client, "GET", URL, Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13")
    assert answer.status == 502
    assert [request.reason for request in proxy.requests_of(client)] == ["upgrade to websocket"]


def test_other_protocol_in_a_tunnel_reaches_nobody(proxy: ReplayProxy, bystander: socket.socket) -> None:
    """A tunnel that carries no HTTP is closed."""
    address = f"127.0.0.1:{bystander.getsockname()[1]}"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as tunnel:
        tunnel.sendall(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
        assert tunnel.recv(100).startswith(b"HTTP/1.1 200")
        tunnel.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        while tunnel.recv(4096):
            pass
    _assert_never_called(bystander)


def test_clients_are_kept_apart(proxy: ReplayProxy, client: str) -> None:
    """Each sees its own downloads, over http and https alike."""
    left, right = f"l{client}"[:64], f"r{client}"[:64]
    ask(proxy, left, "GET", URL)
    ask(proxy, right, "GET", PLAIN_URL)
    ask(proxy, left, "GET", LOST_URL)
    assert [request.url for request in proxy.requests_of(left)] == [URL, LOST_URL]
    assert [request.url for request in proxy.requests_of(right)] == [PLAIN_URL]


@pytest.mark.parametrize("user", [None, "", "../../escape", "x" * 65])
@pytest.mark.parametrize("url", [URL, PLAIN_URL])
def test_client_without_a_proper_name_is_anonymous(proxy: ReplayProxy, user: str | None, url: str) -> None:
    """It is served and recorded, under a name that is nobody's and a file that is no path of its choice."""
    before = len(proxy.requests_of("anonymous"))
    assert ask(proxy, user, "GET", url).body == CONTENT
    assert [request.url for request in proxy.requests_of("anonymous")[before:]] == [url]


def test_range_is_served_in_part(proxy: ReplayProxy, client: str) -> None:
    """A client may resume a download."""
    answer = ask(proxy, client, "GET", URL, Range="bytes=1000-1009")
    assert (answer.status, answer.body) == (206, CONTENT[1000:1010])
    assert answer.headers["Content-Range"] == f"bytes 1000-1009/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == "10"


def test_range_beyond_the_end_is_not_satisfiable(proxy: ReplayProxy, client: str) -> None:
    """The answer is 416 and says how long the file is."""
    answer = ask(proxy, client, "GET", URL, Range=f"bytes={len(CONTENT)}-")
    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_range_of_another_version_is_not_cut(proxy: ReplayProxy, client: str) -> None:
    """If-Range with a tag that is not the file's gets the whole file."""
    answer = ask(proxy, client, "GET", URL, Range="bytes=5-9", If_Range='"other"')
    assert (answer.status, answer.body) == (200, CONTENT)


def test_head_tells_the_length_and_is_no_download(proxy: ReplayProxy, client: str) -> None:
    """HEAD of a locked URL gives what GET would give but the body, and leaves no record."""
    answer = ask(proxy, client, "HEAD", URL)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert proxy.requests_of(client) == ()


def test_head_of_an_unknown_url_is_recorded(proxy: ReplayProxy, client: str) -> None:
    """A snippet that asks only for the length of what is not locked fails, and the record says why."""
    assert ask(proxy, client, "HEAD", URL + ".gz").status == 502
    assert [request.reason for request in proxy.requests_of(client)] == ["not in hub.lock"]


def test_request_that_cannot_be_recorded_goes_nowhere(hub: Hub, tmp_path: Path, bystander: socket.socket) -> None:
    """When the decision itself fails, for a full disk say, mitmproxy must not send the request on to its host."""
    with ReplayProxy.start(hub.lock_path, hub.store, tmp_path / "state") as proxy:
        (tmp_path / "state" / "events").rmdir()
        for scheme in ("http", "https"):
            answer = ask(proxy, "me", "GET", f"{scheme}://127.0.0.1:{bystander.getsockname()[1]}/")
            assert answer.status == 502
    _assert_never_called(bystander)


@pytest.mark.parametrize("content", [CONTENT + b"appended", CONTENT[1:] + b"x", b""], ids=["longer", "rotten", "empty"])
def test_file_that_is_not_the_locked_one_is_refused(tmp_path: Path, store: Store, content: bytes) -> None:
    """Whatever became of the store, evidence that names a digest is of that file; so over HEAD and for a part."""
    _spoil(lock_content(Hub(tmp_path / "hub.lock", store, tmp_path), URL, CONTENT), store, content)
    with ReplayProxy.start(tmp_path / "hub.lock", store, tmp_path / "state") as proxy:
        for method, headers in (("GET", {}), ("HEAD", {}), ("GET", {"Range": "bytes=5-9"})):
            answer = ask(proxy, "me", method, URL, **headers)
            assert answer.status == 502
        requests = proxy.requests_of("me")
    assert b"hubpages assets verify" in answer.body
    assert {(request.status, request.sha256) for request in requests} == {("refused", DIGEST)}
    assert all("is not the one in hub.lock" in str(request.reason) for request in requests)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell what a process has read")
def test_file_is_compared_with_the_lock_once(tmp_path: Path, store: Store) -> None:
    """However many ask for it, and at once."""
    lock_content(Hub(tmp_path / "hub.lock", store, tmp_path), URL, CONTENT * 10)
    with ReplayProxy.start(tmp_path / "hub.lock", store, tmp_path / "state") as proxy, ThreadPoolExecutor(8) as pool:
        before = _bytes_read(proxy.process.pid)
        answers = list(pool.map(lambda number: ask(proxy, f"c{number}", "HEAD", URL).status, range(16)))
        assert answers == [200] * 16
        assert len(CONTENT) * 10 <= _bytes_read(proxy.process.pid) - before < len(CONTENT) * 20


@pytest.mark.parametrize("is_new", [True, False], ids=["replaced", "bit flipped"])
def test_file_that_changes_after_it_was_compared_is_refused(tmp_path: Path, store: Store, is_new: bool) -> None:
    """A proxy lives as long as all scripts together, and a disk may fail in between."""
    asset = lock_content(Hub(tmp_path / "hub.lock", store, tmp_path), URL, CONTENT)
    with ReplayProxy.start(tmp_path / "hub.lock", store, tmp_path / "state") as proxy:
        assert ask(proxy, "me", "GET", URL).body == CONTENT
        if is_new:
            _spoil(asset, store, b"another")
        else:
            path = store.path_of(asset.sha256)
            path.chmod(0o644)
            with path.open("r+b") as file:
                file.write(bytes([CONTENT[0] ^ 1]))
        assert ask(proxy, "me", "GET", URL).status == 502
        assert [request.status for request in proxy.requests_of("me")] == ["served", "refused"]


def test_big_file_passes_without_being_held_in_memory(tmp_path: Path, store: Store) -> None:
    """Hundreds of megabytes arrive whole over HTTPS while the proxy never has 200 MB in memory."""
    file = tmp_path / "big"
    file.touch()
    os.truncate(file, BIG)
    add_asset(URL, file, tmp_path / "hub.lock", store)
    with ReplayProxy.start(tmp_path / "hub.lock", store, tmp_path / "state") as proxy:
        answer = fetch_in_child(proxy, "big", URL)
        peak = _peak_memory(proxy.process.pid)
    assert (answer["status"], answer["size"]) == (200, BIG)
    assert peak < 200e6


def _spoil(asset: Asset, store: Store, content: bytes) -> None:
    """Put other bytes in the place of a stored file."""
    path = store.path_of(asset.sha256)
    path.unlink()
    path.write_bytes(content)


def _bytes_read(pid: int) -> int:
    """What a process has read from files so far."""
    (line,) = (line for line in Path(f"/proc/{pid}/io").read_text().splitlines() if line.startswith("rchar"))
    return int(line.split()[1])


def _peak_memory(pid: int) -> float:
    """Bytes resident at most so far, or now where the system does not keep the peak."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float(psutil.Process(pid).memory_info().rss)
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return 1024.0 * int(line.split()[1])


def _assert_never_called(server: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        server.accept()
