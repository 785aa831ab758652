"""The order in which groups of tests start."""

from pathlib import Path

from tests.conftest import GROUPS, LONGEST

HERE = Path(__file__).parent


def test_what_starts_first_is_there() -> None:
    """A name that nothing has any more would let its tests start last, and nobody would see it."""
    modules = {path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.rglob("test_*.py")}
    assert {*LONGEST} <= modules | {*GROUPS.values(), "zoo"}
    assert {*GROUPS} <= modules
    assert len({*LONGEST}) == len(LONGEST)
