"""The proxy's own process: `python -m generator.assets.replay --lock FILE --store DIR --state DIR`.

An HTTP and HTTPS proxy on loopback that answers every URL of the lock with the store's file and refuses all
else. With `--mode record` it fetches every URL from its host instead, and adds what it got to the store and the lock.
The URLs of an overlay are answered from the store in either mode; what the store lacks is first asked for at the port
that `--supply` names, if one is. It contacts nothing but two small servers inside
this process, of which one, the recorder, contacts hosts. In the state folder it writes

    ready.json             {"port": …, "ca": path of the CA certificate in PEM}, once it listens
    ca/                    the CA that signs for every host, made for this run
    events/<client>.jsonl  what each client asked for, written before the answer is sent, or its end if recorded

It ends when its standard input does, so that it never outlives the process that started it, and on SIGTERM.
This is the only module that imports mitmproxy.
"""

import argparse
import asyncio
import base64
import binascii
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from mitmproxy import connection, http
from mitmproxy.addons import errorcheck, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy import server_hooks

from generator.assets import parent
from generator.assets.events import ANONYMOUS, append_event, is_client_name
from generator.assets.fetching import make_opener
from generator.assets.file_server import FileServer
from generator.assets.lock import LockError, normalise_url, read_lock
from generator.assets.record_server import CLIENT, URL, RecordServer
from generator.assets.recording import Recorder
from generator.assets.store import Store
from generator.assets.supply import ask_for
from generator.assets.upkeep import Problem, problem_of
from generator.files import remove_tree, write_whole
from generator.frameworks import frameworks
from generator.model.asset import Asset, AssetRequest
from generator.model.limits import Limits
from generator.seen import State, state_of

_METHODS = frozenset({"GET", "HEAD"})
# What the servers understand; everything else, Proxy-Authorization above all, stays here.
_FORWARDED = ("Connection", "Range", "If-Range", "User-Agent", "Accept")


class Replay:
    """The mitmproxy addon: decides about each request, and records it. Its methods are mitmproxy's hooks."""

    def __init__(
        self,
        lock: Mapping[str, Asset],
        overlay: Mapping[str, Asset],
        store: Store,
        recorder: tuple[str, int] | None,
        events: Path,
        ready: Callable[[], None],
        supply: int | None,
    ) -> None:
        self._locked = {**lock, **overlay}
        self._overlay = overlay
        self._absent = {normalise_url(url) for one in frameworks() for url in one.absent(self._locked)}
        self._store = store
        self._files = FileServer(store).start()
        self._recorder = recorder
        self._events = events
        self._ready = ready
        self._supply = supply
        self._compared: dict[tuple[Asset, State], asyncio.Future[Problem | None]] = {}
        """What came of comparing a file with its lock, which is done before it is served for the first time, and again
        where it has changed since."""
        self._tunnels: dict[str, str] = {}
        """The client's name by the id of its connection, for those that said it at CONNECT."""

    def running(self) -> None:
        """Mitmproxy listens."""
        self._ready()

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Let a tunnel be opened to any host, since the URL is only known inside; remember whose it is."""
        self._tunnels[flow.client_conn.id] = client_of(flow.request.headers.get("Proxy-Authorization"))

    def client_disconnected(self, client: connection.Client) -> None:
        """Forget a connection that is gone."""
        self._tunnels.pop(client.id, None)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse a large body, or one of unknown length, by closing: nobody is going to read it."""
        if flow.error is None and (flow.request.stream or "Transfer-Encoding" in flow.request.headers):
            self._record(flow, reason=_objection(flow.request) or f"{flow.request.method} with a body")
            flow.kill()  # type: ignore[no-untyped-call]

    async def request(self, flow: http.HTTPFlow) -> None:
        """Send a URL to the server that has its file, or refuse it."""
        url = _url_of(flow.request)
        asset = self._locked.get(url)
        reason = _objection(flow.request)
        if reason is None and self._recorder is not None and url not in self._overlay:
            self._send_to_recorder(flow, self._recorder)
            return
        if reason is None and asset is None and url in self._absent:
            flow.response = http.Response.make(404)
            return
        reason = reason or await self._problem(url, asset)
        if reason is not None:
            self._record(flow, reason)
            flow.response = _refusal(flow.request, reason)
        elif asset is not None:
            # HEAD downloads nothing: whoever does GET the file is recorded then.
            if flow.request.method == "GET":
                self._record(flow, reason=None)
            _send_to(flow.request, self._files.address, self._files.path_for(asset.url, asset.sha256), {})

    async def _problem(self, url: str, asset: Asset | None) -> str | None:
        """Why the file of a URL is not served, if it is not."""
        if asset is None:
            return "not in hub.lock"
        lock = "the overlay" if url in self._overlay else "hub.lock"
        path = self._store.path_of(asset.sha256)
        if (
            self._supply
            and not path.is_file()
            and (lack := await asyncio.to_thread(ask_for, asset.sha256, self._supply))
        ):
            return f"in {lock}, but it did not reach this machine: {lack}"
        if not path.is_file():
            return f"in {lock} but not in the store"
        try:
            known = asset, state_of(path.stat())
            if known not in self._compared:
                self._compared[known] = asyncio.ensure_future(asyncio.to_thread(problem_of, asset, path))
            # Shielded: a client that leaves meanwhile must not end it for those who wait, too.
            problem = await asyncio.shield(self._compared[known])
        except OSError as error:
            return f"its file in the store cannot be read: {error}"
        return (
            f"its file in the store is not the one in {lock}, {problem.kind}; see: hubpages assets verify"
            if problem
            else None
        )

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Let no connection leave for anything but the servers of this process, whatever made mitmproxy want one."""
        if data.server.address not in (self._files.address, self._recorder):
            data.server.error = "the proxy contacts nothing"

    def _send_to_recorder(self, flow: http.HTTPFlow, address: tuple[str, int]) -> None:
        headers = {URL: _url_of(flow.request), CLIENT: self._client(flow)}
        _send_to(flow.request, address, "/", headers)

    def _client(self, flow: http.HTTPFlow) -> str:
        said = flow.request.headers.get("Proxy-Authorization")
        return client_of(said) if said else self._tunnels.get(flow.client_conn.id, ANONYMOUS)

    def _record(self, flow: http.HTTPFlow, reason: str | None) -> None:
        url = _url_of(flow.request)
        asset = self._locked.get(url)
        event = AssetRequest(
            url=url,
            status="refused" if reason else "served",
            sha256=asset.sha256 if asset else None,
            size=asset.size if asset else None,
            reason=reason,
            time=time.time(),
            standin=url in self._overlay and reason is None,
        )
        append_event(self._events, self._client(flow), event)


def _send_to(request: http.Request, address: tuple[str, int], path: str, headers: Mapping[str, str]) -> None:
    kept = {name: request.headers[name] for name in _FORWARDED if name in request.headers}
    request.scheme = "http"
    request.host, request.port = address
    request.path = path
    request.http_version = "HTTP/1.1"
    request.raw_content = b""
    request.headers = http.Headers(host="{}:{}".format(*address))
    request.headers.update({**kept, **headers})


def client_of(header: str | None) -> str:
    """The client's name: the user in a Proxy-Authorization header, or "anonymous"."""
    scheme, _, credentials = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return ANONYMOUS
    try:
        name = base64.b64decode(credentials.strip(), validate=True).decode("ascii").partition(":")[0]
    except (binascii.Error, ValueError):
        return ANONYMOUS
    return name if is_client_name(name) else ANONYMOUS


def _url_of(request: http.Request) -> str:
    try:
        return normalise_url(request.url)
    except ValueError:
        return request.url


def _objection(request: http.Request) -> str | None:
    """Why this request is refused whatever its URL, if it is."""
    if request.method not in _METHODS:
        return f"method {request.method}"
    if "websocket" in request.headers.get("Upgrade", "").lower():
        return "upgrade to websocket"
    return None


def _refusal(request: http.Request, reason: str) -> http.Response:
    url = _url_of(request)
    text = f"hubpages replays downloads and contacts no other host.\n{request.method} {url}: {reason}.\n"
    if _objection(request) is None:
        text += f"If the snippet is right, fetch the file and run: hubpages assets add {url} FILE\n"
        text += "or let it be fetched: hubpages verify --assets record\n"
    return http.Response.make(502, text, {"Content-Type": "text/plain; charset=utf-8"})


async def replay(
    lock: Mapping[str, Asset],
    overlay: Mapping[str, Asset],
    store: Store,
    recorder: Recorder | None,
    state: Path,
    supply: int | None,
) -> None:
    """Serve until standard input ends or SIGTERM comes."""
    loop = asyncio.get_running_loop()
    options = Options(
        confdir=str(state / "ca"),
        listen_host="127.0.0.1",
        listen_port=0,
        # One protocol is enough for a file server, and no other may pass.
        http2=False,
        websocket=False,
        rawtcp=False,
        # The real host would be asked for its certificate.
        upstream_cert=False,
    )
    master = Master(options)
    proxy = proxyserver.Proxyserver()  # type: ignore[no-untyped-call]

    def ready() -> None:
        certificate = state.absolute() / "ca" / "mitmproxy-ca-cert.pem"
        answer = {"port": proxy.listen_addrs()[0][1], "ca": str(certificate)}
        write_whole(state / "ready.json", json.dumps(answer), durable=False)

    events = state / "events"
    events.mkdir(parents=True, exist_ok=True)
    record_server = RecordServer(recorder, partial(append_event, events)).start() if recorder else None
    addon = Replay(lock, overlay, store, record_server.address if record_server else None, events, ready, supply)
    master.addons.add(  # type: ignore[no-untyped-call]
        proxy, next_layer.NextLayer(), tlsconfig.TlsConfig(), errorcheck.ErrorCheck(), addon
    )
    # Lazy, or mitmproxy calls the host of each CONNECT; streaming, or it holds every file in memory.
    options.update(connection_strategy="lazy", stream_large_bodies="64k")  # type: ignore[no-untyped-call]
    stop = master.shutdown
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    parent.when_gone(stop)
    await master.run()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proxy; the exit status is 2 for a lock or certificates that cannot be read."""
    bounds = Limits()
    parser = argparse.ArgumentParser(prog="python -m generator.assets.replay", description="Replay locked downloads.")
    parser.add_argument("--lock", type=Path, required=True, metavar="FILE", help="the lock; read once in replay")
    parser.add_argument("--store", type=Path, required=True, metavar="DIR", help="the store's folder")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="ready.json, events and CA go there")
    parser.add_argument("--mode", choices=["replay", "record"], default="replay", help="record: fetch and lock")
    parser.add_argument("--update", action="store_true", help="record: lock what has changed anew")
    parser.add_argument("--ca-bundle", type=Path, metavar="FILE", help="record: trust these certificates besides")
    parser.add_argument("--file-bytes", type=int, default=bounds.file_bytes, metavar="N", help="record: of one file")
    parser.add_argument("--total-bytes", type=int, default=bounds.disk_bytes, metavar="N", help="record: of all")
    parser.add_argument("--overlay", type=Path, metavar="LOCK", help="a lock that wins for its URLs: stand-ins")
    parser.add_argument("--supply", type=int, metavar="PORT", help="who brings files that the store lacks")
    wanted = parser.parse_args(arguments)
    starter = os.getppid()
    if parent.is_gone():  # killed while this was loaded: the next start may have removed the folder
        return 0
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    store = Store(wanted.store)
    try:
        lock = read_lock(wanted.lock)
        overlay = read_lock(wanted.overlay) if wanted.overlay else {}
        opener = make_opener(wanted.ca_bundle) if wanted.mode == "record" else None
    except (LockError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    limits = replace(bounds, file_bytes=wanted.file_bytes, disk_bytes=wanted.total_bytes)
    recorder = Recorder(wanted.lock, store, opener, limits, update=wanted.update) if opener else None
    with closing(recorder) if recorder else nullcontext():
        asyncio.run(replay(lock, overlay, store, recorder, wanted.state, wanted.supply))
    if os.getppid() != starter:  # it was killed: what lies there is nobody's any more
        remove_tree(wanted.state)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
