"""Lines for people, in colour where they are read on a terminal.

rich is imported only there: `build` and logs do without.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal, TextIO

from generator.reporting.characters import terminal_line

Style = Literal["", "bold", "dim", "red", "green", "yellow"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report."""

    text: str
    style: Style = ""


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody reads this on a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def columns_of(stream: TextIO) -> int | None:
    """Width of the terminal behind the stream; None where there is none and lines may be as long as they are."""
    if not is_terminal(stream):
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None


def write(lines: Iterable[Line], stream: TextIO) -> None:
    """Write the lines: coloured on a terminal, where rich is installed and NO_COLOR is not set; plain elsewhere.

    Whatever a line says, it stays one line and commands nothing: here alone text of pages, kernels and file names goes
    to where people read.
    """
    lines = list(lines)
    is_plain = not is_terminal(stream) or os.environ.get("NO_COLOR") or not any(line.style for line in lines)
    if is_plain or find_spec("rich") is None:  # whoever only checks pages need not have it
        # In one piece: several threads report.
        stream.write("".join(f"{terminal_line(line.text)}\n" for line in lines))
    else:
        from rich.console import Console
        from rich.text import Text

        console = Console(file=stream, force_terminal=True)
        for line in lines:
            # The terminal itself breaks long lines, so that a path stays in one piece and can be clicked.
            console.print(Text(terminal_line(line.text), line.style), soft_wrap=True)
    stream.flush()
