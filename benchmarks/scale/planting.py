"""A hub of any size with a run of every page, as large as the committed ones are."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import msgspec

from benchmarks.corpus import corpus
from benchmarks.peers.own import plant_hub
from generator import __version__
from generator.config import Config
from generator.evidence.history import history_file, past_run, written
from generator.evidence.keeping import name_of, read_runs
from generator.model.run import Environment, Script, ScriptRun, SnippetRun
from generator.reading.hub import read_hub
from generator.running.probe import probe
from generator.scripts.planning import plan
from tests.kernels import KERNEL_PYTHON

ROOT = Path(__file__).parents[2]
LANGUAGES = Config().languages


def plant(hub: Path, pages: int) -> list[ScriptRun]:
    """Write a hub with evidence and histories, so that `verify` finds nothing to run; its runs."""
    plant_hub(hub, list(corpus(pages)), search=True)
    with (hub / "hub.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[kernel]\npython = {json.dumps(str(KERNEL_PYTHON))}\n")
    folder = hub / "evidence"
    (folder / "history").mkdir(parents=True)
    runs = list(runs_of(scripts_in(hub)))
    notebooks = sorted((ROOT / "evidence").glob("*.ipynb"))
    for run, notebook in zip(runs, cycle(notebooks), strict=False):
        leave(run, notebook.read_bytes(), folder)
    return runs


def scripts_in(hub: Path) -> Sequence[Script]:
    """Those of its pages."""
    pages, _ = read_hub([hub / "hub_pages"], LANGUAGES)
    return plan(pages, "megengine")


def runs_of(scripts: Sequence[Script]) -> Iterator[ScriptRun]:
    """A pass of each script here an hour ago, which downloaded nothing and showed what a committed run did."""
    here = probe(KERNEL_PYTHON, "cpu", "megengine")
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    templates = sorted(read_runs((ROOT / "evidence").glob("*.json")), key=lambda run: run.page)
    for script, template in zip(scripts, cycle(templates), strict=False):
        yield _run(script, template, here, now.isoformat())


def _run(script: Script, template: ScriptRun, here: Environment, started: str) -> ScriptRun:
    outputs = [output for snippet in template.snippets for output in snippet.outputs]
    shown = [(), *[()] * (len(script.snippets) - 2), tuple(outputs)]
    snippets = tuple(SnippetRun("passed", one.lines, 1.0, of) for one, of in zip(script.snippets, shown, strict=True))
    return replace(
        template,
        page=script.page,
        path=Path(script.path).name,
        languages=script.languages,
        script=script.digest,
        started=started,
        environment=here,
        assets=(),
        downloaded=0,
        snippets=snippets,
        version=__version__,
    )


def leave(run: ScriptRun, notebook: bytes, folder: Path) -> None:
    """What `keep` and `remember` write, without waiting for the disk each time: that is not what is measured here."""
    name = name_of(run)
    (folder / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1))
    for language in run.languages:
        (folder / f"{name}.{language}.ipynb").write_bytes(notebook)
    history_file(folder, run.page).write_bytes(written([past_run(run)]))
