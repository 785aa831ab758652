"""Files that come into a store once somebody asks for them: asked on the machine's own loopback.

Where stores are not shared, a proxy on one machine replays a lock whose files lie on another.
"""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_DIGEST_BYTES = 64
_MOST_BYTES = 4096


@contextmanager
def supplying(bring: Callable[[str], None]) -> Iterator[int]:
    """A server on 127.0.0.1 while the context lasts, and its port: it brings the files whose SHA-256 it is asked for.

    Args:
        bring: gets one file into the store, unless it is there or nobody has it. What it raises is told to whoever
            asked. It is called from several threads.
    """

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                bring(self.rfile.read(_DIGEST_BYTES).decode("ascii"))
            except Exception as error:  # whatever it is, somebody waits for an answer
                self.wfile.write(f"{type(error).__name__}: {error}".encode()[:_MOST_BYTES])

    # Not a Unix socket: the path of one may have 107 bytes, and folders for temporary files have longer ones.
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name="supply", daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()


def ask_for(sha256: str, port: int) -> str:
    """Have a file brought into the store; empty once that was tried, else what was in the way."""
    try:
        with socket.create_connection(("127.0.0.1", port)) as asking:
            asking.sendall(sha256.encode("ascii"))
            asking.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := asking.recv(_MOST_BYTES):
                answer += piece
    except OSError as error:
        return f"nobody supplies it here any more ({error})"
    return answer.decode("utf-8", "replace")
