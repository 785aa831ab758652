"""Recording: only what arrived whole enters the store and the lock, however clients and hosts behave meanwhile."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO

import pytest

from generator.assets.fetching import make_opener
from generator.assets.lock import read_lock
from generator.assets.proxy import ReplayProxy
from generator.assets.record_server import CLIENT, URL, RecordServer
from generator.assets.recording import Download, Ending, Recorder
from generator.assets.store import Store
from generator.model.asset import Asset, AssetRequest
from generator.model.limits import Limits

from .hosts import Handler, Host, a_host, answer, chunked, cut, held
from .hub import CONTENT, Hub, ask, fetch_in_child
from .studio import Studio, a_hub, arrives, begin, files, outline, read_at_least, read_to_end, recorder

DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_unlocked_file_is_recorded_and_replayed_without_its_host(tmp_path: Path) -> None:
    """A Python program gets the same bytes twice: from the host, and when the host is gone, from the store."""
    hub = a_hub(tmp_path)
    with a_host(tmp_path / "host") as host, recorder(hub, host) as proxy:
        url = host.give("/net.pkl", CONTENT)
        live = fetch_in_child(proxy, "me", url)
        (request,) = proxy.requests_of("me")
    assert live == {"status": 200, "sha256": DIGEST, "size": len(CONTENT)}
    assert outline(request) == (url, "recorded", DIGEST, len(CONTENT), None, None)
    assert read_lock(hub.lock_path) == {url: Asset(url, DIGEST, len(CONTENT))}
    with ReplayProxy.start(hub.lock_path, hub.store, hub.state) as proxy:
        assert fetch_in_child(proxy, "me", url) == live
        assert [request.status for request in proxy.requests_of("me")] == ["served"]


def test_plain_http_is_recorded_too(tmp_path: Path) -> None:
    """A host without TLS needs no CA."""
    hub = a_hub(tmp_path)
    with (
        a_host(tmp_path / "host", "http") as host,
        ReplayProxy.start(hub.lock_path, hub.store, hub.state, mode="record") as proxy,
    ):
        url = host.give("/labels.txt", b"cat")
        assert ask(proxy, "me", "GET", url).body == b"cat"
    assert set(read_lock(hub.lock_path)) == {url}


@pytest.mark.parametrize("content", [b"", b"x", CONTENT], ids=["empty", "one", "large"])
def test_file_of_unknown_length_is_recorded_when_its_end_came(studio: Studio, client: str, content: bytes) -> None:
    """Code hosts send archives in chunks, and say at the end alone that it is the end."""
    url = studio.host.give(f"/{client}", chunked(content) if content else answer(200))
    assert ask(studio.proxy, client, "GET", url).body == content
    assert [request.status for request in studio.proxy.requests_of(client)] == ["recorded"]
    assert studio.locked(url) == Asset(url, hashlib.sha256(content).hexdigest(), len(content))


def test_client_that_has_the_whole_file_finds_it_recorded(studio: Studio, client: str) -> None:
    """However often it is tried: the end of the body comes after the lock and the event."""
    for number in range(20):
        # Every other one is empty, and has no last byte that could be held back.
        url = studio.host.give(f"/{client}-{number}", bytes([number]) * (number % 2 * 70_000))
        ask(studio.proxy, client, "GET", url)
        assert studio.locked(url) is not None
        assert len(studio.proxy.requests_of(client)) == number + 1


def test_client_reads_along_while_the_host_still_sends(studio: Studio, client: str) -> None:
    """A large file does not keep its client waiting until it times out."""
    go_on = Event()
    url = studio.host.give(f"/{client}", held(CONTENT, 200_000, go_on))
    with begin(studio.proxy, url) as download:
        received = read_at_least(download, 150_000)
        assert studio.locked(url) is None
        go_on.set()
        received += read_to_end(download)
    assert received.partition(b"\r\n\r\n")[2] == CONTENT
    assert studio.locked(url) is not None


def test_client_that_leaves_stops_no_download(studio: Studio, client: str) -> None:
    """A client that asked to learn the length, and asks again for the body, makes the host send it once."""
    go_on = Event()
    url = studio.host.give(f"/{client}", held(CONTENT, 200_000, go_on))
    with begin(studio.proxy, url) as download:
        read_at_least(download, 100_000)
    with begin(studio.proxy, url) as download:
        go_on.set()
        assert read_to_end(download).endswith(CONTENT[-1000:])
    assert studio.host.asked.count(f"/{client}") == 1
    assert studio.locked(url) == Asset(url, DIGEST, len(CONTENT))


@pytest.mark.parametrize(
    "give",
    [cut(CONTENT, 100_000), cut(b"short", 2), cut(CONTENT, 0), chunked(CONTENT, end=False)],
    ids=["large", "small", "nothing", "chunked"],
)
def test_cut_connection_leaves_nothing(studio: Studio, client: str, give: object) -> None:
    """Half a file reaches neither the store nor the lock, its client fails, and the record says why."""
    before = files(studio.hub.store)
    url = studio.host.give(f"/{client}", give)  # type: ignore[arg-type]
    assert not arrives(studio.proxy, client, url)
    (request,) = studio.proxy.requests_of(client)
    assert (request.status, request.sha256) == ("refused", None)
    assert str(request.reason).startswith("the host broke off after ")
    assert studio.locked(url) is None
    assert files(studio.hub.store) == before


def test_what_failed_is_tried_again(studio: Studio, client: str) -> None:
    """A client that retries gets the file when its host has recovered."""
    url = studio.host.give(f"/{client}", cut(CONTENT, 10))
    assert not arrives(studio.proxy, client, url)
    studio.host.give(f"/{client}", CONTENT)
    assert arrives(studio.proxy, client, url)
    assert [request.status for request in studio.proxy.requests_of(client)] == ["refused", "recorded"]


def test_body_without_a_known_end_is_refused(studio: Studio, client: str) -> None:
    """A host that gives neither length nor chunks cannot be told from one that broke off."""

    def endless(handler: Handler) -> None:
        handler.head(200)
        handler.wfile.write(CONTENT)

    url = studio.host.give(f"/{client}", endless)
    assert ask(studio.proxy, client, "GET", url).status == 502
    (request,) = studio.proxy.requests_of(client)
    assert (request.status, studio.locked(url)) == ("refused", None)
    assert "how long" in str(request.reason)


@pytest.mark.parametrize("give", [CONTENT, chunked(CONTENT)], ids=["said", "chunked"])
@pytest.mark.parametrize("bound", ["file_bytes", "disk_bytes"])
def test_more_than_the_limits_allow_is_refused(tmp_path: Path, host: Host, bound: str, give: Any) -> None:
    """Of one file, and of all that a run downloads; what came before is kept, and of the other nothing."""
    hub, limits = a_hub(tmp_path), replace(Limits(), **{bound: len(CONTENT) - 1})
    small, large = host.give("/small", CONTENT[:1000]), host.give("/large", give)
    with recorder(hub, host, limits=limits) as proxy:
        assert arrives(proxy, "me", small)
        assert not arrives(proxy, "me", large)
        *_, request = proxy.requests_of("me")
    assert request.status == "refused"
    assert f"{len(CONTENT) - 1:,} bytes" in str(request.reason)
    assert f"({bound} in hub.toml)" in str(request.reason)
    assert set(read_lock(hub.lock_path)) == {small}
    assert len(files(hub.store)) == 1


def test_download_that_fails_when_its_answer_begins_is_told_and_noted(tmp_path: Path) -> None:
    """Between the host's head and the first byte for the client, a download can end."""
    refused = Ending("refused", reason="it is too large", answer=502)

    class FailsWhenOpened(Download):
        def open(self) -> BinaryIO | None:
            self.end(refused)
            return super().open()

    class Failing(Recorder):
        def download(self, url: str, headers: Mapping[str, str]) -> Download:
            download = FailsWhenOpened(store)
            download.begin(tmp_path / "deleted", None)
            return download

    store, notes = Store(tmp_path / "store"), list[tuple[str, AssetRequest]]()
    recorder = Failing(tmp_path / "hub.lock", store, make_opener(), Limits(), update=False)
    server = RecordServer(recorder, lambda client, request: notes.append((client, request))).start()
    try:
        connection = HTTPConnection(*server.address, timeout=60)
        connection.request("GET", "/", headers={URL: "https://files.invalid/large", CLIENT: "me"})
        answer = connection.getresponse()
        assert (answer.status, b"it is too large" in answer.read()) == (502, True)
    finally:
        server.shutdown()
        server.server_close()
    ((client, request),) = notes
    assert (client, request.status, request.reason) == ("me", "refused", "it is too large")


def test_proxy_that_is_stopped_in_the_middle_leaves_nothing(tmp_path: Path, host: Host) -> None:
    """What is on its way when the proxy ends is deleted."""
    hub, go_on = a_hub(tmp_path), Event()
    url = host.give("/stopped", held(CONTENT, 200_000, go_on))
    with recorder(hub, host) as proxy, begin(proxy, url) as download:
        read_at_least(download, 100_000)
        assert len(files(hub.store)) == 1
        proxy.stop()
        assert proxy.process.returncode == 0
    go_on.set()
    assert files(hub.store) == set()
    assert read_lock(hub.lock_path) == {}


def test_two_recorders_at_once_lose_nothing(tmp_path: Path, host: Host) -> None:
    """Two verifies on one store and one lock: every file of both is locked and there, also those of both."""
    folders = [a_hub(tmp_path).state, tmp_path / "other"]
    hub = a_hub(tmp_path)
    names = [[f"/{side}-{number}" for number in range(8)] + ["/common"] for side in ("left", "right")]
    urls = [[host.give(name, name.encode() * 10_000) for name in side] for side in names]
    with (
        recorder(Hub(hub.lock_path, hub.store, folders[0]), host) as left,
        recorder(Hub(hub.lock_path, hub.store, folders[1]), host) as right,
        ThreadPoolExecutor(8) as pool,
    ):
        asked = [
            (proxy, url) for pair in zip(*urls, strict=True) for proxy, url in zip((left, right), pair, strict=True)
        ]
        answers = list(pool.map(lambda pair: ask(pair[0], "me", "GET", pair[1]).status, asked))
    assert set(answers) == {200}
    lock = read_lock(hub.lock_path)
    assert set(lock) == {url for side in urls for url in side}
    assert all(hub.store.has(asset.sha256) for asset in lock.values())
