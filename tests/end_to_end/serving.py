"""`hubpages serve` in a process of its own, and one open page as its script sees the server."""

import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from tests.kernels import ROOT

PATIENCE = 120
"""Seconds after which a test gives up: of a machine that is busy with others, not of the program."""


class Served:
    """A running `hubpages serve`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.address = self.wait_for("serving ").split()[1]

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.said.put(line.rstrip("\n"))

    def wait_for(self, part: str) -> str:
        """The next line on standard error that holds this."""
        while part not in (line := self.said.get(timeout=PATIENCE)):
            pass
        return line

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of a file."""
        status, data = self._answer(path, **headers)
        return status, data.decode()

    def get_bytes(self, path: str) -> bytes:
        """A file that is there."""
        status, data = self._answer(path)
        assert status == 200, path
        return data

    def _answer(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def events(self, path: str) -> Iterator[dict[str, Any]]:
        """What a page at this path is told."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)
        connection.request("GET", f"/_live/events?path={quote(path)}")
        for line in connection.getresponse():
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))

    def stop(self) -> int:
        """Press Ctrl-C and wait for the end."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Served]:
    """The hub in this folder, served on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "-C", str(folder), "serve", "--port", "0", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs do not hear of Ctrl-C, nor do their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.wait()
