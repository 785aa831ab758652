"""Real hosts on loopback, over HTTP and HTTPS with a CA of their own, that do as a test tells them."""

import datetime
import ipaddress
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Give = Callable[["Handler"], None]


@dataclass
class Host:
    """A server, what it gives under each path, and what it was asked for."""

    url: str
    """Without a slash at the end."""
    ca: Path
    pages: dict[str, Give] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def give(self, path: str, what: Give | bytes) -> str:
        """Give this under a path from now on; return the URL."""
        self.pages[path] = whole(what) if isinstance(what, bytes) else what
        return self.url + path


class Handler(BaseHTTPRequestHandler):
    """Answers from the host's pages, and closes after each answer."""

    host: Host
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Give what the test wants given; 404 for anything else."""
        self.host.asked.append(self.path)
        self.close_connection = True
        self.host.pages.get(self.path, answer(404))(self)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def head(self, status: int, **headers: str) -> None:
        """Send the status and these headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave: tests make them."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def whole(content: bytes) -> Give:
    """The content with its length."""

    def give(handler: Handler) -> None:
        handler.head(200, Content_Length=str(len(content)), Content_Type="text/html")
        handler.wfile.write(content)

    return give


def answer(status: int, **headers: str) -> Give:
    """A status without a body."""
    return lambda handler: handler.head(status, Content_Length="0", **headers)


def chunked(content: bytes, *, end: bool = True) -> Give:
    """The content in one chunk, of a length that is not said in advance; without an end it is cut."""

    def give(handler: Handler) -> None:
        handler.head(200, Transfer_Encoding="chunked")
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(content), content))
        if end:
            handler.wfile.write(b"0\r\n\r\n")

    return give


def cut(content: bytes, after: int) -> Give:
    """The length of all of the content, and the connection closed after a part of it."""

    def give(handler: Handler) -> None:
        handler.head(200, Content_Length=str(len(content)))
        handler.wfile.write(content[:after])

    return give


def held(content: bytes, first: int, go_on: Event) -> Give:
    """The first part at once and the rest when the test says so."""

    def give(handler: Handler) -> None:
        handler.head(200, Content_Length=str(len(content)))
        handler.wfile.write(content[:first])
        handler.wfile.flush()
        if go_on.wait(60):
            handler.wfile.write(content[first:])

    return give


@contextmanager
def a_host(folder: Path, scheme: str = "https") -> Iterator[Host]:
    """A host that listens on 127.0.0.1 until the block ends."""
    ca, chain = make_certificates(folder)
    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host = Host(f"{scheme}://127.0.0.1:{server.server_port}", ca)
    server.RequestHandlerClass = type("HandlerOfHost", (Handler,), {"host": host})
    if scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


def make_certificates(folder: Path) -> tuple[Path, Path]:
    """A CA's certificate, and one that it signed for 127.0.0.1 with its key, in PEM."""
    now = datetime.datetime.now(datetime.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])

    def build(name: x509.Name, public_key: ec.EllipticCurvePublicKey, *, is_ca: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(ca_name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        )

    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    ca = build(ca_name, ca_key.public_key(), is_ca=True).sign(ca_key, hashes.SHA256())
    leaf = build(x509.Name([]), key.public_key(), is_ca=False).add_extension(address, critical=True)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    folder.mkdir(parents=True, exist_ok=True)
    ca_file, chain_file = folder / "ca.pem", folder / "host.pem"
    ca_file.write_bytes(ca.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    chain_file.write_bytes(private + leaf.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    return ca_file, chain_file
