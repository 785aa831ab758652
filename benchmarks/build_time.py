"""Processor time of `hubpages build` on the hub's own pages."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 5


def main() -> None:
    """Print the median of a few runs, each a process of its own."""
    seconds = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            before = os.times()
            command = [sys.executable, "-m", "generator", "build", "--out", str(Path(folder) / "site")]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            after = os.times()
        seconds.append(after.children_user - before.children_user + after.children_system - before.children_system)
    pages = len(list((ROOT / "hub_pages").glob("*.md")))
    print(f"build of {pages} pages: {statistics.median(seconds):.2f} s of processor time (median of {RUNS} runs)")
