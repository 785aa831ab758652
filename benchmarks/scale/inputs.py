"""What growth is derived from: figures that were measured, each with what it is and which command or file says so."""

import re
import statistics
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.config import Config
from generator.evidence.keeping import read_runs
from generator.reading.hub import read_hub
from generator.scripts.planning import plan
from generator.scripts.variants import variants

FILE = Path(__file__).parent / "measured.toml"
MEASURED = (1_000, 10_000)
"""Pages of the hubs that were measured."""


@dataclass(frozen=True, slots=True)
class Input:
    """One figure."""

    value: float
    unit: str
    what: str
    how: str
    """The command that measures it, or the committed files that say it."""
    says: str = ""
    """The words of the text that `how` names first, where the figure, `{}`, stands in one."""


def read_inputs(path: Path = FILE) -> Mapping[str, Input]:
    """The figures by their names; those of hubs of several sizes (`at`) each by its own, see `sized`.

    Raises TypeError for a key that no figure has, and OSError where the file is missing.
    """
    found: dict[str, Input] = {}
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if "at" not in table:
            found[name] = Input(**table)
        for size, value in zip(MEASURED, table.pop("at", ()), strict=False):
            how = f"`python -m benchmarks.scale.measure --pages {size}`"
            found[sized(name, size)] = Input(value=value, how=how, **table)
    return found


def sized(name: str, pages: int) -> str:
    """The name of a figure of a hub of so many pages."""
    return f"{name}-{pages}"


def brought_up_to_date(text: str, figures: Mapping[str, float]) -> str:
    """The text of such a file with other values of these figures. Raises ValueError for one that is not in it."""
    for name, value in figures.items():
        text, found = re.subn(rf"^(\[{name}\]\nvalue = ).*$", rf"\g<1>{value}", text, count=1, flags=re.M)
        if not found:
            raise ValueError(f"no figure is called {name}")
    return text


def committed(root: Path) -> Mapping[str, float]:
    """What the runs and pages say that are committed, by the names that the figures have among the inputs."""
    return {**_of_pages(root / "hub_pages"), **_of_evidence(root / "evidence")}


def _of_pages(folder: Path) -> Mapping[str, float]:
    pages, _ = read_hub([folder], Config().languages)
    scripts = plan(pages, Config().framework)
    offered = sum(len(list(variants(script))) for script in scripts)
    return {
        "scripts-a-page": round(len(scripts) / len(pages), 2),
        "variants-a-page": round(offered / len(pages), 2),
    }


def _of_evidence(folder: Path) -> Mapping[str, float]:
    runs = read_runs(folder.glob("*.json"))
    seconds = [run.seconds for run in runs]
    memory = [run.facts.peak_memory for run in runs if run.facts]
    files = {asset.sha256: asset for run in runs for asset in run.assets if asset.sha256}
    standins = sum(asset.size or 0 for asset in files.values() if asset.standin)
    outputs = [output for run in runs for snippet in run.snippets for output in snippet.outputs]
    return {
        "seconds-mean": round(statistics.mean(seconds), 1),
        "seconds-median": round(statistics.median(seconds), 1),
        "memory-mean-bytes": round(statistics.mean(memory)),
        "memory-most-bytes": max(memory),
        "run-bytes": _each(folder.glob("*.json"), len(runs)),
        "picture-bytes": round(sum(len(one.data) for one in outputs if one.mime != "text/plain") / len(runs)),
        "notebook-bytes": _each(folder.glob("*.ipynb"), len(runs)),
        "standin-bytes": round(standins / len(runs)),
        "downloaded-bytes": round(statistics.mean(run.downloaded or 0 for run in runs)),
    }


def _each(paths: Iterable[Path], number: int) -> int:
    return round(sum(path.stat().st_size for path in paths) / number)
