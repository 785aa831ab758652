"""What every command says alike, and the statuses with which it ends."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from generator import __version__
from generator.model.diagnostic import Diagnostic
from generator.reporting import terminal, text

CLEAN, FINDINGS, WRONG_CALL, CANNOT, INTERRUPTED = 0, 1, 2, 3, 130


def say(told: str) -> None:
    """Tell whoever called, on standard error."""
    terminal.write(map(terminal.Line, told.split("\n")), sys.stderr)


def say_all(lines: Iterable[str]) -> None:
    """Tell several lines."""
    for line in lines:
        say(line)


def fail(status: int, message: str) -> int:
    """Say why nothing was done, and return the status."""
    say(f"hubpages: {message}")
    return status


def program(options: argparse.Namespace) -> list[str]:
    """The words with which this hub's commands begin, as this one did: they can be pasted where it was called."""
    is_module = Path(sys.argv[0]).name == "__main__.py"
    words = [_called(sys.executable), "-m", "generator"] if is_module else [_called(sys.argv[0])]
    return words if options.root is None else [*words, "-C", str(options.root)]


def _called(program: str) -> str:
    """A program by its name where PATH leads to it, else by its path. Not resolved: an environment's is a link."""
    path, here = Path(program).absolute(), Path.cwd()
    if Path(shutil.which(path.name) or here).absolute() == path:
        return path.name
    below = str(path.relative_to(here)) if path.is_relative_to(here) else path.name
    return below if os.sep in below else program


def report_findings(findings: Sequence[Diagnostic], form: str) -> None:
    """Findings in one of the formats of `check`, on standard output."""
    from generator.reporting import github, machine, sarif  # most commands write none of them

    if form == "json":
        print(machine.diagnostics_json(findings))
    elif form == "sarif":
        print(sarif.sarif(__version__, documentation(), findings))
    elif form == "github":
        for line in github.github_annotations(findings):
            print(line)
    else:
        terminal.write(text.diagnostic_lines(findings), sys.stdout)


def documentation() -> Mapping[str, str]:
    """The text of every rule, by its name."""
    from generator.commands.check import rule_texts  # the rules are slow to load

    return {one.name: one.documentation for one in rule_texts()}
