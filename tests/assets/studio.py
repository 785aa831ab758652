"""A hub that records from a host, and the ways in which the tests look at both."""

import os
import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from generator.assets.lock import add_asset, read_lock
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.model.asset import Asset, AssetRequest

from .hosts import Host
from .hub import Hub, ask


@dataclass(frozen=True)
class Studio:
    """A host, and a proxy that records what it gives."""

    host: Host
    hub: Hub
    proxy: ReplayProxy

    def locked(self, url: str) -> Asset | None:
        """What the lock has under a URL."""
        return read_lock(self.hub.lock_path).get(url)


def a_hub(folder: Path) -> Hub:
    """A hub with nothing in it yet."""
    return Hub(folder / "hub.lock", Store(folder / "store"), folder / "state")


def recorder(hub: Hub, host: Host, **options: Any) -> ReplayProxy:
    """A proxy that records into a hub and trusts the host."""
    return ReplayProxy.start(hub.lock_path, hub.store, hub.state, mode="record", ca_bundle=host.ca, **options)


def lock_content(hub: Hub, url: str, content: bytes) -> Asset:
    """Lock this content under a URL."""
    file = hub.lock_path.with_name("content")
    file.write_bytes(content)
    return add_asset(url, file, hub.lock_path, hub.store)


def outline(request: AssetRequest) -> tuple[object, ...]:
    """Everything of an event but its time."""
    return request.url, request.status, request.sha256, request.size, request.reason, request.previous


def arrives(proxy: ReplayProxy, client: str, url: str) -> bool:
    """Whether a client gets what it takes for the whole file."""
    try:
        return ask(proxy, client, "GET", url).status == 200
    except (HTTPException, OSError):
        return False


def begin(proxy: ReplayProxy, url: str) -> closing[socket.socket]:
    """Ask for a URL in a tunnel without TLS of its own, to read at one's own pace."""
    parts = url.removeprefix("https://").partition("/")
    raw = socket.create_connection(("127.0.0.1", proxy.port), timeout=60)
    raw.sendall(f"CONNECT {parts[0]} HTTP/1.1\r\nHost: {parts[0]}\r\n\r\n".encode())
    while not raw.recv(1000).endswith(b"\r\n\r\n"):
        pass
    tunnel = ssl.create_default_context(cafile=str(proxy.ca_file)).wrap_socket(raw, server_hostname="127.0.0.1")
    tunnel.sendall(f"GET /{parts[2]} HTTP/1.1\r\nHost: {parts[0]}\r\nConnection: close\r\n\r\n".encode())
    return closing(tunnel)


def read_at_least(download: socket.socket, size: int) -> bytes:
    """So many bytes of an answer, its head included."""
    received = b""
    while len(received) < size:
        piece = download.recv(65536)
        assert piece
        received += piece
    return received


def read_to_end(download: socket.socket) -> bytes:
    """The rest of an answer."""
    received = b""
    while piece := download.recv(65536):
        received += piece
    return received


def files(store: Store) -> set[str]:
    """What lies in the store, finished or not."""
    return {name for _, _, names in os.walk(store.folder) for name in names if not name.startswith(".guard")}
