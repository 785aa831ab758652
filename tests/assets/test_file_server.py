"""The file server behind the proxy, asked directly."""

import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.assets.file_server import FileServer, byte_range, content_type
from generator.assets.store import Store

from .test_store import add

_sizes = st.integers(0, 50)


@settings(deadline=None)
@given(_sizes, _sizes, _sizes)
def test_range_names_the_bytes_that_it_says(size: int, first: int, length: int) -> None:
    """`bytes=a-b` counts both ends, `bytes=a-` goes to the end, `bytes=-n` is the last n."""
    content = bytes(range(size))
    last = first + length
    assert _cut(content, f"bytes={first}-{last}") == content[first : last + 1]
    assert _cut(content, f"bytes={first}-") == content[first:]
    assert _cut(content, f"bytes=-{length}") == (content[-length:] if length else b"")


@pytest.mark.parametrize("header", [None, "", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "items=0-1", "bytes=a-b"])
def test_range_that_makes_no_sense_is_ignored(header: str | None) -> None:
    """The whole file is sent, as RFC 9110 allows or demands."""
    assert byte_range(header, 10) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("master.zip", "application/zip"),
        ("cat.jpg", "image/jpeg"),
        ("labels.txt", "text/plain; charset=utf-8"),
        ("net.tar.gz", "application/octet-stream"),
        ("net.pkl", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_content_type_follows_the_name(name: str, expected: str) -> None:
    """A client that asks for the type gets a sensible one, and never one that makes it unpack the file."""
    assert content_type(name) == expected


@pytest.mark.parametrize("path", ["/", "/../secret/x", "/{folder}/secret/x", f"/{'0' * 64}/x", "/%2e%2e/secret/x"])
def test_nothing_but_the_store_is_served(tmp_path: Path, path: str) -> None:
    """A path that is no digest of the store gives 404, whatever else lies on the disk."""
    store = Store(tmp_path / "hub" / "store")
    store.folder.mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    head, _ = _exchange(store, f"GET {path.format(folder=tmp_path)} HTTP/1.1")
    assert head.startswith(b"HTTP/1.1 404 ")


def test_head_sends_the_length_and_no_body(tmp_path: Path, store: Store) -> None:
    """The headers are those of GET, and nothing follows them."""
    (tmp_path / "file").write_bytes(b"weights")
    sha256 = add(store, tmp_path / "file")
    head, body = _exchange(store, f"HEAD /{sha256}/net.pkl HTTP/1.1")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"Content-Length: 7" in head
    assert body == b""


def _exchange(store: Store, request: str) -> tuple[bytes, bytes]:
    """Head and body of everything that comes back for one request."""
    with socket.create_connection(FileServer(store).start().address, timeout=60) as connection:
        connection.sendall(f"{request}\r\nHost: store\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(4096):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def _cut(content: bytes, header: str) -> bytes:
    part = byte_range(header, len(content))
    assert part is not None
    return bytes(content[index] for index in part)
