"""Evidence of 1,000 pages in 30 nights: how long it takes to merge, prune and read it, and how large it gets.

Each night every page is run, as its committed evidence says; one page in fifty prints something else than the night
before, and in the fifteenth night the hub repository has another commit, for all.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from generator.evidence.changes import changes
from generator.evidence.history import history_files, read_history
from generator.evidence.keeping import name_of, read_evidence, read_runs
from generator.evidence.merging import merge
from generator.evidence.pruning import Bounds, prune
from generator.model.run import Output, ScriptRun

ROOT = Path(__file__).parents[1]
PAGES, NIGHTS = 1000, 30
_OTHER = 50
"""One page of so many prints something else each night."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and of the processor: of a busy machine the latter alone say something."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s by the clock, {self.processor:.1f} s of the processor"


def main() -> None:
    """Print the figures."""
    (template,) = read_runs((ROOT / "evidence").glob("megengine_vision_resnet-*.json"))
    notebooks = {language: json.dumps({"cells": ["x" * 6000]}) for language in template.languages}
    with tempfile.TemporaryDirectory() as place:
        one, merging, pruning = Path(place) / "one", list[Took](), list[Took]()
        for number in range(NIGHTS):
            night = Path(place) / "night"
            for page in range(PAGES):
                _leave(_run(template, page, number), notebooks, night)
            if number == NIGHTS - 1:
                print(f"diff of a night with those before: {_took(lambda night=night: _diff(one, night))}")
            merging.append(_took(lambda night=night: merge([night], one)))
            pruning.append(_took(lambda: prune(one, Bounds(), dry=False)))
            shutil.rmtree(night)
        print(f"{NIGHTS} nights of {PAGES} pages merged, one after the other: {_sum(merging)}; the last: {merging[-1]}")
        print(f"pruned after each: {_sum(pruning)}; the last time: {pruning[-1]}")
        _tell(one)


def _tell(one: Path) -> None:
    print(f"all runs that are whole, read: {_took(lambda: read_evidence([one]))}")
    print(f"all histories, read: {_took(lambda: [read_history(path) for path in history_files(one)])}")
    histories = history_files(one)
    remembered = sum(len(read_history(path)) for path in histories)
    runs, notebooks, history = (_bytes(paths) for paths in (one.glob("*.json"), one.glob("*.ipynb"), histories))
    print(f"whole: {len(list(one.glob('*.json')))} runs in {runs:,} bytes, their notebooks in {notebooks:,}")
    print(f"remembered: {remembered} runs in {history:,} bytes")


def _leave(run: ScriptRun, notebooks: Mapping[str, str], night: Path) -> None:
    """What `keep` writes, without waiting for the disk each time: that is not what is measured."""
    night.mkdir(exist_ok=True)
    name = name_of(run)
    (night / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1))
    for language, notebook in notebooks.items():
        (night / f"{name}.{language}.ipynb").write_text(notebook, encoding="utf-8")


def _run(template: ScriptRun, page: int, night: int) -> ScriptRun:
    """A page's run in a night, both by number from 0."""
    started = datetime.fromisoformat(template.started) + timedelta(days=night, seconds=page)
    shown = str(night if (page + night) % _OTHER == 0 else "the same")
    first, *rest = template.snippets
    first = replace(first, outputs=(*first.outputs, Output("stdout", "text/plain", shown)))
    commit = ("a" if night < NIGHTS // 2 else "b") * 40
    return replace(
        template,
        page=f"megengine_vision_model_{page}",
        started=started.isoformat(timespec="seconds"),
        seconds=template.seconds + night / 7,
        repositories=dict.fromkeys(template.repositories, commit),
        snippets=(first, *rest),
    )


def _diff(old: Path, new: Path) -> None:
    before, now = read_evidence([old])[0], read_evidence([new])[0]
    history = {path.stem: read_history(path) for path in history_files(old)}
    changes(before, now, history, 1.5)


def _bytes(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _sum(all: list[Took]) -> Took:
    return Took(sum(one.clock for one in all), sum(one.processor for one in all))


def _took(do: Callable[[], object]) -> Took:
    os.sync()  # what others wrote is not on this clock
    clock, processor = time.monotonic(), time.process_time()
    do()
    return Took(time.monotonic() - clock, time.process_time() - processor)


if __name__ == "__main__":
    main()
