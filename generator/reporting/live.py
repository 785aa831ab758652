"""How far a verification is, told while it goes on."""

import sys
import threading
from collections.abc import Sequence
from typing import Protocol, Self, TextIO

from generator.model.run import Environment, Script, ScriptRun
from generator.reporting.terminal import Line, is_terminal, write
from generator.reporting.text import planned_line, run_line, started_line


class _Board(Protocol):
    """Where it is told."""

    def planned(self, environment: Environment, scripts: int) -> None: ...

    def started(self, script: Script, where: str) -> None: ...

    def finished(self, run: ScriptRun) -> None: ...

    def close(self) -> None: ...


class LiveProgress:
    """Tells what is planned, started and finished: on a terminal in place, elsewhere in one line each.

    Its methods may be called from any thread. Use it in a `with` statement, or call `close` whatever happens: a
    terminal is left without a cursor otherwise.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        """Tell it to this stream; standard error unless given."""
        stream = stream or sys.stderr
        self._board: _Board = _Log(stream)
        if is_terminal(stream):
            from generator.reporting.screen import Screen  # rich is a heavy import, and `build` must do without

            self._board = Screen(stream)

    def planned(self, environment: Environment, scripts: Sequence[Script]) -> None:
        """These scripts are going to be run."""
        self._board.planned(environment, len(scripts))

    def started(self, script: Script, where: str = "") -> None:
        """This one is being run, on the device `where`; the environment's own unless given."""
        self._board.started(script, where)

    def finished(self, run: ScriptRun) -> None:
        """This came of it. A run that was not started, being known from before, counts as well."""
        self._board.finished(run)

    def close(self) -> None:
        """Give the terminal back. May be called again."""
        self._board.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Log:
    """One line an event, for files and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def planned(self, environment: Environment, scripts: int) -> None:
        self._write(planned_line(environment, scripts))

    def started(self, script: Script, where: str) -> None:
        self._write(started_line(script.page, script.variant, script.languages) + (f" on {where}" if where else ""))

    def finished(self, run: ScriptRun) -> None:
        self._write(run_line(run))

    def close(self) -> None:
        pass

    def _write(self, line: str) -> None:
        with self._lock:
            write([Line(line)], self._stream)
