"""What no other tool does: `hubpages check` of the corpus, and this project's own hub."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus import corpus
from benchmarks.peers.measuring import Measured, measure
from benchmarks.peers.own import MADE, copy_own_hub, hubpages, plant_hub
from benchmarks.peers.rounds import Result, Say, html_files, remove
from benchmarks.peers.tool import ROOT

CHECK, OWN_HUB = "hubpages check", "hubpages build, own hub"


def check(size: int, runs: int, folder: Path, say: Say) -> Iterator[Result]:
    """`hubpages check` without what it keeps, and again."""
    plant_hub(folder, list(corpus(size)), search=False)
    for number in range(1, runs + 1):
        for scenario in ("cold", "again"):
            say(f"{size} pages, round {number}: {CHECK}, {scenario}")
            if scenario == "cold":
                remove(folder / name for name in MADE)
            yield Result(CHECK, size, False, scenario, number, measure([hubpages(folder, "check")], ROOT))
    shutil.rmtree(folder)


def own_hub(runs: int, folder: Path, say: Say) -> Iterator[Result]:
    """What `make site` runs, on a copy of the hub: without what is kept, and again."""
    pages = copy_own_hub(folder)
    for number in range(1, runs + 1):
        for scenario in ("cold", "again"):
            say(f"{pages} pages, round {number}: {OWN_HUB}, {scenario}")
            if scenario == "cold":
                remove(folder / name for name in MADE)
            measured = measure([hubpages(folder, "build")], ROOT)
            found = html_files(folder / "site")
            if not measured.failure and found < 2 * pages:
                failure = f"it made {found} HTML pages, and there should be {2 * pages} or more"
                measured = Measured(measured.seconds, measured.processor, measured.memory, failure)
            yield Result(OWN_HUB, pages, True, scenario, number, measured)
    shutil.rmtree(folder)
