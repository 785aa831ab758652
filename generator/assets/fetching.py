"""Getting a file from its real host, whole and unpacked by nobody, or saying why not."""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Literal
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

PATIENCE = 60.0
"""Seconds that a host may take to connect, and to send anything further."""

_PIECE = 1 << 18
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
# A resolver that cannot be asked says nothing about the name: the machine may be offline.
_UNDECIDED = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL})


class FetchError(Exception):
    """A file could not be had from its host; the message is a reason such as "the host answers 404 Not Found"."""

    def __init__(
        self, reason: str, status: Literal["gone", "refused"] = "refused", answer: int = HTTPStatus.BAD_GATEWAY
    ) -> None:
        super().__init__(reason)
        self.status: Literal["gone", "refused"] = status
        """gone: the host is not there, or has no such file. refused: anything else, which may pass."""
        self.answer = answer
        """The HTTP status with which to answer whoever asked for it."""


class Source:
    """A file that is arriving."""

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response
        self.size: int | None = response.length
        """Its length in bytes, if the host said it in advance."""

    def pieces(self) -> Iterator[bytes]:
        """Its bytes as they come. Raises FetchError where it ends before its end."""
        received = 0
        try:
            while piece := self._response.read1(_PIECE):
                received += len(piece)
                yield piece
        except (OSError, HTTPException) as error:
            raise FetchError(f"the host broke off after {received} bytes ({_name(error)})") from error
        # Where the length is known, the client library takes an early end for the end.
        if self.size is not None and received != self.size:
            raise FetchError(f"the host broke off after {received} of {self.size} bytes")

    def close(self) -> None:
        """Leave the host."""
        self._response.close()


def make_opener(ca_bundle: Path | None = None) -> request.OpenerDirector:
    """What fetches over HTTP and HTTPS, follows redirects, and uses the proxies that the environment names.

    Args:
        ca_bundle: certificates in PEM to trust besides the system's.

    Raises OSError for a bundle that cannot be read.
    """
    context = ssl.create_default_context()
    if ca_bundle is not None:
        context.load_verify_locations(ca_bundle)
    opener = request.OpenerDirector()
    # Not build_opener: it adds FTP, to which a redirect may lead, and files of this machine.
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(context=context),
        request.HTTPRedirectHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    opener.addheaders = []
    return opener


def fetch(url: str, headers: Mapping[str, str], opener: request.OpenerDirector) -> Source:
    """Ask a URL's host for the file, and return when it begins to come. Raises FetchError."""
    # Compressed on the way, it would be another file in the store than what clients unpack.
    asked = request.Request(url, headers={**headers, "Accept-Encoding": "identity"})
    try:
        response = opener.open(asked, timeout=PATIENCE)
    except HTTPError as error:
        with error:
            raise _answered(error.code) from error
    except (OSError, HTTPException, ValueError) as error:
        raise _unanswered(error, url) from error
    problem = _problem(response)
    if problem is not None:
        response.close()
        raise problem
    return Source(response)


def _answered(code: int) -> FetchError:
    try:
        name = f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        name = str(code)
    answer = code if 400 <= code < 600 else HTTPStatus.BAD_GATEWAY
    return FetchError(f"the host answers {name}", "gone" if code in _GONE else "refused", answer)


def _unanswered(error: Exception, url: str) -> FetchError:
    if isinstance(error, URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, ssl.SSLCertVerificationError):
        return FetchError(f"the host's certificate cannot be trusted: {error.verify_message}")
    if isinstance(error, TimeoutError):
        return FetchError(f"the host says nothing within {PATIENCE:.0f} s")
    # What a proxy on the way does says nothing about the host.
    if not _uses_proxy(url):
        if isinstance(error, socket.gaierror) and error.errno not in _UNDECIDED:
            return FetchError("there is no such host", "gone")
        if isinstance(error, OSError) and error.errno == errno.ECONNREFUSED:
            return FetchError("the host refuses connections", "gone")
    return FetchError(f"the host cannot be asked ({_name(error)})")


def _problem(response: HTTPResponse) -> FetchError | None:
    """Why an answer that looks well cannot be recorded, if it cannot."""
    if response.status != HTTPStatus.OK:
        return _answered(response.status)
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding != "identity":
        return FetchError(f"the host sends it in Content-Encoding {encoding} only")
    if response.length is None and not response.chunked:
        return FetchError("the host does not say how long it is, so nobody can tell whether it arrived whole")
    return None


def _uses_proxy(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in request.getproxies() and not request.proxy_bypass(parts.hostname or "")


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
