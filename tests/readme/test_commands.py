"""Every command of README.md and CONTRIBUTING.md, taken from their own fences and typed in a fresh clone.

One that cannot be run here is named above its fence, and why: `<!-- not run: COMMAND: REASON -->`.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kernels import ROOT
from tests.typed import without_tests

DOCUMENTS = ("README.md", "CONTRIBUTING.md")
MOST_NOT_RUN = 3
_NOT_RUN = re.compile(r"<!-- not run: (?P<command>[^:]+): (?P<reason>.+?) -->")
_FENCE = re.compile(r"^```(?:sh|shell|bash|console)\n(?P<text>.*?)^```", re.M | re.S)


@dataclass(frozen=True)
class Fence:
    """Commands that are typed one after another."""

    place: str
    text: str
    not_run: dict[str, str]


def fences(document: str) -> list[Fence]:
    """The fences of commands of a document, without the commands that it says are not run."""
    source = (ROOT / document).read_text(encoding="utf-8")
    found, end = [], 0
    for match in _FENCE.finditer(source):
        above = source[end : match.start()].rpartition("```")[2]
        not_run = {one["command"]: one["reason"] for one in _NOT_RUN.finditer(above)}
        kept = [line for line in match["text"].splitlines() if not line.startswith(tuple(not_run))] if not_run else None
        text = match["text"] if kept is None else "\n".join(kept)
        found.append(Fence(f"{document}:{source.count(chr(10), 0, match.start()) + 1}", text, not_run))
        end = match.end()
    return found


FENCES = [fence for document in DOCUMENTS for fence in fences(document)]


def test_documents_have_commands_and_few_that_are_not_run() -> None:
    """Each document has some; each exception names a command of its fence and has a reason."""
    assert {fence.place.partition(":")[0] for fence in FENCES} == set(DOCUMENTS)
    exceptions = [pair for fence in FENCES for pair in fence.not_run.items()]
    assert len(exceptions) <= MOST_NOT_RUN
    sources = "".join((ROOT / document).read_text(encoding="utf-8") for document in DOCUMENTS)
    assert all(f"\n{command}" in sources and len(reason.split()) > 3 for command, reason in exceptions)
    assert sources.count("\n<!-- not run:") == len(exceptions)


@pytest.mark.parametrize("fence", FENCES, ids=lambda fence: fence.place)
def test_commands_do_what_the_document_says(clone: Path, fence: Fence) -> None:
    """Typed in the clone's folder by somebody without settings of their own, each ends well."""
    environ = without_tests()
    environ["PATH"] = f"{clone / '.venv' / 'bin'}{os.pathsep}{environ['PATH']}"  # as where hubpages is installed
    command = ["sh", "-ec", fence.text]
    done = subprocess.run(command, cwd=clone, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, f"{fence.text}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    assert "Traceback" not in done.stderr
