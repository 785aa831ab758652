"""The command line, a module for each command: parses, calls one function of commands/, prints, exits.

Exit status: 0 clean, 1 findings or failing snippets, 2 a wrong call or configuration, 3 the environment cannot do it,
130 interrupted. What people read goes to standard error, what programs read to standard output.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from generator import __version__
from generator.assets.lock import LockError
from generator.cli import assets, build, check, new, serve, verify
from generator.cli.console import CANNOT, INTERRUPTED, WRONG_CALL, fail, say
from generator.commands.root import HubRoot
from generator.config import ConfigError, read_config
from generator.publishing import PublishError
from generator.rendering.environment import TemplatesError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    try:
        return _run(_parser().parse_args(arguments))
    except KeyboardInterrupt:
        say("interrupted; what was done so far is kept")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        sys.stderr.close()
        return CANNOT


def _run(options: argparse.Namespace) -> int:
    folder: Path = options.root
    if not folder.is_dir():
        return fail(WRONG_CALL, f"{folder} is not a folder: -C takes the folder that holds hub_pages/")
    try:
        root = HubRoot(folder, read_config(folder / "hub.toml"))
        status: int = options.run(root, options)
    except (ConfigError, LockError, TemplatesError, FileNotFoundError, ValueError) as error:
        return fail(WRONG_CALL, str(error))
    except (PublishError, OSError) as error:
        return fail(CANNOT, str(error))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hubpages", description="Model cards whose every snippet was run.")
    parser.add_argument("--version", action="version", version=f"hubpages {__version__}")
    parser.add_argument("-C", dest="root", type=Path, default=Path(), metavar="DIR", help="the hub's root")
    of_command = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (check, new, verify, build, serve, assets):
        command.add_to(of_command)
    return parser
