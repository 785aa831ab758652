"""Twenty rounds of faults, the same ones each time."""

import re
import subprocess
import sys

from tests.kernels import ROOT
from tests.soak.faults import FAULTS

_LEFT_OUT = "left out: full disks: "


def soak(*words: str) -> subprocess.CompletedProcess[str]:
    """The program, as `make soak` starts it."""
    command = [sys.executable, "-m", "tests.soak", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_nothing_is_lost_or_left_over_in_twenty_rounds() -> None:
    """Each kind of fault comes, and hits; one that cannot be had here is named, with the reason."""
    done = soak("--rounds", "20", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^(\S.*?) +(\d+) +(\d+) +(\d+) +(\d+)$", done.stdout, re.M)
    hits = {name: int(hits) for name, _, hits, _, _ in rows}
    wanted = {fault.name for fault in FAULTS if not (fault.needs_mount and _LEFT_OUT in done.stdout)}
    assert {name for name, number in hits.items() if number} == wanted | {"all"}, done.stdout
    assert rows[-1][0] == "all"
    assert (rows[-1][1], rows[-1][3], rows[-1][4]) == ("20", "0", "0")
