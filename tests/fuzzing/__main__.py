"""`python -m tests.fuzzing`: many more pages and files of evidence than the tests make; each finding is written.

It ends with 1 where something was found. A number makes the same page again: `--first N --pages 1`.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from generator.files import write_whole
from tests.fuzzing import evidence
from tests.fuzzing.material import KINDS, Kind, config_of
from tests.fuzzing.mutations import a_hostile_page, repeated_pieces
from tests.fuzzing.reducing import reduced
from tests.fuzzing.travels import travel
from tests.growth.growth import grown_without_end, least_steps
from tests.pages import read

FOUND = Path(".hub") / "fuzzing"
"""Where pages and evidence are written that are findings."""


def fault_of(send: Callable[[Path], object]) -> str:
    """Where and how a way through the program ends that should not; empty where all is well."""
    with TemporaryDirectory() as folder:
        try:
            send(Path(folder))
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            return f"{type(error).__name__} at {last.filename.rpartition('/')[2]}:{last.name}:{last.lineno}"
    return ""


def fault_of_page(data: bytes, kind: Kind) -> str:
    """The same of a page."""
    return fault_of(lambda folder: travel(data, config_of(kind), folder))


def find(numbers: range, seconds: float, tell: Callable[[str], None]) -> int:
    """Try the pages and the evidence of these numbers while there is time; how many different faults were found."""
    end = time.monotonic() + seconds
    honest = evidence.honest_files(read(evidence.SOURCE, f"{evidence.PAGE_ID}.md"))
    least = least_steps()
    found: set[str] = set()
    tried = 0
    for number in numbers:
        if time.monotonic() > end:
            break
        tried += 1
        for kind in KINDS:
            page = a_hostile_page(Random(f"{kind} {number}"), kind)
            if (fault := fault_of_page(page, kind)) and fault not in found:
                small = reduced(page, lambda less, kind=kind, fault=fault: fault_of_page(less, kind) == fault)  # type: ignore[misc]
                tell(f"{fault}: {_written(small, f'{kind}-{number}.md')}")
                found.add(fault)
        pieces = repeated_pieces(Random(f"growth {number}"))
        for stage in grown_without_end(pieces, least).keys() - found:
            found.add(stage)
            tell(f"{stage} grows faster than a page: {_written(pieces(1200).encode(), f'growth-{number}.md')}")
        chance = Random(f"evidence {number}")
        name = chance.choice(sorted(honest))
        data = evidence.changed(honest[name], chance)
        fault = fault_of(lambda folder: evidence.travel({**honest, name: data}, folder / "hub"))  # noqa: B023
        if fault and fault not in found:
            tell(f"{fault}: {_written(data, f'evidence-{number}.json')}, in place of {name}")
            found.add(fault)
    tell(f"{tried * len(KINDS)} pages and {tried} files of evidence, {len(found)} findings")
    return len(found)


def _written(data: bytes, name: str) -> Path:
    FOUND.mkdir(parents=True, exist_ok=True)
    write_whole(FOUND / name, data)
    return FOUND / name


def main() -> int:
    """Read the options and look for findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--first", type=int, default=time.time_ns() // 10**9, metavar="N", help="default: the time")
    parser.add_argument("--pages", type=int, default=10**9, metavar="N", help="how many of each kind at most")
    parser.add_argument("--seconds", type=float, default=600, metavar="S", help="when to end (default 600)")
    asked = parser.parse_args()
    numbers = range(asked.first, asked.first + asked.pages)
    return int(find(numbers, asked.seconds, lambda text: print(text, file=sys.stderr, flush=True)) > 0)


if __name__ == "__main__":
    sys.exit(main())
