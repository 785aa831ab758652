"""What fuzzing found: a file each in cases/, with a sentence in cases.toml on what was wrong with it."""

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fuzzing.evidence import PAGE_ID, SOURCE, honest_files
from tests.fuzzing.evidence import travel as travel_of_evidence
from tests.fuzzing.material import Kind, config_of
from tests.fuzzing.travels import travel
from tests.pages import read

CASES = Path(__file__).parent / "cases"


class Case(NamedTuple):
    """A finding that was mended."""

    file: str
    was: str
    """What was wrong, in a sentence."""
    of: Kind = "hub1"
    """The hub that a page is of."""
    in_place_of: str = ""
    """For a file of evidence, the honest one that it takes the place of."""


_TOLD = tomllib.loads((CASES / "cases.toml").read_text(encoding="utf-8"))
LISTED = [Case(file, **told) for file, told in _TOLD.items()]


def test_every_file_has_a_sentence() -> None:
    """And every sentence a file."""
    assert {*_TOLD} == {path.name for path in CASES.iterdir() if path.suffix != ".toml"}
    assert all(case.was.endswith(".") and len(case.was.split()) > 5 for case in LISTED)


@pytest.mark.parametrize("case", LISTED, ids=lambda case: case.file)
def test_what_was_found_stays_mended(case: Case, tmp_path: Path) -> None:
    """It goes the whole way that every page and every file of evidence goes."""
    data = (CASES / case.file).read_bytes()
    if case.in_place_of:
        travel_of_evidence({**honest_files(read(SOURCE, f"{PAGE_ID}.md")), case.in_place_of: data}, tmp_path / "hub")
    else:
        travel(data, config_of(case.of), tmp_path)
