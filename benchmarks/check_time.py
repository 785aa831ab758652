"""`hubpages check` on a large hub, twice: 1,000 pages made from the hub's own, each with words of its own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = 1000


def main() -> None:
    """Print the seconds of a first call, and of one where nothing has changed since."""
    originals = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "hub_pages").glob("*.md"))]
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "hub_pages"
        pages.mkdir()
        for number in range(PAGES):
            text = originals[number % len(originals)]
            title = text.partition("title: ")[2].partition("\n")[0]
            # Another title and another paragraph: nothing that is cached by a page's text is met twice.
            text = text.replace(f"title: {title}", f"title: Model {number}").replace(title, f"Model {number}")
            (pages / f"megengine_vision_model_{number}.md").write_text(text, encoding="utf-8")
        for call in ("the first time", "again"):
            seconds, processor = _seconds_of_check(folder)
            print(f"check of {PAGES} pages, {call}: {seconds:.1f} s by the clock, {processor:.1f} s of the processor")


def _seconds_of_check(folder: str) -> tuple[float, float]:
    """By the clock, and of the processor."""
    before, clock = os.times(), time.monotonic()
    command = [sys.executable, "-m", "generator", "-C", folder, "check", "--format", "json"]
    subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    seconds, after = time.monotonic() - clock, os.times()
    processor = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, processor
