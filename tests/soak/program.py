"""hubpages as a user starts it: a real process, watched line by line."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil

from tests.soak.hub import Hub

PROGRAM = Path(sys.executable).with_name("hubpages")
_CLOCK = Path(__file__).with_name("clock")
_PATIENCE_SECONDS = 300
_NOT_PASSED_ON = ("PYTHON", "GITHUB_", "SOAK_")


@dataclass(frozen=True)
class Ended:
    """What a program came to."""

    status: int
    """The negative number of the signal where one ended it."""
    lines: Sequence[str]
    """What it said on standard error."""
    printed: str
    """What it said on standard output."""

    @property
    def said(self) -> str:
        """All that it told people."""
        return "\n".join(self.lines)

    @property
    def started(self) -> set[str]:
        """The pages whose kernels were started."""
        return {line.split()[1] for line in self.lines if line.startswith("… ")}

    @property
    def passed(self) -> set[str]:
        """The pages that were told to have passed."""
        return {line.split()[1] for line in self.lines if line.startswith("✔ ")}

    @cached_property
    def runs(self) -> Sequence[Mapping[str, Any]]:
        """The runs of its report; none where it did not come to that."""
        with suppress(ValueError):
            return list(json.loads(self.printed)["runs"])
        return []

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict and cause by page."""
        return {run["page"]: f"{run['verdict']} ({run['cause']})" for run in self.runs}


class Running:
    """A program that is under way."""

    def __init__(self, hub: Hub, *words: str, ahead: float = 0.0) -> None:
        """Start it on a hub; `ahead` is how many seconds its clock is."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED_ON)}
        environ |= {"TMPDIR": str(hub.temporary)}
        if ahead:
            environ |= {"SOAK_CLOCK_AHEAD": str(ahead), "PYTHONPATH": str(_CLOCK)}
        command = [str(PROGRAM), "-C", str(hub.folder), *words]
        self._printed = (hub.outside / "printed").open("w+b")
        (hub.outside / "printed").unlink()  # it is read through the descriptor; several programs run at a time
        self.process = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=self._printed,
            stderr=subprocess.PIPE,
            cwd=hub.outside,
        )
        self.lines: list[str] = []
        self._said = threading.Condition()
        self._is_silent = False
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def wait_for_line(self, number: int) -> bool:
        """Wait until it has said so many lines; False where it ended before."""
        with self._said:
            self._said.wait_for(lambda: len(self.lines) >= number or self._is_silent, _PATIENCE_SECONDS)
            return len(self.lines) >= number

    def is_over_after(self, seconds: float) -> bool:
        """Whether it ends by itself within this time."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
            return True
        return False

    def family(self) -> list[psutil.Process]:
        """All that it has started, itself and theirs."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def wait_for_process(self, part: str) -> list[psutil.Process]:
        """Wait until it has a process whose command line holds these words; all of them. None where it ends before."""
        while not self.is_over_after(0.005):
            if found := [one for one in self.family() if part in _command_of(one)]:
                return found
        return []

    def kill(self) -> bool:
        """Kill it, and nothing else; False where it was over."""
        if self.process.poll() is not None:
            return False
        self.process.send_signal(signal.SIGKILL)
        return True

    def end(self) -> Ended:
        """Wait for its end. Raises TimeoutExpired for one that hangs, which is then killed."""
        try:
            status = self.process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._listener.join(_PATIENCE_SECONDS)
        self._printed.seek(0)
        with self._printed:
            return Ended(status, tuple(self.lines), self._printed.read().decode("utf-8", "replace"))

    def _listen(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                with self._said:
                    self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self._said.notify_all()
        with self._said:
            self._is_silent = True
            self._said.notify_all()


def _command_of(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def run(hub: Hub, *words: str, ahead: float = 0.0) -> Ended:
    """Run it to its end, undisturbed."""
    return Running(hub, *words, ahead=ahead).end()
