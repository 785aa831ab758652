"""`python -m benchmarks.peers`: hubpages and its peers on the same corpus; `make bench-peers` installs the peers."""

import argparse
import dataclasses
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.peers import alone
from benchmarks.peers.figures import tables
from benchmarks.peers.hugo import Hugo
from benchmarks.peers.machine import machine, versions
from benchmarks.peers.material import MkDocs, Zensical
from benchmarks.peers.own import Hubpages
from benchmarks.peers.rounds import SCENARIOS, Result, in_turns
from benchmarks.peers.tool import MissingPeersError, Tool

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
TOOLS: dict[str, Tool] = {tool.name: tool for tool in (Hubpages(), Hugo(), Zensical(), MkDocs())}
_SEARCH = ("off", "on")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for and print it; 1 where something failed, 3 where the peers are not installed."""
    wanted = _parse(arguments)
    tools = [TOOLS[name] for name in wanted.tools or TOOLS]
    try:
        known = {"machine": machine(), "versions": versions(tools)}
        with tempfile.TemporaryDirectory(prefix="hubpages-bench-") as folder:
            results = list(_measure(wanted, tools, Path(folder)))
    except MissingPeersError as error:
        print(error, file=sys.stderr)
        return 3
    left_out = {size: [tool.name for tool in tools if not _takes_part(tool, size, wanted)] for size in wanted.sizes}
    titles = {tool.name: tool.title for tool in tools}
    told = f"{_above(known, wanted.runs)}\n{tables(results, titles, left_out)}"
    print(told)
    if wanted.write:
        README.write_text(between_marks(README.read_text(encoding="utf-8"), told), encoding="utf-8")
    if wanted.json:
        rows = [dataclasses.asdict(result) for result in results]
        wanted.json.write_text(json.dumps({**known, "results": rows}, indent=1, ensure_ascii=False), encoding="utf-8")
    return int(any(result.failure for result in results))


def between_marks(text: str, told: str) -> str:
    """A document with this in the place of what stood between its marks. Raises ValueError where it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no {BEGIN} … {END}")
    return f"{before}{begin}\n\n{told}\n{end}{after}"


def _measure(wanted: argparse.Namespace, tools: Sequence[Tool], folder: Path) -> Iterator[Result]:
    for size in wanted.sizes:
        present = [tool for tool in tools if _takes_part(tool, size, wanted)]
        for search in (word == "on" for word in wanted.search):
            place = folder / f"{size}-{search}"
            yield from in_turns(present, size, search, wanted.scenarios, wanted.runs, place, _say)
        if any(isinstance(tool, Hubpages) for tool in tools):
            yield from alone.check(size, wanted.runs, folder / f"check-{size}", _say)
    if any(isinstance(tool, Hubpages) for tool in tools):
        yield from alone.own_hub(wanted.runs, folder / "own", _say)


def _takes_part(tool: Tool, size: int, wanted: argparse.Namespace) -> bool:
    """Slow ones are left out of large sizes, unless they were asked for by name."""
    return bool(wanted.tools) or tool.largest is None or size <= tool.largest


def _above(known: dict[str, dict[str, str]], runs: int) -> str:
    """What stands above the tables."""
    rows = [f"{name} {value}" for part in known.values() for name, value in part.items()]
    return f"Measured on: {'; '.join(rows)}. Median of {runs} {'runs' if runs > 1 else 'run'}.\n"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "--sizes", type=_numbers, default="100,1000,10000", metavar="N,N", help="pages; default: %(default)s"
    )
    one_of = {"tools": (tuple(TOOLS), None), "scenarios": (SCENARIOS, list(SCENARIOS)), "search": (_SEARCH, _SEARCH)}
    for name, (known, default) in one_of.items():
        words = f"of {', '.join(known)}; default: all"
        parser.add_argument(f"--{name}", type=partial(_words, known), default=default, metavar="A,B", help=words)
    parser.add_argument("--runs", type=int, default=3, metavar="R", help="rounds; default: %(default)s")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single figure here")
    wanted = parser.parse_args(arguments)
    if wanted.runs < 1:
        parser.error("--runs must be 1 or more")
    return wanted


def _numbers(text: str) -> list[int]:
    try:
        numbers = sorted({int(word) for word in text.split(",")})
    except ValueError:
        numbers = [0]
    if numbers[0] < 1:
        raise argparse.ArgumentTypeError(f"{text} is no list of numbers of pages, such as 100,1000")
    return numbers


def _words(known: Sequence[str], text: str) -> list[str]:
    for word in (words := text.split(",")):
        if word not in known:
            raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(known)}")
    return words


if __name__ == "__main__":
    # Told to end, it ends what it has started and removes its trees, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
