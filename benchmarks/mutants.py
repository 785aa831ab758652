"""How many broken pages `hubpages mend` mends, and whether they then print what the sound ones print.

`python -m benchmarks.mutants` breaks the project's own pages on purpose, see `mutations`, puts all of them into one hub
that replays the small models of tests/zoo, and calls `hubpages mend` once. Which mutants there are is told by the seed
alone; those that pass all the same are dropped, and counted.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks.mutations import MUTATIONS, Mutant, mutants
from generator.config import Config
from generator.decoding import converted
from generator.model.page import Page
from generator.model.run import ScriptRun
from generator.reading.hub import read_hub
from generator.scripts.expectations import printed, same_output
from tests.zoo import make_hub_root

HUB = Path(__file__).parents[1]
TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mutant."""

    mutant: Mutant
    is_broken: bool
    """Whether it fails at all: else it is none."""
    reason: str = ""
    """Why it is not mended; empty where it is."""
    difference: str = ""
    """Where it is mended, what its snippets print that the sound page's do not, as a diff."""
    steps: tuple[str, ...] = ()
    """What was done to mend it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was mended; 1 where a mended page prints something else than the sound one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, default=[HUB / "hub_pages"], help="default: the hub's own")
    parser.add_argument("--seed", type=int, default=0, help="which mutants are taken")
    parser.add_argument("--most", type=int, default=12, metavar="N", help="of each kind of mistake; default: 12")
    parser.add_argument("--kinds", nargs="+", choices=MUTATIONS, default=list(MUTATIONS), metavar="KIND")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every mutant and what became of it")
    options = parser.parse_args(arguments)
    pages, findings = read_hub(options.pages, Config().languages)
    assert not any(finding.severity == "error" for finding in findings), findings
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        results = measure(Path(folder), pages, taken(pages, options.kinds, options.most, options.seed))
    for line in report(results):
        print(line)
    print(f"in {time.monotonic() - started:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(msgspec.to_builtins(results), indent=1, ensure_ascii=False))
    return int(any(result.difference for result in results))


def taken(pages: Sequence[Page], kinds: Sequence[str], most: int, seed: int) -> list[Mutant]:
    """So many mutants of each kind, of as many pages as there are."""
    chosen = []
    for kind in kinds:
        # Of each page in turn, so that a page with many imports is not the only one.
        draw = random.Random(f"{seed} {kind}")
        of_pages = [draw.sample(found, len(found)) for page in pages if (found := list(mutants(page, kind)))]
        draw.shuffle(of_pages)
        longest = max(map(len, of_pages), default=0)
        chosen += [found[turn] for turn in range(longest) for found in of_pages if turn < len(found)][:most]
    return chosen


def measure(root: Path, pages: Sequence[Page], broken: Sequence[Mutant]) -> list[Result]:
    """Run the sound pages, mend the broken ones, and compare what they print."""
    make_hub_root(root)
    for page in pages:
        _write(root / "sound", page.id, page.source)
    for mutant in broken:
        _write(root / "hub_pages", mutant.name, mutant.text)
    sound = _hubpages(root, "verify", root / "sound", "--variants", "none")
    runs = converted(sound["runs"], list[ScriptRun])
    failing = [f"{run.page}: {run.reason}" for run in runs if run.verdict != "passed"]
    assert not failing, f"these pages are not sound: {failing}"
    mended = {Path(page["path"]).stem: page for page in _hubpages(root, "mend")["pages"]}
    return [
        result_of(mutant, mended.get(mutant.name), [run for run in runs if run.page == mutant.page])
        for mutant in broken
    ]


def result_of(mutant: Mutant, page: Mapping[str, Any] | None, sound: Sequence[ScriptRun]) -> Result:
    """What `mend` says of one mutant's page, beside the runs of the sound one."""
    if page is None:
        return Result(mutant, False)
    steps = tuple(f"{step['error']} -> {step['what']}" for step in page["steps"])
    if page["unmended"]:
        left = page["unmended"][0]
        tried = [f"{one['what']}: {one['reason']}" for one in left["tried"]]
        return Result(mutant, True, "; tried to ".join([f"{left['error']} ({left['cause']})", *tried]), steps=steps)
    proofs = converted([step["run"] for step in page["steps"]], list[ScriptRun])
    # The run that proved the last repair of a script is one of the whole script.
    latest = {language: run for run in proofs for language in run.languages}
    told = [difference(run, latest[language]) for run in sound for language in run.languages[:1]]
    return Result(mutant, True, difference="\n".join(filter(None, told)), steps=steps)


def difference(sound: ScriptRun, mended: ScriptRun) -> str:
    """What the snippets of a run print that those of the sound page do not."""
    pairs = zip(sound.snippets, mended.snippets, strict=True)
    return "\n".join(filter(None, (same_output(printed(one), printed(other), TOLERANCE) for one, other in pairs)))


def report(results: Sequence[Result]) -> Iterator[str]:
    """A table by kind of mistake, then all that was not mended, or prints something else."""
    yield "| mistake | mutants | mended | printed something else | dropped: passed all the same |"
    yield "|---|---:|---:|---:|---:|"
    kinds = list(dict.fromkeys(result.mutant.kind for result in results))
    for kind in [*kinds, "all"]:
        own = [result for result in results if kind in (result.mutant.kind, "all")]
        broken = [result for result in own if result.is_broken]
        mended = [result for result in broken if not result.reason]
        share = f" ({len(mended) / len(broken):.0%})" if broken else ""
        other = sum(bool(result.difference) for result in mended)
        yield f"| {kind} | {len(broken)} | {len(mended)}{share} | {other} | {len(own) - len(broken)} |"
    yield ""
    yield from (f"not mended: {result.mutant.name}: {result.reason}" for result in results if result.reason)
    for result in results:
        if result.difference:
            yield f"printed something else: {result.mutant.name}: {'; '.join(result.steps)}\n{result.difference}"


def _write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")


def _hubpages(root: Path, *arguments: str | Path) -> Any:
    command = [sys.executable, "-m", "generator", "-C", root, *arguments, "--assets", "replay", "--format", "json"]
    called = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, cwd=HUB, check=False)
    assert called.returncode in (0, 1), f"{arguments[0]} ended with {called.returncode}"
    return json.loads(called.stdout)


if __name__ == "__main__":
    sys.exit(main())
