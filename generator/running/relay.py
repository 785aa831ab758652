"""The way from a network of its own to the replay proxy.

A sandboxed kernel has a loopback where nobody listens. Before it starts, `python relay.py FD PORT COMMAND…` opens a
listening socket there, hands it out through the Unix socket FD, and becomes the kernel. A socket belongs to the network
in which it was made: outside, `Relay` accepts the connections from within and carries their bytes to the proxy.
So no process stays inside that a snippet could stop, and no file that it could replace.

The kernel's interpreter runs this file by its path: standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import array
import contextlib
import os
import socket
import sys
import threading

_CHUNK = 1 << 18
_CONNECTIONS = 128
"""At once; a snippet that opens more waits. It must not exhaust this process."""


class Relay:
    """The outer end: `with Relay(host, port) as relay: …`; nothing is carried before the inner end has started."""

    def __init__(self, host: str, port: int) -> None:
        """Carry connections to this address."""
        self.port = port
        """Where the inner end shall listen: the same port, so that a client's settings hold on both sides."""
        self._target = (host, port)
        self._here, self._there = socket.socketpair()
        self._slots = threading.BoundedSemaphore(_CONNECTIONS)
        self._listener: socket.socket | None = None
        threading.Thread(target=self._serve, name="relay", daemon=True).start()

    @property
    def descriptor(self) -> int:
        """What the inner end's process must inherit."""
        return self._there.fileno()

    def stop(self) -> None:
        """Accept no more; what is being carried ends with its clients."""
        for end in (self._here, self._there, self._listener):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            self._listener = _receive(self._here)
            while self._listener is not None:
                client, _ = self._listener.accept()
                self._slots.acquire()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            with client, socket.create_connection(self._target) as server:
                back = threading.Thread(target=_copy, args=(server, client), daemon=True)
                back.start()
                _copy(client, server)
                back.join()
        except OSError:
            pass  # the client sees its connection end, as it would without a relay
        finally:
            self._slots.release()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Bytes from one to the other until the first has no more, or the second takes none."""
    buffer = memoryview(bytearray(_CHUNK))
    try:
        while True:
            length = source.recv_into(buffer)
            if not length:
                break
            target.sendall(buffer[:length])
    except OSError:
        with contextlib.suppress(OSError):
            source.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _receive(channel: socket.socket) -> socket.socket | None:
    """The socket that the inner end hands out, or None if it ended without."""
    room = array.array("i").itemsize
    _, ancillary, _, _ = channel.recvmsg(1, socket.CMSG_SPACE(room))
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            return socket.socket(fileno=array.array("i", data[:room])[0])
    return None


def main(arguments: list[str]) -> None:
    """The inner end; does not return."""
    descriptor, port, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    # Both are closed by exec or here, so the kernel holds neither.
    with socket.socket(fileno=descriptor) as channel:
        listener = socket.create_server(("127.0.0.1", port), backlog=_CONNECTIONS)
        handed_out = array.array("i", [listener.fileno()])
        channel.sendmsg([b"l"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed_out)])
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
