"""`hubpages build`: render the site."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.arguments import command, paths
from generator.cli.console import CLEAN, FINDINGS, report_findings, say
from generator.commands.build import build
from generator.commands.root import HubRoot
from generator.reporting import text

if TYPE_CHECKING:
    from generator.cli.arguments import Commands


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "build", _build, "render the site from the pages and the evidence at hand")
    paths(added)
    added.add_argument("--out", type=Path, metavar="DIR", help="the site's folder; default: site in the hub's root")
    added.add_argument("--evidence", type=Path, action="append", default=[], metavar="DIR", help="more evidence")
    added.add_argument("--strict", action="store_true", help="exit 1 for warnings too")


def _build(root: HubRoot, options: argparse.Namespace) -> int:
    out = options.out or root.folder / "site"
    built = build(root, options.paths, out, options.evidence)
    report_findings(built.findings, "text")
    say(f"{text.count(built.pages, 'page')} in {text.count(built.files, 'file')} written to {out}")
    counted = built.findings if options.strict else [f for f in built.findings if f.severity == "error"]
    return FINDINGS if counted else CLEAN
