"""A program on a terminal of its own."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading

from tests.kernels import ROOT

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def in_a_terminal(program: str, columns: int, rows: int = 24, *, status: int = 0, **environ: str) -> str:
    """What a Python program writes to standard error, on a terminal of this size; it must exit with this status."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=its,
        stdout=subprocess.DEVNULL,
        stderr=its,
        env={**environment, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environ},
    )
    os.close(its)
    written = b""
    # Whoever waits for ever fails its test instead.
    deadline = threading.Timer(60, process.kill)
    deadline.start()
    try:
        while chunk := os.read(ours, 1 << 16):
            written += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        deadline.cancel()
        os.close(ours)
    assert process.wait() == status, written.decode()
    return written.decode().replace("\r\n", "\n")


def without_colours(text: str) -> str:
    """Text without the orders to the terminal."""
    return _COLOURS.sub("", text)
