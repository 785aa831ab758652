"""The replay proxy's own process: `python -m generator.assets.replay --lock FILE --store DIR --state DIR`.

An HTTP and HTTPS proxy on loopback that answers every URL of the lock with the store's file and refuses all
else. It contacts nothing but the file server inside this process. In the state folder it writes

    ready.json             {"port": …, "ca": path of the CA certificate in PEM}, once it listens
    ca/                    the CA that signs for every host, made for this run
    events/<client>.jsonl  what each client asked for, written before the answer is sent

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
from contextlib import suppress
from pathlib import Path
from threading import Thread

from mitmproxy import connection, http
from mitmproxy.addons import errorcheck, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy import server_hooks

from generator.assets.events import ANONYMOUS, append_event, is_client_name
from generator.assets.file_server import FileServer
from generator.assets.lock import LockError, normalise_url, read_lock
from generator.assets.store import Store
from generator.model.asset import Asset, AssetRequest

_METHODS = frozenset({"GET", "HEAD"})
# What the file server understands; everything else, Proxy-Authorization above all, stays here.
_FORWARDED = ("Connection", "Range", "If-Range")


class Replay:
    """The mitmproxy addon: decides about each request, and records it. Its methods are mitmproxy's hooks."""

    def __init__(
        self,
        lock: Mapping[str, Asset],
        store: Store,
        files: FileServer,
        events: Path,
        ready: Callable[[], None],
    ) -> None:
        self._lock = lock
        self._store = store
        self._files = files
        self._events = events
        self._ready = ready
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

    def request(self, flow: http.HTTPFlow) -> None:
        """Send a locked URL to the file server and answer any other."""
        asset = self._lock.get(_url_of(flow.request))
        reason = _objection(flow.request)
        if reason is None and asset is None:
            reason = "not in hub.lock"
        elif reason is None and asset is not None and not self._store.has(asset.sha256):
            reason = "in hub.lock but not in the store"
        if reason is not None:
            self._record(flow, reason)
            flow.response = _refusal(flow.request, reason)
        elif asset is not None:
            # HEAD downloads nothing: whoever does GET the file is recorded then.
            if flow.request.method == "GET":
                self._record(flow, reason=None)
            self._send_to_file_server(flow.request, asset)

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Let no connection leave for anything but the file server, whatever made mitmproxy want one."""
        if data.server.address != self._files.address:
            data.server.error = "the replay proxy contacts nothing"

    def _send_to_file_server(self, request: http.Request, asset: Asset) -> None:
        kept = {name: request.headers[name] for name in _FORWARDED if name in request.headers}
        request.scheme = "http"
        request.host, request.port = self._files.address
        request.path = self._files.path_for(asset.url, asset.sha256)
        request.raw_content = b""
        request.headers = http.Headers(host="{}:{}".format(*self._files.address))
        request.headers.update(kept)

    def _record(self, flow: http.HTTPFlow, reason: str | None) -> None:
        url = _url_of(flow.request)
        asset = self._lock.get(url)
        said = flow.request.headers.get("Proxy-Authorization")
        client = client_of(said) if said else self._tunnels.get(flow.client_conn.id, ANONYMOUS)
        event = AssetRequest(
            url=url,
            status="refused" if reason else "served",
            sha256=asset.sha256 if asset else None,
            size=asset.size if asset else None,
            reason=reason,
            time=time.time(),
        )
        append_event(self._events, client, event)


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
    return http.Response.make(502, text, {"Content-Type": "text/plain; charset=utf-8"})


async def replay(lock: Mapping[str, Asset], store: Store, state: Path) -> None:
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
        _write_whole(state / "ready.json", {"port": proxy.listen_addrs()[0][1], "ca": str(certificate)})

    events = state / "events"
    events.mkdir(parents=True, exist_ok=True)
    addon = Replay(lock, store, FileServer(store).start(), events, ready)
    master.addons.add(  # type: ignore[no-untyped-call]
        proxy, next_layer.NextLayer(), tlsconfig.TlsConfig(), errorcheck.ErrorCheck(), addon
    )
    # Lazy, or mitmproxy calls the host of each CONNECT; streaming, or it holds every file in memory.
    options.update(connection_strategy="lazy", stream_large_bodies="64k")  # type: ignore[no-untyped-call]
    stop = master.shutdown
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    Thread(target=_at_end_of_input, args=(stop,), name="parent watch", daemon=True).start()
    await master.run()


def _at_end_of_input(stop: Callable[[], None]) -> None:
    # Not sys.stdin: a thread waiting inside its lock makes the interpreter abort when it ends otherwise.
    while os.read(0, 1024):
        pass
    # The loop may be closed already, when SIGTERM came first.
    with suppress(RuntimeError):
        stop()


def _write_whole(path: Path, data: Mapping[str, object]) -> None:
    incoming = path.with_name(f".{path.name}.{os.getpid()}")
    incoming.write_text(json.dumps(data), encoding="utf-8")
    incoming.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proxy; the exit status is 2 for a lock that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m generator.assets.replay", description="Replay locked downloads.")
    parser.add_argument("--lock", type=Path, required=True, metavar="FILE", help="the lock; read once")
    parser.add_argument("--store", type=Path, required=True, metavar="DIR", help="the store's folder")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="ready.json, events and CA go there")
    wanted = parser.parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    try:
        lock = read_lock(wanted.lock)
    except (LockError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    asyncio.run(replay(lock, Store(wanted.store), wanted.state))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
