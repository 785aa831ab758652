"""A small HTTP server on loopback over the store, so that the proxy streams files instead of holding them."""

import re
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from threading import Thread
from typing import BinaryIO, Self
from urllib.parse import unquote, urlsplit

from generator.assets.store import Store

_PATH = re.compile(r"/([0-9a-f]{64})/(.*)")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)
# Only the table that comes with Python: what a page gets must not depend on the machine's /etc/mime.types.
_TYPES = MimeTypes()


def content_type(name: str) -> str:
    """The Content-Type of a file by its name, which may be percent-encoded."""
    kind, encoding = _TYPES.guess_type(unquote(name))
    # A Content-Encoding would make clients unpack the file; they asked for the file.
    if kind is None or encoding is not None:
        return "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def byte_range(header: str | None, size: int) -> range | None:
    """The bytes that a Range header asks of a file of this size (RFC 9110, 14.1.2).

    None stands for the whole file: no header, or one that must or may be ignored, such as several ranges at
    once. An empty range stands for a range that the file does not have.
    """
    match = _RANGE.fullmatch((header or "").strip())
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size) if last else None
    if not last:
        return range(int(first), size)
    return range(int(first), min(int(last) + 1, size)) if int(first) <= int(last) else None


class LoopbackServer(ThreadingHTTPServer):
    """A server for the proxy in whose process it runs, with a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.address: tuple[str, int] = ("127.0.0.1", self.server_port)
        """Host and port where it listens."""

    def start(self) -> Self:
        """Serve from a thread that ends with the process."""
        Thread(target=self.serve_forever, name=type(self).__name__, daemon=True).start()
        return self

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave in the middle of a body: megfile does, to learn a file's size."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class LoopbackHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD alike, but for the body."""

    protocol_version = "HTTP/1.1"
    server_version = "hubpages"
    sys_version = ""
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer with the body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without it."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the events keep the record."""

    def _answer(self, with_body: bool) -> None:
        raise NotImplementedError


class FileServer(LoopbackServer):
    """Serves `GET` and `HEAD` of `/<sha256>/<name>` until the process ends; the name gives the type only."""

    def __init__(self, store: Store) -> None:
        super().__init__(_Handler)
        self.store = store

    def path_for(self, url: str, sha256: str) -> str:
        """The path under which it serves this file as the answer to a normalised URL."""
        return f"/{sha256}/{PurePosixPath(urlsplit(url).path).name}"


class _Handler(LoopbackHandler):
    server: FileServer

    def _answer(self, with_body: bool) -> None:
        match = _PATH.fullmatch(self.path)
        try:
            if match is None:
                raise FileNotFoundError(self.path)
            file = self.server.store.path_of(match[1]).open("rb")
        except OSError:
            self._empty(HTTPStatus.NOT_FOUND)
            return
        with file:
            self._send(file, tag=f'"{match[1]}"', kind=content_type(match[2]), with_body=with_body)

    def _send(self, file: BinaryIO, tag: str, kind: str, with_body: bool) -> None:
        size = file.seek(0, 2)
        # A range is a matter of GET alone, and If-Range asks for the whole file when it has changed.
        ranged = with_body and self.headers.get("If-Range", tag) == tag
        part = byte_range(self.headers.get("Range"), size) if ranged else None
        if part is not None and not part:
            self._empty(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, ("Content-Range", f"bytes */{size}"))
            return
        self.send_response(HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT)
        if part is not None:
            self.send_header("Content-Range", f"bytes {part.start}-{part.stop - 1}/{size}")
        part = part or range(size)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Type", kind)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", tag)
        self.end_headers()
        if with_body and part:
            self.connection.sendfile(file, part.start, len(part))

    def _empty(self, status: HTTPStatus, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", "0")):
            self.send_header(name, value)
        self.end_headers()
