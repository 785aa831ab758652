"""`hubpages init`: a hub to begin with."""

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.arguments import command
from generator.cli.console import CLEAN, program, say_all
from generator.commands.init import init_hub
from generator.commands.root import HubRoot
from generator.frameworks import DEFAULT, kernel_environments
from generator.starter import TITLES

if TYPE_CHECKING:
    from generator.cli.arguments import Commands

_BOTH = "both"


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "init", _init, "begin a hub: settings, a first page that runs, a commit hook and two workflows")
    added.set_defaults(begins_hub=True)
    added.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="where; made if missing; default: here")
    what = "what its models are made with; default: %(default)s"
    added.add_argument("--framework", choices=list(kernel_environments()), default=DEFAULT, help=what)
    what = "of its pages and site; default: %(default)s"
    added.add_argument("--language", choices=[*TITLES, _BOTH], default=_BOTH, help=what)
    added.add_argument("--title", default="", help="what the hub is called")


def _init(_: HubRoot, options: argparse.Namespace) -> int:
    folder = options.folder or options.root or Path()
    languages = list(TITLES) if options.language == _BOTH else [options.language]
    begun = init_hub(folder, options.framework, languages, options.title)
    say_all(f"{path} is written" for path in begun.written)
    say_all(f"{path} was there, and is left as it is{_missing_from(path, options)}" for path in begun.left)
    options.root = None if folder.resolve() == Path.cwd() else folder
    disk = kernel_environments()[options.framework].disk_bytes / 1e9
    say_all(["", "then:", *_next(options, f"some minutes and {disk:.0f} GB: what runs the code of pages")])
    return CLEAN


def _next(options: argparse.Namespace, cost: str) -> Sequence[str]:
    """The three commands that come next, and what each does."""
    words = shlex.join(program(options))
    told = {"kernel install": cost, "verify": "every snippet, in a real kernel", "build": "the site, in site/"}
    width = max(map(len, told))
    return [f"  {words} {name:{width}}  # {what}" for name, what in told.items()]


def _missing_from(path: Path, options: argparse.Namespace) -> str:
    """What a file that was there lacks of what its namesake would have held."""
    if path.name != ".gitignore":
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    wanted = ("/site/", "/.hub/", f"/{kernel_environments()[options.framework].folder}")
    ignored = {line.strip("/") for line in lines}
    missing = [line for line in wanted if line.strip("/") not in ignored]
    return f": add {', '.join(missing)} to it" if missing else ""
