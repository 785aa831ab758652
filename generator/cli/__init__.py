"""The command line, a module for each command: parses, calls one function of commands/, prints, exits.

Exit status: 0 clean, 1 findings or failing snippets, 2 a wrong call or configuration, 3 the environment cannot do it,
130 interrupted, also by SIGTERM. Findings of `check`, and what programs read, go to standard output; all else to
standard error.
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

from generator import __version__
from generator.assets.lock import LockError
from generator.cli.console import CANNOT, INTERRUPTED, WRONG_CALL, fail, say
from generator.commands.root import HubRoot, NoHubError, find_root
from generator.config import Config, ConfigError, read_config
from generator.files import in_words
from generator.publishing import PublishError
from generator.rendering.template_folders import TemplatesError

_ROOT = "the hub's root; default: the nearest folder from here upwards that holds hub.toml or hub_pages"

_EXTRAS = {"watchfiles": "serve", "ray": "ray"} | dict.fromkeys(
    ("jupyter_client", "mitmproxy", "nbclient", "nbformat", "psutil", "rich"), "verify"
)
"""What is installed with which extra, by the name it is imported by."""


_MODULES = {
    "init": "init",
    "check": "check",
    "rules": "check",
    "new": "new",
    "schema": "new",
    "verify": "verify",
    "mend": "mend",
    "build": "build",
    "serve": "serve",
    "assets": "assets",
    "bisect": "bisect",
    "evidence": "evidence",
    "kernel": "kernel",
}
"""The module of each command, in the order of the help. A command loads its own alone: the others are slow to load."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    signal.signal(signal.SIGTERM, _terminated)
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(_parser(arguments).parse_args(arguments))
    except KeyboardInterrupt:
        say("interrupted; what was done so far is kept")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        sys.stderr.close()
        return CANNOT
    except (ConfigError, LockError, NoHubError, TemplatesError, FileNotFoundError, ValueError) as error:
        return fail(WRONG_CALL, in_words(error))
    except (PublishError, OSError) as error:
        return fail(CANNOT, in_words(error))
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        todo = f"`pip install 'hubpages[{extra}]'` installs it"
        return fail(CANNOT, f"this needs {error.name}, which is not installed here: {todo}")


def _terminated(*_: object) -> None:
    """End as after Ctrl-C: with what was done so far, and nothing left over. A second one does not disturb that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run(options: argparse.Namespace) -> int:
    try:
        # A hub that is begun has no settings yet, and those of one around it are not its own.
        root = HubRoot(Path(), Config()) if options.begins_hub else _root(options.root)
        status: int = options.run(root, options)
        return status
    finally:
        try:
            sys.stdout.flush()
        except OSError:  # told by the caller, and not once more by Python as it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise


def _root(folder: Path | None) -> HubRoot:
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder: -C takes the one that holds hub.toml and the pages")
    folder = find_root() if folder is None else folder
    return HubRoot(folder, read_config(folder / "hub.toml"))


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hubpages", description="Model cards whose every snippet was run.")
    parser.add_argument("--version", action="version", version=f"hubpages {__version__}")
    parser.set_defaults(begins_hub=False)
    parser.add_argument("-C", dest="root", type=Path, metavar="DIR", help=_ROOT)
    of_command = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in dict.fromkeys(_asked(arguments)):
        import_module(f"generator.cli.{module}").add_to(of_command)
    return parser


def _asked(arguments: Sequence[str]) -> Iterable[str]:
    """The module of the command that these words name; all where it is none, so that help and errors name them."""
    words = list(arguments)
    while words and words[0].startswith("-C"):
        del words[: 2 if words[0] == "-C" else 1]
    return [_MODULES[words[0]]] if words and words[0] in _MODULES else _MODULES.values()
