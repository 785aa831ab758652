"""A site, served on loopback: open pages are told when they changed and what is wrong."""

import hashlib
import json
import mimetypes
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from generator.model.addresses import NOT_FOUND

LIVE = "_live/"
"""Folder of what is only there while the site is served."""

_HOST = "127.0.0.1"
_ALIVE = 15.0
"""Seconds after which a page that nothing happened to is told that the server is still there."""

# As on the site's own pages, so that what works here works there.
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
_EMPTY = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>Nothing here</title>
</head>
<body><main><h1>Nothing here</h1><p>There is no such page. If one is made, it will show up here.</p></main></body>
</html>
""".encode()


@dataclass(frozen=True, slots=True)
class Shown:
    """What is served at one moment."""

    files: Mapping[str, bytes]
    """By path below the site's root."""
    problems: Sequence[str] = ()
    """What keeps the site from being what the files say, a line each."""


class FilesOf(Mapping[str, bytes]):
    """The files of a folder, read when they are asked for; only those that are named can be."""

    def __init__(self, folder: Path, paths: Collection[str]) -> None:
        self._folder = folder
        self._paths = paths

    def __getitem__(self, path: str) -> bytes:
        """What a file holds. Raises KeyError where there is none, or none any more."""
        if path not in self._paths:
            raise KeyError(path)
        try:
            return (self._folder / path).read_bytes()
        except OSError as error:  # it belongs to a site that another one has just taken the place of
            raise KeyError(path) from error

    def __contains__(self, path: object) -> bool:
        """Without reading it."""
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        """Their paths."""
        return iter(self._paths)

    def __len__(self) -> int:
        """How many."""
        return len(self._paths)


class PortTakenError(Exception):
    """Another program listens there."""


class LiveServer:
    """Serves one site after another. Nobody but this machine can reach it, by whatever name."""

    def __init__(self, port: int, live: Mapping[str, bytes]) -> None:
        """Listen on a port, 0 for any that is free. `live` are the script and style that pages get, by name.

        Raises PortTakenError.
        """
        self._shown = Shown({})
        self._number = 0
        self._changed = threading.Condition()
        self._is_over = False
        handler = type(
            "Handler", (_Handler,), {"live": self, "own": {LIVE + name: data for name, data in live.items()}}
        )
        try:
            self._server = ThreadingHTTPServer((_HOST, port), handler)
        except OSError as error:
            raise PortTakenError(
                f"port {port} cannot be used ({error.strerror}): choose another with --port"
            ) from error
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where the site's root is, with its final slash."""
        return f"http://{_HOST}:{self._server.server_port}/"

    @property
    def shown(self) -> Shown:
        """What is served now."""
        return self._shown

    def show(self, shown: Shown) -> None:
        """Serve this from now on, and tell every open page."""
        with self._changed:
            self._shown = shown
            self._number += 1
            self._changed.notify_all()

    def wait(self, number: int) -> int:
        """The number of what is shown, as soon as it is another one, or after a while; negative at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != number or self._is_over, _ALIVE)
            return -1 if self._is_over else self._number

    def close(self) -> None:
        """Stop listening and let the open pages go."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    live: ClassVar[LiveServer]
    own: ClassVar[Mapping[str, bytes]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a file, or with what happens."""
        if not self._is_asked_by_this_machine():
            return self._answer(HTTPStatus.FORBIDDEN, b"only for this machine\n", "text/plain")
        parts = urlsplit(self.path)
        path = unquote(parts.path).lstrip("/")
        if path == f"{LIVE}events":
            return self._tell(parse_qs(parts.query).get("path", ["/"])[0])
        if path in self.own:
            return self._answer(HTTPStatus.OK, self.own[path], _type_of(path))
        shown = self.live.shown
        name, data = _file_at(path, shown)
        is_found = name == _name_of(path)
        if not is_found and f"{path}/index.html" in shown.files:
            return self._redirect(parts.path + "/")
        status = HTTPStatus.OK if is_found else HTTPStatus.NOT_FOUND
        return self._answer(status, _with_script(data or _EMPTY, name, path, shown), _type_of(name))

    do_HEAD = do_GET  # noqa: N815 - the name is the library's

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what matters is said by whoever builds."""

    def _is_asked_by_this_machine(self) -> bool:
        """Not by a page elsewhere whose name was made to lead here."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        return host in (_HOST, "localhost")

    def _answer(self, status: HTTPStatus, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _redirect(self, place: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _tell(self, path: str) -> None:
        """Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) for one open page."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        number = told = -1
        try:
            while True:
                number = self.live.wait(number)
                if number < 0:
                    return
                self.wfile.write(_event(self.live.shown, path) if number != told else b": still here\n\n")
                self.wfile.flush()
                told = number
        except OSError:  # the page was closed
            return


def _event(shown: Shown, path: str) -> bytes:
    name, data = _file_at(unquote(path).lstrip("/"), shown)
    page = _digest(name, data or _EMPTY)
    return f"data: {json.dumps({'page': page, 'problems': list(shown.problems)})}\n\n".encode()


def _file_at(path: str, shown: Shown) -> tuple[str, bytes | None]:
    """The file that answers for a path; for what is not there, that of its language or of the site, if it has one."""
    for name in (_name_of(path), f"{path.partition('/')[0]}/{NOT_FOUND}"):
        if (data := shown.files.get(name)) is not None:
            return name, data
    return NOT_FOUND, shown.files.get(NOT_FOUND)


def _name_of(path: str) -> str:
    return path + "index.html" if not path or path.endswith("/") else path


def _digest(name: str, data: bytes) -> str:
    return hashlib.sha256(name.encode() + data).hexdigest()[:16]


def _with_script(data: bytes, name: str, path: str, shown: Shown) -> bytes:
    """A page that will hear of its changes; any other file as it is."""
    if not name.endswith(".html"):
        return data
    tags = (
        f'<link rel="stylesheet" href="/{LIVE}live.css">\n'
        f'<script src="/{LIVE}live.js" data-page="{_digest(name, data)}" defer></script>\n</head>'
    )
    return data.replace(b"</head>", tags.encode(), 1)


def _type_of(name: str) -> str:
    if name.endswith(".md"):
        return "text/markdown; charset=utf-8"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in ("application/json", "application/javascript", "application/xml")
    return f"{kind}; charset=utf-8" if is_text else kind
