"""How commands come onto the command line."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from generator.commands.root import HubRoot

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Run = Callable[[HubRoot, argparse.Namespace], int]


def command(of: "Commands", name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    """A command's own parser; `run` is called with what it parsed and returns the exit status."""
    added = of.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    added.set_defaults(run=run)
    return added


def paths(added: argparse.ArgumentParser) -> None:
    """PATH…, the pages that a command is about."""
    added.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages or folders of them")


def positive(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
