"""`hubpages kernel`: the environment that snippets run in."""

import argparse
import sys
from typing import TYPE_CHECKING, get_args

from generator.cli.console import CANNOT, CLEAN, FINDINGS, fail, say, say_all
from generator.commands.kernel import check_kernel, install_kernel
from generator.commands.root import HubRoot
from generator.frameworks import kernel_environments
from generator.installing.differences import NoEnvironmentError
from generator.installing.installer import InstallerChoice, InstallError
from generator.reporting import text

if TYPE_CHECKING:
    from generator.cli.arguments import Commands
    from generator.commands.kernel import KernelPlace
    from generator.installing.differences import Compared


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    about = "the environment that snippets run in, apart from hubpages' own"
    added = of.add_parser("kernel", help=about, description=about[0].upper() + about[1:] + ".")
    of_kernel = added.add_subparsers(metavar="ACTION", required=True)
    summary = "make it where hub.toml says, from the pinned requirements and the hub's own"
    install = of_kernel.add_parser("install", help=summary, description=summary[0].upper() + summary[1:] + ".")
    install.set_defaults(run=_install)
    how = "default: uv where it is on PATH, which gets a Python too, else pip"
    install.add_argument("--installer", choices=get_args(InstallerChoice), default="auto", help=how)
    summary = "tell whether it holds what is pinned; exit 1 where it does not, 3 where there is none"
    check = of_kernel.add_parser("check", help=summary, description=summary[0].upper() + summary[1:] + ".")
    check.set_defaults(run=_check)
    for action in (install, check):
        what = "whose environment; default: that of the hub's own framework"
        action.add_argument("--framework", choices=list(kernel_environments()), help=what)


def _install(root: HubRoot, options: argparse.Namespace) -> int:
    if sys.platform == "win32":
        return fail(CANNOT, "snippets are run on Linux and macOS: install it there, or in WSL")
    try:
        place, compared = install_kernel(root, options.framework or root.config.framework, options.installer, say)
    except InstallError as error:
        return fail(CANNOT, f"no kernel environment: {error}")
    say(_told(place, compared))
    return CLEAN


def _check(root: HubRoot, options: argparse.Namespace) -> int:
    try:
        place, compared = check_kernel(root, options.framework or root.config.framework)
    except NoEnvironmentError as error:
        return fail(CANNOT, f"{error}: `hubpages kernel install` makes one")
    if not compared.differences:
        say(_told(place, compared))
        return CLEAN
    say_all(f"{place.folder}: {difference}" for difference in compared.differences)
    say(f"{text.count(len(compared.differences), 'difference')}: `hubpages kernel install` brings it up to date")
    return FINDINGS


def _told(place: "KernelPlace", compared: "Compared") -> str:
    return f"{place.folder} is as pinned: Python {compared.python}, {text.count(compared.packages, 'package')}"
