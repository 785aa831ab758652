"""What the tests replay, and the ways in which they ask for it."""

import base64
import json
import ssl
import subprocess
import sys
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store

URL = "https://files.invalid/weights/net.pkl"
PLAIN_URL = "http://files.invalid/labels.txt"
LOST_URL = "https://files.invalid/lost.bin"
CONTENT = bytes(range(256)) * 1000
"""Large enough to be streamed and not buffered."""

_FETCH = """
import hashlib, json, sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1])
except urllib.error.HTTPError as error:
    answer = error
digest, size = hashlib.sha256(), 0
while chunk := answer.read(1 << 20):
    digest.update(chunk)
    size += len(chunk)
print(json.dumps({"status": answer.status, "sha256": digest.hexdigest(), "size": size}))
"""


@dataclass(frozen=True)
class Hub:
    """A lock, the store behind it, and a folder for a proxy's state."""

    lock_path: Path
    store: Store
    state: Path


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def fetch_in_child(proxy: ReplayProxy, client: str, url: str) -> dict[str, Any]:
    """Status, digest and size of what a Python process gets that knows the environment alone."""
    command = [sys.executable, "-c", _FETCH, url]
    environment = proxy.environment_for(client)
    child = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=300)
    result: dict[str, Any] = json.loads(child.stdout)
    return result


def ask(
    proxy: ReplayProxy, user: str | None, method: str, url: str, body: bytes | None = None, **headers: str
) -> Answer:
    """Send one request through the proxy as this user."""
    credentials = {}
    if user is not None:
        credentials["Proxy-Authorization"] = "Basic " + base64.b64encode(f"{user}:x".encode()).decode()
    parts = urlsplit(url)
    if parts.scheme == "http":
        connection = HTTPConnection("127.0.0.1", proxy.port, timeout=60)
        target = url
        headers = {**headers, **credentials}
    else:
        trust = ssl.create_default_context(cafile=str(proxy.ca_file))
        connection = HTTPSConnection("127.0.0.1", proxy.port, timeout=60, context=trust)
        connection.set_tunnel(str(parts.hostname), parts.port or 443, headers=credentials)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    try:
        connection.request(method, target, body, {name.replace("_", "-"): headers[name] for name in headers})
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()
