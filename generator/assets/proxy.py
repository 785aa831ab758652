"""Start and stop the proxy that replays or records, and ask it what its clients downloaded.

Imports no mitmproxy: that runs in a process apart.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from generator.assets.events import check_client_name, read_events
from generator.assets.store import Store
from generator.files import full_disk
from generator.model.asset import AssetRequest, ProxyMode
from generator.model.limits import Limits

_LIMITS = Limits()
_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0
"""Only one that hangs takes as long."""
_CONNECT_SECONDS = 10.0
_POLL_SECONDS = 0.01
_TAIL = 2000
_SILENT = "said nothing"
_UNWRITTEN = 120
"""Python's own status where it could not write at its end what it had to say."""
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_BUNDLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "AWS_CA_BUNDLE",
)


class ProxyError(Exception):
    """The replay proxy does not run; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class ProxyAddress:
    """Where a running proxy is found by any process of its machine."""

    port: int
    """Where it listens on 127.0.0.1."""
    ca_file: Path
    """The certificate, in PEM, that its clients must trust."""
    state: Path
    """Its folder."""

    @property
    def events(self) -> Path:
        """Where it writes what its clients ask for."""
        return self.state / "events"

    def url_for(self, client: str) -> str:
        """The proxy's URL for this client, named by 1 to 64 of A-Z, a-z, 0-9, _ and -; else ValueError."""
        return f"http://{check_client_name(client)}:x@127.0.0.1:{self.port}"

    def environment_for(self, client: str) -> dict[str, str]:
        """The variables that make a process of this client use the proxy and trust its certificate.

        The certificate stands alone in the bundle: nothing else can be reached.
        """
        url = self.url_for(client)
        variables = dict.fromkeys(_BUNDLES, str(self.ca_file))
        for name in _PROXIES:
            variables |= {name: url, name.upper(): url}
        # Empty, not absent: a value inherited from the machine would let hosts pass by the proxy.
        return variables | {"no_proxy": "", "NO_PROXY": ""}

    def requests_of(self, client: str) -> tuple[AssetRequest, ...]:
        """What this client has asked for so far, in order.

        Raises ProxyError if nobody answers there any more: its clients' failures are then no fault of theirs.
        """
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=_CONNECT_SECONDS).close()
        except OSError as error:
            raise ProxyError(f"the replay proxy is gone{_tail(self.state / 'proxy.log')}") from error
        return read_events(self.events, client)


class ReplayProxy:
    """A running replay proxy: `with ReplayProxy.start(lock, store, folder) as proxy: …`.

    The process also ends with the one that started it, however that dies.
    """

    def __init__(self, process: subprocess.Popen[bytes], address: ProxyAddress) -> None:
        self.process = process
        self.address = address
        self._stopped = False

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return self.address.port

    @property
    def ca_file(self) -> Path:
        """The certificate, in PEM, that its clients must trust."""
        return self.address.ca_file

    @classmethod
    def start(
        cls,
        lock_path: Path,
        store: Store,
        state_folder: Path,
        *,
        mode: ProxyMode = "replay",
        update: bool = False,
        overlay: Path | None = None,
        ca_bundle: Path | None = None,
        supply: int | None = None,
        limits: Limits = _LIMITS,
    ) -> Self:
        """Start a proxy over a lock and a store; it serves when this returns.

        Args:
            state_folder: this proxy's own: what an earlier one left there is deleted. Keep it from the clients'
                sight: the CA's private key lies in it.
            mode: replay the lock as it now is, or fetch everything from its host and lock what is new. To record
                lets clients read whatever this machine can reach by HTTP: do it for pages that you trust.
            update: when recording, lock also what has changed since it was locked.
            overlay: another lock that wins for its URLs, in either mode: stand-in weights.
            ca_bundle: when recording, certificates in PEM to trust besides the system's.
            supply: the port of who brings files that the store lacks: see `supplying`.
            limits: when recording, what bounds a file, and all that is fetched before the proxy ends.

        Raises ProxyError when the proxy does not come up.
        """
        state_folder.mkdir(parents=True, exist_ok=True)
        ready, log = state_folder / "ready.json", state_folder / "proxy.log"
        ready.unlink(missing_ok=True)
        for name in ("ca", "events"):
            shutil.rmtree(state_folder / name, ignore_errors=True)
        options: dict[str, object] = {"lock": lock_path, "store": store.folder, "state": state_folder, "mode": mode}
        options |= {"file-bytes": limits.file_bytes, "total-bytes": limits.disk_bytes}
        options |= {"overlay": overlay, "ca-bundle": ca_bundle, "supply": supply}
        process = _started([*_words(options), *(["--update"] if update else [])], log)
        try:
            _wait_until_ready(process, ready, log)
            data = json.loads(ready.read_text(encoding="utf-8"))
            return cls(process, ProxyAddress(int(data["port"]), Path(data["ca"]), state_folder))
        except BaseException:
            _end(process, patience=0)
            raise

    def url_for(self, client: str) -> str:
        """As `ProxyAddress.url_for`."""
        return self.address.url_for(client)

    def environment_for(self, client: str) -> dict[str, str]:
        """As `ProxyAddress.environment_for`."""
        return self.address.environment_for(client)

    def requests_of(self, client: str) -> tuple[AssetRequest, ...]:
        """What this client has asked for so far, in order; also after the proxy was stopped.

        Raises ProxyError if the proxy died by itself: its clients' failures are then no fault of theirs.
        """
        if not self._stopped and self.process.poll() is not None:
            raise ProxyError(_epitaph(self.process, self.address.state / "proxy.log"))
        return read_events(self.address.events, client)

    def stop(self) -> None:
        """End the proxy and wait for it; harmless when repeated."""
        self._stopped = True
        _end(self.process, patience=_STOP_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _words(options: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items() if value is not None]


def _started(words: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    # -P: a folder that is called generator where somebody happens to stand is none of ours.
    command = [sys.executable, "-P", "-m", "generator.assets.replay", *words]
    with log.open("wb") as stderr:
        # Ctrl-C goes to a terminal's whole group, and clients may still need the proxy to end well.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
        )


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Path, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not ready.exists():
        if process.poll() is not None:
            raise ProxyError(_epitaph(process, log))
        if time.monotonic() > deadline:
            raise ProxyError(f"the replay proxy was not ready after {_READY_SECONDS:.0f} s{_tail(log)}")
        time.sleep(_POLL_SECONDS)


def _epitaph(process: subprocess.Popen[bytes], log: Path) -> str:
    unsaid = f"could not write why, as where {full_disk()}" if process.returncode == _UNWRITTEN else _SILENT
    return f"the replay proxy ended with status {process.returncode}{_tail(log, unsaid)}"


def _tail(log: Path, unsaid: str = _SILENT) -> str:
    """What it said last; or this, where it said nothing."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace").strip()[-_TAIL:]
    except FileNotFoundError:  # it went with whoever held it
        text = ""
    return f":\n{text}" if text else f", and {unsaid}"


def _end(process: subprocess.Popen[bytes], patience: float) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
