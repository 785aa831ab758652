"""`hubpages bisect`: the upstream commit that broke a page."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.arguments import command
from generator.cli.console import CANNOT, CLEAN, FINDINGS, INTERRUPTED, WRONG_CALL, fail, say, say_all
from generator.cli.running import how_it_is_run, request_of
from generator.commands.root import HubRoot
from generator.reporting import terminal, text
from generator.reporting.characters import json_text

if TYPE_CHECKING:
    from generator.cli.arguments import Commands
    from generator.commands.bisect import Bisected, Tried

_DIGITS = 12
_WORDS = {"good": "runs", "bad": "does not run", "unjudged": "cannot be judged"}


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "bisect", _bisect, "find the upstream commit that broke a page, by running it on a local clone")
    added.add_argument("page", type=Path, metavar="PAGE", help="the page's file")
    added.add_argument("--repository", type=Path, required=True, metavar="DIR", help="a clone of what the page loads")
    added.add_argument("--of", metavar="OWNER/NAME", help="which of several repositories that the page loads it is")
    added.add_argument("--good", metavar="COMMIT", help="where the page ran; default: what evidence says")
    added.add_argument(
        "--bad", metavar="COMMIT", help="where it does not run; default: what evidence says, else the clone's HEAD"
    )
    added.add_argument("--evidence", type=Path, metavar="DIR", help="one more folder in which runs are looked for")
    how_it_is_run(added)
    added.add_argument("--format", choices=["text", "json"], default="text")


def _bisect(root: HubRoot, options: argparse.Namespace) -> int:
    # Kernels and proxies are heavy to load, and no other command needs them.
    from generator.assets.clone import CloneError
    from generator.assets.proxy import ProxyError
    from generator.commands.bisect import bisect_page, subject_of
    from generator.running.executed import KernelError
    from generator.running.sandbox import SandboxError
    from generator.scheduling.devices import DeviceError

    if options.assets not in (None, "replay") or options.accept_changes:
        raise ValueError("bisect replays all but the repository, so that nothing else can differ: --assets replay")
    options.assets = "replay"
    request = request_of(root, options, variants="none", fresh=True)
    try:
        subject = subject_of(root, options.page, options.of)
        ends = options.good, options.bad
        found = bisect_page(root, subject, options.repository, ends, request, _each_once(), _tried)
    except CloneError as error:
        return fail(WRONG_CALL, str(error))
    except (KernelError, ProxyError, SandboxError, DeviceError) as error:
        return fail(CANNOT, str(error))
    return _report(found, options.format)


def _each_once() -> Callable[[Sequence[str]], None]:
    """Says each line once: every commit is run on a machine that is looked at anew, with the same warnings."""
    said: set[str] = set()

    def tell(lines: Sequence[str]) -> None:
        say_all(line for line in lines if line not in said)
        said.update(lines)

    return tell


def _tried(tried: "Tried", left: int) -> None:
    reason = f": {tried.reason.splitlines()[0]}" if tried.reason else ""
    subject = f"{tried.commit.sha[:_DIGITS]} {tried.commit.subject}"
    say(f"{subject}: {_WORDS[tried.judgement]}{reason} ({text.count(left, 'commit')} left)")


def _report(found: "Bisected", form: str) -> int:
    if form == "json":
        print(_json(found))
    if found.is_interrupted:
        say("interrupted; what was found out so far stands above")
        return INTERRUPTED
    ends = f"{found.good[:_DIGITS]}..{found.bad[:_DIGITS]}"
    say(f"{text.count(len(found.tried), 'run')} for {text.count(len(found.commits), 'commit')} of {ends}")
    is_found = len(found.suspects) == 1
    head = f"{found.page} was broken by " + ("this commit" if is_found else "one of these, which cannot be told apart")
    lines = [terminal.Line(f"{head} of {found.repository}:", "bold")]
    lines += [terminal.Line(f"  {one.sha} {one.day} {one.subject}") for one in found.suspects]
    terminal.write(lines, sys.stderr if form == "json" else sys.stdout)
    return CLEAN if is_found else FINDINGS


def _json(found: "Bisected") -> str:
    def commit(one: object) -> dict[str, object]:
        return {name: getattr(one, name) for name in ("sha", "day", "subject")}

    tried = [{**commit(one.commit), "judgement": one.judgement, "reason": one.reason} for one in found.tried]
    suspects = [commit(one) for one in found.suspects]
    return json_text(
        {
            "page": found.page,
            "repository": found.repository,
            "good": found.good,
            "bad": found.bad,
            "commits": len(found.commits),
            "tried": tried,
            "suspects": suspects,
        }
    )
