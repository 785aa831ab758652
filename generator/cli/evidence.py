"""`hubpages evidence`: what is kept of runs."""

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.arguments import positive
from generator.cli.console import CANNOT, CLEAN, FINDINGS, fail, say
from generator.commands import evidence
from generator.commands.root import HubRoot
from generator.evidence.costs import FACTOR
from generator.evidence.keeping import file_name
from generator.evidence.merging import BusyError
from generator.evidence.pruning import Bounds
from generator.files import write_whole
from generator.model.changes import BAD
from generator.model.diagnostic import Diagnostic
from generator.model.run import ScriptRun
from generator.reporting import changes, terminal, text
from generator.reporting import evidence as told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.cli.arguments import Commands


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = of.add_parser("evidence", help="what is kept of runs", description="What is kept of runs.")
    actions = added.add_subparsers(metavar="ACTION", required=True)
    _add_merge(actions)
    _add_list(actions)
    _add_show(actions)
    _add_prune(actions)
    _add_diff(actions)
    _add_issues(actions)


def _add_merge(of: "Commands") -> None:
    added = _action(of, "merge", _merge, "put folders of evidence into one; what is there already stays as it is")
    added.add_argument("sources", nargs="+", type=Path, metavar="DIR", help="folders as `verify --evidence` fills them")
    added.add_argument("--into", type=Path, metavar="DIR", help="where they are put; default: the hub's .hub/evidence")
    _format(added)


def _add_list(of: "Commands") -> None:
    added = _action(of, "list", _list, "the newest run of each page, environment, device and weights, and if it holds")
    _folders(added)
    added.add_argument(
        "--holds-days",
        type=positive,
        metavar="DAYS",
        help="how old a run may be; default: holds_days under [verify] in hub.toml, else any age",
    )
    _format(added)


def _add_show(of: "Commands") -> None:
    added = _action(of, "show", _show, "every run of a page, the latest first")
    added.add_argument("page", metavar="PAGE", help="its id, or its file")
    _folders(added)
    _format(added)


def _add_prune(of: "Commands") -> None:
    added = _action(of, "prune", _prune, "delete runs that tell nothing that later ones do not, with their notebooks")
    _folders(added, "folders of evidence; default: the hub's .hub/evidence")
    usual = Bounds()
    added.add_argument(
        "--keep",
        type=positive,
        default=usual.last,
        metavar="N",
        help="newest runs of each page, environment, device and weights that stay whole; default: %(default)s",
    )
    added.add_argument(
        "--most",
        type=positive,
        default=usual.most,
        metavar="N",
        help="runs of each page, device and weights that stay whole, those among them that differed from the one "
        "before; default: %(default)s",
    )
    added.add_argument(
        "--history",
        type=positive,
        default=usual.history,
        metavar="N",
        help="runs that are remembered of each, without outputs; default: %(default)s",
    )
    added.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    _format(added)


def _add_diff(of: "Commands") -> None:
    added = _action(of, "diff", _diff, "what changed between two folders: broken, mended, other output, slower, larger")
    _two(added)
    added.add_argument("--format", choices=["text", "markdown", "json"], default="text")


def _add_issues(of: "Commands") -> None:
    added = _action(of, "issues", _issues, "the text of an issue for each page that is broken, or whole again")
    _two(added)
    added.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write each to DIR/open or DIR/closed: NAME.title and NAME.md; default: JSON on standard output",
    )


def _action(
    of: "Commands", name: str, run: Callable[[HubRoot, argparse.Namespace], int], summary: str
) -> argparse.ArgumentParser:
    added = of.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    added.set_defaults(run=_unless_busy(run))
    return added


def _unless_busy(run: Callable[[HubRoot, argparse.Namespace], int]) -> Callable[[HubRoot, argparse.Namespace], int]:
    def asked(root: HubRoot, options: argparse.Namespace) -> int:
        try:
            return run(root, options)
        except BusyError as error:
            return fail(CANNOT, str(error))

    return asked


def _folders(added: argparse.ArgumentParser, what: str = "folders of evidence; default: all of the hub's") -> None:
    added.add_argument("folders", nargs="*", type=Path, metavar="DIR", help=what)


def _format(added: argparse.ArgumentParser) -> None:
    added.add_argument("--format", choices=["text", "json"], default="text")


def _two(added: argparse.ArgumentParser) -> None:
    added.add_argument("old", type=Path, metavar="OLD", help="the folder of evidence before")
    added.add_argument("new", type=Path, metavar="NEW", help="the one now; of both the newest runs are compared")
    added.add_argument(
        "--factor",
        type=_factor,
        default=FACTOR,
        metavar="X",
        help="how many times as long or as large a run must be to be told of; default: %(default)s",
    )


def _factor(given: str) -> float:
    number = float(given)
    if not 1 <= number < float("inf"):
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _merge(root: HubRoot, options: argparse.Namespace) -> int:
    merged = evidence.merge_evidence(root, options.sources, options.into)
    if options.format == "json":
        print(told.merged_json(merged))
    terminal.write(told.merged_lines(merged, str(options.into or root.own_evidence)), sys.stderr)
    return FINDINGS if merged.conflicts or merged.unreadable else CLEAN


def _list(root: HubRoot, options: argparse.Namespace) -> int:
    found, findings = evidence.list_evidence(root, options.folders, options.holds_days)
    if options.format == "json":
        print(told.listed_json(found, findings))
    elif found:
        terminal.write(told.listed_lines(found, terminal.columns_of(sys.stdout)), sys.stdout)
    _unreadable(findings)
    holding = sum(not one.stale for one in found)
    say(f"{text.count(len(found), 'newest run')}; {holding} of them still hold")
    return FINDINGS if findings else CLEAN


def _show(root: HubRoot, options: argparse.Namespace) -> int:
    page = Path(options.page).stem if options.page.endswith(".md") else options.page
    found = evidence.show_evidence(root, page, options.folders)
    if options.format == "json":
        print(told.shown_json(found))
    else:
        terminal.write(told.shown_lines(found, terminal.columns_of(sys.stdout)), sys.stdout)
    say(text.count(len(found), "run"))
    return CLEAN


def _prune(root: HubRoot, options: argparse.Namespace) -> int:
    bounds = Bounds(options.keep, options.most, options.history)
    removals = evidence.prune_evidence(root, options.folders, bounds, dry=options.dry_run)
    for removal in removals:
        if options.format == "json":
            print(told.removal_json(removal, dry=options.dry_run))
        terminal.write(told.removal_lines(removal, dry=options.dry_run), sys.stderr)
    return CLEAN


def _diff(root: HubRoot, options: argparse.Namespace) -> int:
    compared = evidence.diff_evidence(options.old, options.new, options.factor)
    _unreadable(compared.findings)
    if options.format == "json":
        print(changes.changes_json(compared.changes))
    elif options.format == "markdown":
        print(changes.changes_markdown(compared.changes), end="")
    else:
        terminal.write(changes.change_lines(compared.changes), sys.stdout)
    is_bad = any(change.kind in BAD for change in compared.changes)
    return FINDINGS if is_bad or compared.findings else CLEAN


def _issues(root: HubRoot, options: argparse.Namespace) -> int:
    compared = evidence.diff_evidence(options.old, options.new, options.factor)
    _unreadable(compared.findings)

    def again(run: ScriptRun) -> str:
        page = root.config.pages.folder + "/" + Path(run.path).name
        return shlex.join(["hubpages", "verify", page, *(["--variants", "run"] if run.variant else [])])

    found = changes.issues(compared.changes, again, file_name)
    if options.out is None:
        print(changes.issues_json(found))
    for issue in found if options.out else ():
        folder = options.out / ("open" if issue.is_open else "closed")
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{issue.name}.title", f"{issue.title}\n")
        write_whole(folder / f"{issue.name}.md", issue.body)
    opened = sum(issue.is_open for issue in found)
    say(f"{text.count(opened, 'page')} broken, {len(found) - opened} whole again")
    return CLEAN


def _unreadable(findings: "Iterable[Diagnostic]") -> None:
    terminal.write(text.diagnostic_lines(findings), sys.stderr)
