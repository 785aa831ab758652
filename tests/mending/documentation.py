"""What docs/mending.md says of each repair is its docstring; `python -m tests.mending.documentation` puts it there."""

import sys
from pathlib import Path

from generator.mending.repairs import REPAIRS

PAGE = Path(__file__).parents[2] / "docs" / "mending.md"
_HEADING = "## The repairs\n"


def documented(text: str) -> str:
    """The page with what there is to say of every repair, in the order in which they are tried."""
    before, heading, _ = text.partition(_HEADING)
    assert heading, f"{PAGE} has no heading {_HEADING.strip()!r}"
    return before + heading + "".join(f"\n### {repair.name}\n\n{repair.documentation}\n" for repair in REPAIRS)


if __name__ == "__main__":
    PAGE.write_text(documented(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{PAGE}: {len(REPAIRS)} repairs", file=sys.stderr)
