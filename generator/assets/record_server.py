"""A small HTTP server on loopback that gives away downloads while they are being recorded."""

import time
from collections.abc import Callable, Iterable
from email.message import Message
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from generator.assets.file_server import LoopbackHandler, LoopbackServer, byte_range, content_type
from generator.assets.recording import Download, Ending, Recorder
from generator.model.asset import AssetRequest

URL, CLIENT = "Hubpages-URL", "Hubpages-Client"
"""The headers that say what to fetch, normalised, and for whom."""

_FOR_THE_HOST = ("User-Agent", "Accept")
"""What of a client's request its host may see: some answer by it, and none of it is secret."""

_PIECE = 1 << 18


class RecordServer(LoopbackServer):
    """Answers `GET` and `HEAD` until the process ends. What and for whom stands in the request's headers."""

    def __init__(self, recorder: Recorder, note: Callable[[str, AssetRequest], None]) -> None:
        super().__init__(_Handler)
        self.recorder = recorder
        self.note = note


class _Handler(LoopbackHandler):
    server: RecordServer

    def _answer(self, with_body: bool) -> None:
        asked = time.time()
        url, client = self.headers[URL], self.headers[CLIENT]
        download = self.server.recorder.download(url, _pick(self.headers, _FOR_THE_HOST))
        download.wait_for_head()
        part = self._part(download.size) if with_body else None
        # Where there is no last byte to hold back, the answer itself waits until all is recorded.
        is_empty = download.size == 0 or (part is not None and not part)
        # Opened before it is asked how the download ended: it may end at any moment.
        file = download.open() if with_body and not is_empty else None
        if file is not None:
            with file:
                self._send_head(url, part, download.size)
                self._send_body(file, part, download, lambda ending: self._note(url, client, asked, ending))
            return
        ending = download.wait_for_end() if with_body or is_empty else download.ending
        if ending is not None and ending.sha256 is None:
            self._note(url, client, asked, ending)
            self._apologise(url, ending)
            return
        if with_body and ending is not None:
            self._note(url, client, asked, ending)
        self._send_head(url, part, download.size)

    def _part(self, size: int | None) -> range | None:
        """The part that is asked for; None for all. What has no tag or known length yet is given whole."""
        if size is None or "If-Range" in self.headers:
            return None
        return byte_range(self.headers.get("Range"), size)

    def _send_head(self, url: str, part: range | None, size: int | None) -> None:
        if part is not None and not part:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
        elif part is not None:
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            self.send_header("Content-Range", f"bytes {part.start}-{part.stop - 1}/{size}")
        else:
            self.send_response(HTTPStatus.OK)
        # The type is what it will be when the file is replayed, whatever the host calls it.
        self.send_header("Content-Type", content_type(PurePosixPath(urlsplit(url).path).name))
        if size is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(size if part is None else len(part)))
            self.send_header("Accept-Ranges", "bytes")
        self.end_headers()

    def _send_body(
        self, file: BinaryIO, part: range | None, download: Download, note: Callable[[Ending], None]
    ) -> None:
        chunked = download.size is None
        position = part.start if part is not None else 0
        stop = part.stop if part is not None else download.size
        left = False
        file.seek(position)
        try:
            while (limit := download.wait_beyond(position, stop)) > position:
                self._copy(file, limit - position, chunked)
                position = limit
        except ConnectionError:
            # The download goes on without this client, and what came of it is still on its record.
            left = True
        ending = download.wait_for_end()
        note(ending)
        if left or ending.size is None:
            # To close without the end tells a client that is still there that the end is missing.
            self.close_connection = True
            return
        self._copy(file, (ending.size if stop is None else stop) - position, chunked)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _copy(self, file: BinaryIO, count: int, chunked: bool) -> None:
        while count > 0 and (piece := file.read(min(count, _PIECE))):
            count -= len(piece)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)

    def _note(self, url: str, client: str, asked: float, ending: Ending) -> None:
        request = AssetRequest(
            url=url,
            status=ending.status,
            sha256=ending.sha256,
            size=ending.size,
            reason=ending.reason,
            time=asked,
            previous=ending.previous,
        )
        self.server.note(client, request)

    def _apologise(self, url: str, ending: Ending) -> None:
        text = f"hubpages records downloads, and this one failed.\n{self.command} {url}: {ending.reason}.\n".encode()
        self.send_response(ending.answer)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)


def _pick(headers: Message, names: Iterable[str]) -> dict[str, str]:
    return {name: headers[name] for name in names if name in headers}
