"""The progress of a verification on a terminal: what runs below, what is finished above.

The only module that draws with rich; `live` imports it where there is a terminal.
"""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.table import Table
from rich.text import Text

from generator.model.run import Environment, Script, ScriptRun
from generator.reporting.characters import terminal_line
from generator.reporting.fault import name_of
from generator.reporting.text import STYLES, planned_line, run_line

_FRAMES_A_SECOND = 4
_LINES_BESIDES_ROWS = 4
_ROOM_FOR_DEVICE = 72

_Key = tuple[str, tuple[str, ...], str | None]


@dataclass(frozen=True, slots=True)
class _Running:
    """One script that is being run."""

    script: Script
    where: str
    since: float
    """As `time.monotonic` has it."""


class Screen:
    """A board in the terminal's last lines. Finished runs scroll away above it."""

    def __init__(self, stream: TextIO) -> None:
        # Not terminal by its own guess: the caller has looked.
        self._console = Console(file=stream, force_terminal=True, highlight=False)
        # Programs read standard output: nothing that is printed there may end up on the board's stream.
        self._live = Live(
            self,
            console=self._console,
            refresh_per_second=_FRAMES_A_SECOND,
            transient=True,
            redirect_stdout=False,
        )
        # Never held while drawing: rich holds a lock of its own then, and asks for this one.
        self._lock = threading.Lock()
        self._running: dict[_Key, _Running] = {}
        self._verdicts: Counter[str] = Counter()
        self._planned = 0
        self._device = ""
        self._since = time.monotonic()

    def planned(self, environment: Environment, scripts: int) -> None:
        """Say what is going to be run, and put up the board."""
        with self._lock:
            self._planned = scripts
            self._device = environment.device
            self._since = time.monotonic()
        self._console.print(Text(terminal_line(planned_line(environment, scripts))), soft_wrap=True)
        self._live.start()

    def started(self, script: Script, where: str) -> None:
        """Put a script on the board."""
        key = (script.path, script.languages, script.variant)
        with self._lock:
            self._running[key] = _Running(script, where or self._device, time.monotonic())

    def finished(self, run: ScriptRun) -> None:
        """Take it off, and say above the board what came of it."""
        with self._lock:
            self._running.pop((run.path, run.languages, run.variant), None)
            self._verdicts[run.verdict] += 1
        self._console.print(Text(terminal_line(run_line(run)), STYLES[run.verdict]), soft_wrap=True)

    def close(self) -> None:
        """Take the board away, and show the cursor again."""
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The board as it is now."""
        now = time.monotonic()
        with self._lock:
            running = list(self._running.values())
            verdicts = Counter(self._verdicts)
            planned, since = self._planned, self._since
        room = max(1, console.height - _LINES_BESIDES_ROWS)
        shown = running if len(running) <= room else running[: room - 1]
        rows: list[Table | Text] = [_rows(shown, now, options.max_width)] if shown else []
        if len(shown) < len(running):
            rows.append(Text(f"… and {len(running) - len(shown)} more", "dim"))
        yield Group(*rows, _state(planned, len(running), verdicts, now - since))


def _rows(running: list[_Running], now: float, width: int) -> Table:
    """The scripts that run, those that were started first above."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="ellipsis")  # gives way where the terminal is narrow
    for _ in range(2 if width >= _ROOM_FOR_DEVICE else 1):
        table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    for one in running:
        told = terminal_line(f"… {name_of(one.script.page, one.script.variant)}")
        name = Text(told, no_wrap=True, overflow="ellipsis")
        cells = [name, Text(", ".join(one.script.languages), "dim")]
        if width >= _ROOM_FOR_DEVICE:
            cells.append(Text(terminal_line(one.where), "dim"))
        table.add_row(*cells, Text(_clock(now - one.since)))
    return table


def _state(planned: int, running: int, verdicts: Counter[str], seconds: float) -> Text:
    """How much is done and what is left, in a line."""
    done = verdicts.total()
    red = done - verdicts["passed"] - verdicts["skipped"]
    told = [f"{done} of {planned} done", f"{running} running", f"{max(0, planned - done - running)} waiting"]
    state = Text(", ".join(told), "bold", no_wrap=True, overflow="ellipsis")
    if red:
        state.append(f", {red} not green", "bold red")
    state.append(f", {_clock(seconds)}", "dim")
    return state


def _clock(seconds: float) -> str:
    """`9 s`, `2:05`, `1:02:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"
