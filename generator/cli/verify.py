"""`hubpages verify`: run every snippet."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from generator import __version__
from generator.cli.arguments import command, paths, positive
from generator.cli.console import (
    CANNOT,
    CLEAN,
    FINDINGS,
    INTERRUPTED,
    WRONG_CALL,
    documentation,
    fail,
    program,
    say,
    say_all,
)
from generator.cli.running import how_it_is_run, prove_writable, request_of, what_adds
from generator.commands.root import HubRoot
from generator.files import write_whole
from generator.model.run import ExecutorName, ScriptRun, VariantMode
from generator.reporting import github, junit, machine, markdown, sarif, terminal, text
from generator.reporting.live import LiveProgress

if TYPE_CHECKING:
    from generator.cli.arguments import Commands
    from generator.commands.verify import Verified


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "verify", _verify, "run every snippet in a real kernel and keep the evidence")
    paths(added)
    what = added.add_argument_group("what is run")
    what.add_argument(
        "--variants",
        choices=get_args(VariantMode),
        default="entry",
        help="entries that samples offer in comments: looked up in the hub repository (the default), or run as well",
    )
    what.add_argument("--repeat", type=positive, default=1, metavar="N", help="run each N times and compare the output")
    what.add_argument("--fresh", action="store_true", help="run also what has not changed since it passed")
    what.add_argument("--changed-since", metavar="REV", help="only pages that differ from this revision")
    how_it_is_run(added)
    where = added.add_argument_group("where it is run")
    where.add_argument(
        "--executor",
        choices=get_args(ExecutorName),
        default="local",
        help="this machine, or the nodes of a Ray cluster",
    )
    where.add_argument(
        "--address",
        default="",
        metavar="HOST:PORT",
        help="of the cluster; default: the one that this machine is part of",
    )
    then = added.add_argument_group("what comes of it")
    then.add_argument("--evidence", type=Path, metavar="DIR", help="where runs are kept; default: .hub/evidence")
    then.add_argument("--update-outputs", action="store_true", help="make the pages expect what is printed now")
    then.add_argument("--junit", type=Path, metavar="FILE", help="a report for CI, one case a snippet and language")
    then.add_argument("--format", choices=["text", "github", "sarif", "json"], default="text")


def _verify(root: HubRoot, options: argparse.Namespace) -> int:
    # Kernels and proxies are heavy to load, and no other command needs them.
    from generator.assets.proxy import ProxyError
    from generator.commands.verify import Progress, verify
    from generator.running.executed import KernelError
    from generator.running.sandbox import SandboxError
    from generator.scheduling.changes import RevisionError
    from generator.scheduling.devices import DeviceError
    from generator.scheduling.fleet import ClusterError

    request = request_of(
        root,
        options,
        variants=options.variants,
        repeats=options.repeat,
        fresh=options.fresh,
        changed_since=options.changed_since,
        update_outputs=options.update_outputs,
        executor=options.executor,
        address=options.address,
    )
    prove_writable(options.evidence or root.own_evidence, options.junit)
    try:
        with LiveProgress() as live:
            progress = Progress(say_all, live.planned, live.started, live.finished)
            verified = verify(root, options.paths, progress, request)
    except RevisionError as error:
        return fail(WRONG_CALL, str(error))
    except (KernelError, ProxyError, SandboxError, DeviceError, ClusterError) as error:
        return fail(CANNOT, str(error))
    _report(verified, options)
    if any(run.cause == "environment" for run in verified.runs):
        say(what_adds(root))
    unwritten = _write_reports(verified, options)
    return _status(verified, root.config.skip_budget, options) or unwritten


def _report(verified: "Verified", options: argparse.Namespace) -> None:
    """Tell people what came of it, and programs."""
    runs, entries, findings = verified.runs, verified.entries, verified.findings
    if options.format == "json":
        print(machine.runs_json(runs, findings, entries))
    elif options.format == "sarif":
        print(sarif.sarif(__version__, documentation(), findings, runs, entries))
    elif options.format == "github":
        for line in (*github.github_annotations(findings), *github.run_annotations(runs, entries)):
            print(line)
    width = terminal.columns_of(sys.stderr)
    say("")
    lines = text.summary_lines(runs, lambda run: _command_for(run, options), entries, findings, width)
    terminal.write(lines, sys.stderr)
    if verified.reused:
        say(f"{verified.reused} of them passed before and nothing has changed since; --fresh runs them again")
    say_all(f"{path}: expected outputs rewritten" for path in verified.rewritten)
    say_all(verified.refused)


def _write_reports(verified: "Verified", options: argparse.Namespace) -> int:
    """Write the reports that are files. One that cannot be written is said, and what is written besides stays."""
    status = CLEAN
    if options.junit:
        try:
            write_whole(options.junit, junit.junit_xml(verified.runs, verified.entries, verified.findings))
        except OSError as error:
            status = fail(CANNOT, f"{options.junit} cannot be written ({error.strerror}): the report above is whole")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        told = markdown.markdown_summary(
            verified.runs, lambda run: _command_for(run, options), verified.entries, verified.findings
        )
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(told)
        except OSError as error:
            say(f"no summary of the job: {summary} cannot be written ({error.strerror})")
    return status


def _status(verified: "Verified", skip_budget: int | None, options: argparse.Namespace) -> int:
    """The exit status, and a line for what the table does not show."""
    is_bad = not all(run.is_green for run in verified.runs) or bool(verified.findings) or bool(verified.refused)
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
    if verified.fault:
        return fail(CANNOT, f"{verified.fault}\nwhat was done so far is kept")
    return FINDINGS if is_bad else CLEAN


def _command_for(run: ScriptRun, options: argparse.Namespace) -> str:
    """What to type to run this one again."""
    return shlex.join([*program(options), "verify", run.path, *_how(run, options)])


def _how(run: ScriptRun, options: argparse.Namespace) -> Sequence[str]:
    words = ["--assets", options.assets] if options.assets else []
    words += ["--weights", options.weights] if options.weights else []
    words += ["--variants", "run"] if run.variant else []
    words += ["--device", options.device] if options.device != "auto" else []
    words += ["--sandbox", options.sandbox] if options.sandbox != "auto" else []
    words += ["--executor", options.executor] if options.executor != "local" else []
    words += ["--address", options.address] if options.address else []
    return words + (["--repeat", str(options.repeat)] if options.repeat > 1 else [])
