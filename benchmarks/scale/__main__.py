"""`python -m benchmarks.scale`: the tables of docs/scale.md, printed.

With `--write` they are put into the document, after the figures of committed runs and pages were brought up to date.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.scale.growth import Growth
from benchmarks.scale.inputs import FILE, brought_up_to_date, committed, read_inputs
from benchmarks.scale.tables import (
    bends_table,
    bytes_table,
    caller_table,
    commands_table,
    inputs_table,
    night_table,
    sized_inputs_table,
    slots_table,
)

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "scale.md"
PARTS: Mapping[str, Callable[[Growth], str]] = {
    "night": night_table,
    "slots": slots_table,
    "bytes": bytes_table,
    "caller": caller_table,
    "commands": commands_table,
    "bends": bends_table,
    "inputs": inputs_table,
    "sized inputs": sized_inputs_table,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each part, and write them where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put them into docs/scale.md, from what is committed now")
    wanted = parser.parse_args(arguments)
    if wanted.write:
        text = FILE.read_text(encoding="utf-8")
        FILE.write_text(brought_up_to_date(text, committed(ROOT)), encoding="utf-8")
    growth = Growth(read_inputs())
    print("\n".join(part(growth) for part in PARTS.values()))
    if wanted.write:
        DOCUMENT.write_text(rendered(DOCUMENT.read_text(encoding="utf-8"), growth), encoding="utf-8")


def rendered(text: str, growth: Growth) -> str:
    """A document with each part between its marks. Raises ValueError where one is missing."""
    for name, part in PARTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, found, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        if not found or not ended:
            raise ValueError(f"the document has no {begin.strip()} … {end}")
        text = f"{before}{begin}\n{part(growth)}\n{end}{after}"
    return text


if __name__ == "__main__":
    main()
