"""`hubpages mend`: repairs of pages that fail, each seen to run."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.arguments import command, paths
from generator.cli.console import CANNOT, CLEAN, FINDINGS, INTERRUPTED, WRONG_CALL, fail, say, say_all
from generator.cli.running import how_it_is_run, prove_writable, request_of, what_adds
from generator.commands.root import HubRoot
from generator.reporting import terminal, text
from generator.reporting.characters import terminal_line
from generator.reporting.live import LiveProgress

if TYPE_CHECKING:
    from generator.cli.arguments import Commands
    from generator.commands.mend import Outcome


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "mend", _mend, "look for repairs of the pages that fail, and show those that were seen to run")
    paths(added)
    added.add_argument("--changed-since", metavar="REV", help="only pages that differ from this revision")
    how_it_is_run(added)
    then = added.add_argument_group("what comes of it")
    then.add_argument("--evidence", type=Path, metavar="DIR", help="where runs are kept; default: .hub/evidence")
    then.add_argument("--write", action="store_true", help="make the repairs in the pages")
    then.add_argument(
        "--format",
        choices=["diff", "github", "json"],
        default="diff",
        help="a patch for `git apply`, suggestions for a pull request in Markdown, or JSON; on standard output",
    )


def _mend(root: HubRoot, options: argparse.Namespace) -> int:
    # Kernels and proxies are heavy to load, and no other command needs them.
    from generator.assets.proxy import ProxyError
    from generator.commands.mend import mend
    from generator.commands.verify import Progress
    from generator.running.executed import KernelError
    from generator.running.sandbox import SandboxError
    from generator.scheduling.changes import RevisionError
    from generator.scheduling.devices import DeviceError

    request = request_of(root, options, variants="none", changed_since=options.changed_since)
    prove_writable(options.evidence or root.own_evidence)
    try:
        with LiveProgress() as live:
            progress = Progress(say_all, live.planned, live.started, live.finished)
            outcome = mend(root, options.paths, progress, request, write=options.write)
    except RevisionError as error:
        return fail(WRONG_CALL, str(error))
    except (KernelError, ProxyError, SandboxError, DeviceError) as error:
        return fail(CANNOT, str(error))
    _report(root, outcome, options.format)
    if not options.write and options.format == "diff" and any(one.steps for one in outcome.mended):
        say("the patch is on standard output, for `git apply`; with --write the pages themselves are mended")
    return _status(outcome)


def _report(root: HubRoot, outcome: "Outcome", form: str) -> None:
    from generator.reporting import mending

    if form == "json":
        print(mending.mended_json(outcome.mended))
    elif form == "github":
        for line in mending.suggestions(outcome.mended):
            print(line)
    elif any(one.steps for one in outcome.mended):
        place = _place_of_patch(root, [one.page.path for one in outcome.mended])
        if place != Path.cwd():
            print(terminal_line(f"# to be applied in {place}"))
        for line in mending.patch(
            outcome.mended, outcome.texts, lambda path: str(Path(path).resolve().relative_to(place))
        ):
            print(line)
    sys.stdout.flush()
    say("")
    findings = [finding for finding in outcome.verified.findings if finding.severity == "error"]
    terminal.write(text.diagnostic_lines(findings), sys.stderr)
    terminal.write(mending.lines(outcome.mended), sys.stderr)
    if not outcome.mended and outcome.is_whole:
        say(f"{text.count(len(outcome.verified.runs), 'script')} run, and nothing failed: there is nothing to mend")
    steps = [step for one in outcome.mended for step in one.steps if step.candidate.install]
    if steps:  # what was installed was so for these runs alone
        say(
            "`verify` needs it too: "
            + what_adds(root, " ".join(dict.fromkeys(step.candidate.install for step in steps)))
        )
    elif any(left.run.cause == "environment" for one in outcome.mended for left in one.unmended):
        say(what_adds(root))
    say_all(f"{path}: mended" for path in outcome.written)
    say_all(outcome.refused)


def _place_of_patch(root: HubRoot, paths: Sequence[str]) -> Path:
    """The folder that a patch of these pages is for: here, the hub's root, or the nearest that holds all of them."""
    pages = [Path(path).resolve() for path in paths]
    for folder in (Path.cwd(), root.folder.resolve()):
        if all(page.is_relative_to(folder) for page in pages):
            return folder
    return Path(os.path.commonpath([page.parent for page in pages]))


def _status(outcome: "Outcome") -> int:
    if outcome.is_interrupted or outcome.verified.is_interrupted:
        say("interrupted; what was done so far is kept")
        return INTERRUPTED
    if fault := outcome.fault or outcome.verified.fault:
        return fail(CANNOT, f"{fault}\nwhat was done so far is kept")
    return CLEAN if outcome.is_whole else FINDINGS
