"""`hubpages serve`: the site while it is being written."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.arguments import command
from generator.cli.console import CANNOT, CLEAN, fail, say, say_all
from generator.commands.root import HubRoot
from generator.reporting import terminal, text

if TYPE_CHECKING:
    from generator.cli.arguments import Commands
    from generator.commands.serve import Rebuilt

_PORT = 8000


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "serve", _serve, "serve the site on this machine, and reload open pages when it changes")
    added.add_argument("--port", type=_port, metavar="N", help=f"0 for any; default: {_PORT}, or any if that is taken")
    added.add_argument("--evidence", type=Path, action="append", default=[], metavar="DIR", help="more evidence")


def _serve(root: HubRoot, options: argparse.Namespace) -> int:
    from generator.commands.serve import serve  # a web server is slow to load
    from generator.serving import PortTakenError

    try:
        serve(root, [_PORT, 0] if options.port is None else [options.port], _announce, _report, options.evidence)
    except KeyboardInterrupt:
        say("stopped")
    except PortTakenError as error:
        return fail(CANNOT, str(error))
    return CLEAN


def _announce(address: str) -> None:
    say(f"serving {address} (Ctrl-C ends it)")


def _report(rebuilt: "Rebuilt") -> None:
    terminal.write(text.diagnostic_lines(rebuilt.findings), sys.stderr)
    built = "nothing" if rebuilt.fault else text.count(len(rebuilt.files), "file")
    say_all([*([rebuilt.fault] if rebuilt.fault else rebuilt.notes), f"built {built} in {rebuilt.seconds:.2f} s"])


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be from 0 to 65535")
    return number
