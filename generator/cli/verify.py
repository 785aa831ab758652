"""`hubpages verify`: run every snippet."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__
from generator.cli.arguments import command, paths, positive
from generator.cli.console import (
    CANNOT,
    CLEAN,
    FINDINGS,
    INTERRUPTED,
    WRONG_CALL,
    fail,
    program,
    report_findings,
    say,
    say_all,
)
from generator.commands.root import HubRoot
from generator.commands.verify import Progress, Request, Verified, verify
from generator.model.run import ScriptRun
from generator.reporting import github, junit, machine, markdown, sarif_runs, terminal, text
from generator.reporting.live import LiveProgress
from generator.scheduling.changes import RevisionError

if TYPE_CHECKING:
    from generator.cli.arguments import Commands


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "verify", _verify, "run every snippet in a real kernel and keep the evidence")
    paths(added)
    what = added.add_argument_group("what is run")
    what.add_argument(
        "--variants",
        choices=["none", "entry", "run"],
        default="entry",
        help="entries that samples offer in comments: looked up in the hub repository (the default), or run as well",
    )
    what.add_argument("--repeat", type=positive, default=1, metavar="N", help="run each N times and compare the output")
    what.add_argument("--fresh", action="store_true", help="run also what has not changed since it passed")
    what.add_argument("--changed-since", metavar="REV", help="only pages that differ from this revision")
    how = added.add_argument_group("how it is run")
    how.add_argument(
        "--assets",
        choices=["live", "record", "replay"],
        default="live",
        help="where downloads come from: the network, the network into store and lock (trusted pages only), the store",
    )
    how.add_argument("--accept-changes", action="store_true", help="with record: lock anew what changed upstream")
    how.add_argument(
        "--weights",
        choices=["published", "standin"],
        default="published",
        help="standin: random weights of the right shapes in place of the published files",
    )
    how.add_argument("--device", choices=["auto", "cpu", "gpu"], default="auto", help="default: a GPU if there is one")
    how.add_argument(
        "--sandbox",
        choices=["auto", "bwrap", "none"],
        default="auto",
        help="default: bubblewrap where it works, and a line that says so where it does not",
    )
    how.add_argument("--jobs", type=positive, metavar="N", help="scripts at a time; default: one a core")
    then = added.add_argument_group("what comes of it")
    then.add_argument("--evidence", type=Path, metavar="DIR", help="where runs are kept; default: .hub/evidence")
    then.add_argument("--update-outputs", action="store_true", help="make the pages expect what is printed now")
    then.add_argument("--junit", type=Path, metavar="FILE", help="a report for CI, one case a snippet and language")
    then.add_argument("--format", choices=["text", "github", "sarif", "json"], default="text")


def _verify(root: HubRoot, options: argparse.Namespace) -> int:
    from generator.assets.proxy import ProxyError
    from generator.running.kernel import KernelError
    from generator.running.sandbox import SandboxError
    from generator.scheduling.devices import DeviceError

    request = Request(
        assets=options.assets,
        weights=options.weights,
        variants=options.variants,
        device=options.device,
        sandbox=options.sandbox,
        jobs=options.jobs,
        repeats=options.repeat,
        fresh=options.fresh,
        changed_since=options.changed_since,
        accept_changes=options.accept_changes,
        update_outputs=options.update_outputs,
        evidence=options.evidence,
    )
    try:
        with LiveProgress() as live:
            progress = Progress(say_all, live.planned, live.started, live.finished)
            verified = verify(root, options.paths, progress, request)
    except RevisionError as error:
        return fail(WRONG_CALL, str(error))
    except (KernelError, ProxyError, SandboxError, DeviceError) as error:
        return fail(CANNOT, str(error))
    _report(verified, options)
    return _status(verified, root.config.skip_budget, options)


def _report(verified: Verified, options: argparse.Namespace) -> None:
    runs, entries = verified.runs, verified.entries

    def command_for(run: ScriptRun) -> str:
        return _command_for(run, options)

    if options.junit:
        options.junit.parent.mkdir(parents=True, exist_ok=True)
        options.junit.write_text(junit.junit_xml(runs, entries), encoding="utf-8")
    if options.format == "json":
        print(machine.runs_json(runs, verified.findings, entries))
    elif options.format == "sarif":
        print(sarif_runs.runs_sarif(runs, __version__, entries))
    elif options.format == "github":
        for line in github.run_annotations(runs, entries):
            print(line)
    report_findings(verified.findings, "github" if options.format == "github" else "text")
    width = terminal.columns_of(sys.stderr)
    say("")
    terminal.write(text.summary_lines(runs, command_for, entries, width), sys.stderr)
    if verified.reused:
        say(f"{verified.reused} of them passed before and nothing has changed since; --fresh runs them again")
    say_all(f"{path}: expected outputs rewritten" for path in verified.rewritten)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(markdown.markdown_summary(runs, command_for, entries))


def _status(verified: Verified, skip_budget: int | None, options: argparse.Namespace) -> int:
    """The exit status, and a line for what the table does not show."""
    is_bad = any(run.verdict not in ("passed", "skipped") for run in verified.runs) or bool(verified.findings)
    is_bad |= any(entry.verdict == "failed" for entry in verified.entries)
    changed = {one for run in verified.runs for one in run.assets if one.status == "changed"}
    for asset in sorted(changed, key=lambda asset: asset.url):
        say(f"changed upstream: {asset.url} was sha256 {asset.previous}, is {asset.sha256}")
    is_bad |= bool(changed) and not options.accept_changes
    if skip_budget is not None and verified.skips > skip_budget:
        say(f"{text.count(verified.skips, 'snippet')} skipped, and hub.toml allows {skip_budget} (skip_budget)")
        is_bad = True
    if verified.is_interrupted:
        say("interrupted; what was done so far is kept")
        return INTERRUPTED
    return FINDINGS if is_bad else CLEAN


def _command_for(run: ScriptRun, options: argparse.Namespace) -> str:
    """What to type to run this one again."""
    return shlex.join([*program(options), "verify", run.path, *_how(run, options)])


def _how(run: ScriptRun, options: argparse.Namespace) -> Sequence[str]:
    words = ["--assets", options.assets] if options.assets != "live" else []
    words += ["--weights", "standin"] if options.weights == "standin" else []
    words += ["--variants", "run"] if run.variant else []
    words += ["--device", options.device] if options.device != "auto" else []
    words += ["--sandbox", options.sandbox] if options.sandbox != "auto" else []
    return words + (["--repeat", str(options.repeat)] if options.repeat > 1 else [])
