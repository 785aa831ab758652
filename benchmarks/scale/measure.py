"""`python -m benchmarks.scale.measure --pages 1000`: what commands and their parts take on a hub of so many pages.

Everything is one process after another. Seconds are of the processor, unless it is said: others use the machine too.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from benchmarks.peers.measuring import measure
from benchmarks.peers.own import hubpages
from benchmarks.scale.planting import ROOT, plant, scripts_in
from generator.evidence.judging import Judged
from generator.evidence.keeping import keep, read_evidence
from generator.evidence.remembering import remember
from generator.model.run import ScriptRun
from generator.scheduling.fleet import Fleet
from generator.scheduling.node import Begun
from generator.scheduling.order import Task
from tests.fleet.test_fleet import Scripted

KEPT = 30
"""Runs that are kept one after another, to see what one takes."""
SLOTS = 64


def main() -> None:
    """Print the figures of a hub of each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.measure", description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--parts", action="store_true", help="leave out check, build and verify as commands")
    parser.add_argument(
        "--files", type=int, metavar="N", help="instead: keep a run in a folder with so many empty files"
    )
    wanted = parser.parse_args()
    if wanted.files:
        print(f"beside {wanted.files:,} files: keep: {_crowded(wanted.files)}")
        return
    for pages in wanted.pages:
        with tempfile.TemporaryDirectory(prefix="hubpages-scale-") as name:
            hub = Path(name)
            runs = plant(hub, pages)
            os.sync()
            for line in chain(_parts(hub, runs), () if wanted.parts else _commands(hub)):
                print(f"{pages:,} pages: {line}", flush=True)


def _parts(hub: Path, runs: list[ScriptRun]) -> Iterator[str]:
    """What `verify` does besides running scripts."""
    scripts = scripts_in(hub)
    yield f"pages read and planned in {_processor(lambda: scripts_in(hub)):.2f} s"
    yield f"evidence read in {_processor(lambda: read_evidence([hub / 'evidence'])):.2f} s"

    tasks = [Task(script, 1.0, share=1) for script in scripts]
    of_page = {run.page: Judged(run, {}) for run in runs}

    def says(task: Task, machine: str) -> Iterator[object]:
        yield Begun(machine, "")
        yield of_page[task.script.page]

    fleet = Fleet(Scripted(says), 1, SLOTS)
    took = _processor(lambda: [judged.run.page for judged in fleet.run(tasks)])
    yield f"a fleet's caller hears of a run in {took / len(tasks) * 1000:.3f} ms"

    notebooks = dict.fromkeys(runs[0].languages, "x" * 5000)
    folder = hub / "evidence"
    for what, page in (("a page that has a history", "{}"), ("a page that has none", "{}_new")):
        some = [replace(run, page=page.format(run.page), started=_now()) for run in runs[:KEPT]]
        yield f"remember, {what}: {_each(some, lambda run: remember(run, folder))}"
        yield f"keep, {what}: {_each(some, lambda run: keep(run, notebooks, folder))}"


def _crowded(files: int) -> str:
    """What it takes to keep a run in a folder that is full of files of others."""
    with tempfile.TemporaryDirectory(prefix="hubpages-scale-") as name:
        hub, folder = Path(name), Path(name) / "evidence"
        (run, *_) = plant(hub, 1)
        for number in range(files):
            (folder / f"megengine_vision_model{number:07d}-{number:024x}.en_US.ipynb").touch()
        notebooks = dict.fromkeys(run.languages, "x" * 5000)
        some = [replace(run, started=_now())] * (KEPT // 10)
        return _each(some, lambda one: keep(one, notebooks, folder))


def _each(runs: Sequence[ScriptRun], do: Callable[[ScriptRun], object]) -> str:
    """Milliseconds that one of these takes."""
    clock = time.perf_counter()
    took = _processor(lambda: [do(run) for run in runs])
    clock = time.perf_counter() - clock
    return f"{took / len(runs) * 1000:.2f} ms, {clock / len(runs) * 1000:.2f} ms by the clock"


def _commands(hub: Path) -> Iterator[str]:
    """Each a process of its own."""
    (page, *_) = sorted((hub / "hub_pages").glob("*.md"))

    def change() -> None:
        with page.open("a", encoding="utf-8") as file:
            file.write("\nA sentence more.\n")

    verify = ("verify", "--assets", "replay", "--variants", "none", "--format", "json")
    calls: tuple[tuple[str, tuple[str, ...], Callable[[], None]], ...] = (
        ("verify, nothing to run", verify, lambda: None),
        ("check, cold", ("check",), lambda: None),
        ("check, nothing changed", ("check",), lambda: None),
        ("build, cold", ("build",), lambda: None),
        ("build, nothing changed", ("build",), lambda: None),
        ("build, one page changed", ("build",), change),
    )
    for what, words, before in calls:
        before()
        took = measure([hubpages(hub, *words)], ROOT)
        yield (
            f"{what}: {took.processor:.2f} s, {took.seconds:.2f} s by the clock, {took.memory / 2**20:.0f} MiB"
            + (f", FAILED: {took.failure}" if took.failure else "")
        )
    yield from _sizes(hub / "site", hub / ".hub")


def _sizes(site: Path, own: Path) -> Iterator[str]:
    files = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    yield f"site: {len(files):,} files, {sum(files.values()):,} bytes"
    search = [size for path, size in files.items() if "pagefind" in path.parts or "search" in path.parts]
    yield f"search: {len(search):,} files, {sum(search):,} bytes"
    for path, size in sorted(files.items(), key=lambda item: -item[1])[:6]:
        yield f"largest: {path.relative_to(site)}, {size:,} bytes"
    kept = [path.stat().st_size for path in own.rglob("*") if path.is_file()]
    yield f"what a build keeps: {len(kept):,} files, {sum(kept):,} bytes"


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def _processor(do: Callable[[], object]) -> float:
    """Seconds of this process's processor."""
    before = time.process_time()
    do()
    return time.process_time() - before


if __name__ == "__main__":
    main()
