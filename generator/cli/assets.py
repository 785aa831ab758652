"""`hubpages assets`: what snippets download."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.console import CANNOT, CLEAN, FINDINGS, fail, say, say_all
from generator.commands import assets
from generator.commands.root import HubRoot
from generator.reporting import terminal, text

if TYPE_CHECKING:
    from generator.cli.arguments import Commands


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = of.add_parser("assets", help="what snippets download", description="What snippets download.")
    of_assets = added.add_subparsers(metavar="ACTION", required=True)
    add = of_assets.add_parser("add", help="lock a file under the URL that snippets ask for")
    add.add_argument("url", metavar="URL")
    add.add_argument("file", type=Path, metavar="FILE")
    add.set_defaults(run=_assets_add)
    stored = of_assets.add_parser("list", help="every locked asset and whether it is here")
    stored.set_defaults(run=_assets_list)
    standin = of_assets.add_parser("standin", help="make stand-in weights for what the pages load and offer")
    standin.add_argument("repositories", nargs="*", metavar="REPO", help="owner/name; default: every one")
    standin.set_defaults(run=_assets_standin)
    whole = of_assets.add_parser("verify", help="read every locked file and compare it with the lock")
    whole.set_defaults(run=_assets_verify)
    useless = of_assets.add_parser("prune", help="delete the files that no lock names")
    useless.set_defaults(run=_assets_prune)


def _assets_add(root: HubRoot, options: argparse.Namespace) -> int:
    asset = assets.add_asset(root, options.url, options.file)
    say(f"{asset.url} is locked: sha256 {asset.sha256}, {asset.size:,} bytes")
    return CLEAN


def _assets_list(root: HubRoot, options: argparse.Namespace) -> int:
    listed = assets.list_assets(root)
    for asset, is_here in listed.items():
        place = "here   " if is_here else "missing"
        terminal.write([terminal.Line(f"{asset.sha256}  {asset.size:>13,}  {place}  {asset.url}")], sys.stdout)
    say(f"{text.count(len(listed), 'asset')}, {sum(listed.values())} in the store")
    return CLEAN


def _assets_standin(root: HubRoot, options: argparse.Namespace) -> int:
    from generator.running.executed import KernelError
    from generator.running.sandbox import SandboxError, choose

    sandbox = choose("auto")
    say_all([sandbox.reason] if sandbox.reason else [])
    try:
        requests = assets.standin_requests(root, options.repositories)
        failures = sum(
            assets.make_standins(root, name, calls, sandbox.kind, say_all) for name, calls in requests.items()
        )
    except (KernelError, SandboxError) as error:
        return fail(CANNOT, str(error))
    number = sum(map(len, requests.values()))
    say(f"stand-in weights for {number - failures} of {number} entries")
    return FINDINGS if failures else CLEAN


def _assets_verify(root: HubRoot, options: argparse.Namespace) -> int:
    problems = assets.damaged_assets(root)
    say_all(problems)
    say("every locked file is here, as it was locked" if not problems else text.count(len(problems), "problem"))
    return FINDINGS if problems else CLEAN


def _assets_prune(root: HubRoot, options: argparse.Namespace) -> int:
    files, size = assets.prune_assets(root)
    say(f"{text.count(files, 'file')} that no lock names deleted, {size:,} bytes")
    return CLEAN
