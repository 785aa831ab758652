"""`hubpages build`: render the site."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.arguments import command, paths
from generator.cli.console import CLEAN, FINDINGS, say, say_all
from generator.commands.build import build
from generator.commands.root import HubRoot
from generator.config import with_base_url
from generator.reporting import terminal, text

if TYPE_CHECKING:
    from generator.cli.arguments import Commands


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "build", _build, "render the site from the pages and the evidence at hand")
    paths(added)
    added.add_argument("--out", type=Path, metavar="DIR", help="the site's folder; default: site in the hub's root")
    added.add_argument("--evidence", type=Path, action="append", default=[], metavar="DIR", help="more evidence")
    added.add_argument("--base-url", metavar="URL", help="where the site is published, in place of hub.toml's base_url")
    added.add_argument("--strict", action="store_true", help="exit 1 for warnings too, and for a site without search")
    added.add_argument("--no-search", action="store_true", help="leave the search out")


def _build(root: HubRoot, options: argparse.Namespace) -> int:
    if options.base_url:
        root = replace(root, config=with_base_url(root.config, options.base_url))
    out = options.out or root.site
    site = build(root, options.paths, out, options.evidence, search=not options.no_search)
    terminal.write(text.diagnostic_lines(site.findings), sys.stderr)
    say_all(site.notes)
    say(f"{text.count(site.pages, 'page')} in {text.count(len(site.files), 'file')} written to {out}")
    counted = site.findings if options.strict else [one for one in site.findings if one.severity == "error"]
    return FINDINGS if counted or (options.strict and site.lacks_search) else CLEAN
