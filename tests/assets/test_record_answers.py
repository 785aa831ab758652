"""Recording: what each kind of request and of answer comes to, and what is written down about it."""

import hashlib
import socket
from contextlib import closing
from pathlib import Path

import pytest

from generator.assets.lock import add_asset, read_lock
from generator.assets.proxy import ProxyError, ReplayProxy
from generator.model.asset import Asset

from .hosts import Handler, Host, answer
from .hub import CONTENT, Hub, ask
from .studio import Studio, a_hub, lock_content, outline, recorder

DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_locked_file_is_fetched_anew_and_compared(studio: Studio, client: str) -> None:
    """One that is unchanged is served, and is in the store afterwards, where it may have been missing."""
    url = studio.host.give(f"/{client}", CONTENT)
    lock_content(studio.hub, url, CONTENT)
    studio.hub.store.remove(DIGEST)
    assert ask(studio.proxy, client, "GET", url).body == CONTENT
    assert [outline(request) for request in studio.proxy.requests_of(client)] == [
        (url, "served", DIGEST, len(CONTENT), None, None)
    ]
    assert studio.hub.store.has(DIGEST)


@pytest.mark.parametrize("update", [False, True])
def test_changed_file_is_told_and_locked_anew_only_on_demand(tmp_path: Path, host: Host, update: bool) -> None:
    """The client gets what the host has now; both digests are on record."""
    hub = a_hub(tmp_path)
    url = host.give(f"/changed-{update}", b"new")
    old = lock_content(hub, url, b"old")
    new = Asset(url, hashlib.sha256(b"new").hexdigest(), 3)
    with recorder(hub, host, update=update) as proxy:
        bodies = [ask(proxy, "me", "GET", url).body for _ in range(2)]
        requests = proxy.requests_of("me")
    assert bodies == [b"new", b"new"]
    assert {outline(request) for request in requests} == {(url, "changed", new.sha256, 3, None, old.sha256)}
    assert read_lock(hub.lock_path) == {url: new if update else old}


@pytest.mark.parametrize(("code", "reason"), [(404, "404 Not Found"), (410, "410 Gone")])
@pytest.mark.parametrize("is_locked", [True, False])
def test_file_that_its_host_has_no_more_is_gone(
    studio: Studio, client: str, code: int, reason: str, is_locked: bool
) -> None:
    """The client gets the host's status, and the lock keeps what it had."""
    url = studio.host.give(f"/{client}", answer(code))
    old = lock_content(studio.hub, url, b"old") if is_locked else None
    assert ask(studio.proxy, client, "GET", url).status == code
    (request,) = studio.proxy.requests_of(client)
    previous = old.sha256 if old else None
    assert outline(request) == (url, "gone", None, None, f"the host answers {reason}", previous)
    assert studio.locked(url) == old


def test_host_that_refuses_connections_is_gone(studio: Studio, client: str) -> None:
    """Nobody listens there any more."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))  # so that nobody else will either
        port = bound.getsockname()[1]
        assert ask(studio.proxy, client, "GET", f"https://127.0.0.1:{port}/").status == 502
    (request,) = studio.proxy.requests_of(client)
    assert (request.status, request.reason) == ("gone", "the host refuses connections")


@pytest.mark.parametrize(("code", "reason"), [(403, "403 Forbidden"), (503, "503 Service Unavailable")])
def test_other_answers_are_refused_with_their_reason(studio: Studio, client: str, code: int, reason: str) -> None:
    """What may pass is no link rot."""
    url = studio.host.give(f"/{client}", answer(code))
    assert ask(studio.proxy, client, "GET", url).status == code
    (request,) = studio.proxy.requests_of(client)
    assert (request.status, request.reason) == ("refused", f"the host answers {reason}")


def test_part_of_a_file_is_no_file(studio: Studio, client: str) -> None:
    """A host that answers 206 or 204 has not sent what can be recorded."""
    url = studio.host.give(f"/{client}", answer(206))
    assert ask(studio.proxy, client, "GET", url).status == 502
    assert studio.locked(url) is None


def test_compressed_answer_is_not_recorded(studio: Studio, client: str) -> None:
    """In the store it would be another file than the one that clients unpack."""
    url = studio.host.give(f"/{client}", answer(200, Content_Encoding="gzip"))
    assert ask(studio.proxy, client, "GET", url).status == 502
    assert studio.locked(url) is None


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirect_is_followed_and_locked_under_the_url_that_was_asked(studio: Studio, client: str, code: int) -> None:
    """The same snippet replays without a network: it meets the file where it asks for it."""
    final = studio.host.give(f"/{client}/final", CONTENT)
    url = studio.host.give(f"/{client}", answer(code, Location=final))
    reply = ask(studio.proxy, client, "GET", url)
    assert (reply.status, reply.body) == (200, CONTENT)
    assert studio.locked(url) == Asset(url, DIGEST, len(CONTENT))
    assert [request.url for request in studio.proxy.requests_of(client)] == [url]


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "/loop"])
def test_redirect_that_leads_nowhere_is_refused(studio: Studio, client: str, target: str) -> None:
    """Neither to a file of this machine, nor round in circles."""
    studio.host.give("/loop", answer(302, Location="/loop"))
    url = studio.host.give(f"/{client}", answer(302, Location=target))
    assert ask(studio.proxy, client, "GET", url).status == 502
    assert [request.status for request in studio.proxy.requests_of(client)] == ["refused"]


def test_range_is_answered_from_the_whole_file(studio: Studio, client: str) -> None:
    """The client gets its part, and the file is recorded whole."""
    url = studio.host.give(f"/{client}", CONTENT)
    reply = ask(studio.proxy, client, "GET", url, Range="bytes=1000-1009")
    assert (reply.status, reply.body) == (206, CONTENT[1000:1010])
    assert reply.headers["Content-Range"] == f"bytes 1000-1009/{len(CONTENT)}"
    assert studio.locked(url) == Asset(url, DIGEST, len(CONTENT))
    assert [request.size for request in studio.proxy.requests_of(client)] == [len(CONTENT)]


def test_range_beyond_the_end_is_not_satisfiable_and_recorded_all_the_same(studio: Studio, client: str) -> None:
    """The answer is 416 and says how long the file is."""
    url = studio.host.give(f"/{client}", b"short")
    reply = ask(studio.proxy, client, "GET", url, Range="bytes=5-")
    assert (reply.status, reply.headers["Content-Range"]) == (416, "bytes */5")
    assert studio.locked(url) is not None


def test_head_tells_the_length_and_is_no_download_of_the_client(studio: Studio, client: str) -> None:
    """The file is recorded, since a replay must answer the same; the client has nothing on its record."""
    url = studio.host.give(f"/{client}", CONTENT)
    reply = ask(studio.proxy, client, "HEAD", url)
    assert (reply.status, reply.headers["Content-Length"]) == (200, str(len(CONTENT)))
    assert studio.proxy.requests_of(client) == ()
    ask(studio.proxy, client, "GET", url)
    assert studio.host.asked.count(f"/{client}") == 1
    assert studio.locked(url) is not None


def test_what_sends_is_refused_when_recording_too(studio: Studio, client: str) -> None:
    """A POST reaches no host."""
    url = studio.host.give(f"/{client}", CONTENT)
    assert ask(studio.proxy, client, "POST", url, body=b"data").status == 502
    assert [request.reason for request in studio.proxy.requests_of(client)] == ["method POST"]
    assert f"/{client}" not in studio.host.asked


def test_secrets_of_a_client_reach_no_host(studio: Studio, client: str) -> None:
    """The host sees what kind of client it is, and nothing that is for the proxy or personal."""
    seen: dict[str, str] = {}

    def look(handler: Handler) -> None:
        seen.update(handler.headers.items())
        handler.head(200, Content_Length="0")

    url = studio.host.give(f"/{client}", look)
    ask(studio.proxy, client, "GET", url, User_Agent="me", Cookie="secret", Authorization="secret")
    assert seen["User-Agent"] == "me"
    assert not {"Cookie", "Authorization", "Proxy-Authorization", "Hubpages-Client"} & set(seen)


def test_host_with_an_unknown_certificate_is_refused(tmp_path: Path, host: Host) -> None:
    """TLS is verified, and the record says what is wrong with it."""
    hub = a_hub(tmp_path)
    url = host.give("/untrusted", CONTENT)
    with ReplayProxy.start(hub.lock_path, hub.store, hub.state, mode="record") as proxy:
        assert ask(proxy, "me", "GET", url).status == 502
        (request,) = proxy.requests_of("me")
    assert request.status == "refused"
    assert "certificate cannot be trusted" in str(request.reason)
    assert "/untrusted" not in host.asked


def test_certificates_that_cannot_be_read_keep_the_proxy_from_starting(tmp_path: Path) -> None:
    """The error says which file."""
    hub = a_hub(tmp_path)
    with pytest.raises(ProxyError, match="status 2"):
        ReplayProxy.start(hub.lock_path, hub.store, hub.state, mode="record", ca_bundle=tmp_path / "none.pem")


def test_full_disk_is_said_and_leaves_the_lock(tmp_path: Path, host: Host) -> None:
    """A store that cannot be written refuses; nothing is locked that is not there."""
    hub = a_hub(tmp_path)
    url = host.give("/unwritable", CONTENT)
    with recorder(hub, host) as proxy:
        hub.store.folder.parent.mkdir(exist_ok=True)
        hub.store.folder.write_bytes(b"in the way")
        assert ask(proxy, "me", "GET", url).status == 502
        (request,) = proxy.requests_of("me")
    assert str(request.reason).startswith("it cannot be kept")
    assert read_lock(hub.lock_path) == {}


@pytest.mark.parametrize("mode", ["replay", "record"])
def test_overlay_wins_for_its_urls_and_says_so(tmp_path: Path, host: Host, mode: str) -> None:
    """Stand-in weights are served from the store in either mode, and never taken for the published file."""
    hub, overlay = a_hub(tmp_path), tmp_path / "standins.lock"
    url = host.give(f"/overlay-{mode}", CONTENT)
    published = lock_content(hub, url, b"published")
    file = tmp_path / "standin"
    file.write_bytes(b"standin")
    standin = add_asset(url, file, overlay, hub.store)
    start = ReplayProxy.start(
        hub.lock_path,
        hub.store,
        hub.state,
        mode=mode,
        overlay=overlay,
        ca_bundle=host.ca,  # type: ignore[arg-type]
    )
    with start as proxy:
        assert ask(proxy, "me", "GET", url).body == b"standin"
        (request,) = proxy.requests_of("me")
    assert (request.status, request.sha256, request.standin) == ("served", standin.sha256, True)
    assert read_lock(hub.lock_path) == {url: published}
    assert f"/overlay-{mode}" not in host.asked


def test_recorder_uses_the_proxy_of_its_environment(
    tmp_path: Path, hub: Hub, proxy: ReplayProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a company's proxy recording works as any other program does; here another replay is that proxy."""
    for name, value in proxy.environment_for("recorder").items():
        monkeypatch.setenv(name, value)
    mine = a_hub(tmp_path)
    (asset,) = [asset for url, asset in read_lock(hub.lock_path).items() if url.endswith("net.pkl")]
    with ReplayProxy.start(mine.lock_path, mine.store, mine.state, mode="record") as recorder:
        assert ask(recorder, "me", "GET", asset.url).body == CONTENT
    assert read_lock(mine.lock_path) == {asset.url: asset}
