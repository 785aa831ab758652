"""docs/scale.md: its tables follow from the figures that were measured, and those from the files that they name."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.scale.__main__ import DOCUMENT, PARTS, rendered
from benchmarks.scale.growth import SIZES, Growth
from benchmarks.scale.inputs import MEASURED, brought_up_to_date, committed, read_inputs
from benchmarks.scale.tables import number, seconds, size
from tests.kernels import ROOT

INPUTS = read_inputs()
GROWTH = Growth(INPUTS)
TEXTS = {name: one for name, one in INPUTS.items() if one.says}


def test_document_is_what_the_figures_come_to() -> None:
    """`python -m benchmarks.scale --write` would change nothing."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert rendered(text, GROWTH) == text


def test_figures_of_runs_and_pages_are_those_of_the_committed_ones() -> None:
    """All of them, and no figure claims to be one that is none; a page more moves no estimate, many do."""
    told = {name: one.value for name, one in INPUTS.items() if one.how in ("`evidence/`", "`hub_pages/`")}
    assert told == pytest.approx(committed(ROOT), rel=0.3)


@pytest.mark.parametrize("name", TEXTS)
def test_figures_of_texts_stand_there(name: str) -> None:
    """In the very words, with the figure among them."""
    one = TEXTS[name]
    (file, *_) = re.findall(r"`([^`]+)`", one.how)
    assert one.says.format(f"{one.value:,g}") in " ".join((ROOT / file).read_text(encoding="utf-8").split())
    assert "{}" in one.says


@pytest.mark.parametrize("part", PARTS)
def test_every_figure_moves_what_follows_from_it(part: str) -> None:
    """Each table is another one where all that was measured is twice as much."""
    doubled = Growth({name: replace(one, value=one.value * 2) for name, one in INPUTS.items()})
    assert PARTS[part](doubled) != PARTS[part](GROWTH)


def test_every_figure_is_used() -> None:
    """What follows from nothing that is shown would be measured for nobody."""
    shown = "".join(PARTS[part](GROWTH) for part in PARTS if not part.endswith("inputs"))
    idle = []
    for name, one in INPUTS.items():
        other = Growth({**INPUTS, name: replace(one, value=one.value * 3)})
        if "".join(PARTS[part](other) for part in PARTS if not part.endswith("inputs")) == shown:
            idle.append(name)
    assert idle == []


def test_night_is_shared_by_slots_down_to_one_script() -> None:
    """Half the hours on twice the slots, and never less than a script takes."""
    assert GROWTH.night_hours(1000, 8) == pytest.approx(GROWTH.night_hours(1000, 4) / 2)
    assert GROWTH.night_hours(10, 512) == pytest.approx(GROWTH.script_seconds() / 3600)


@pytest.mark.parametrize("pages", MEASURED)
def test_line_goes_through_what_was_measured(pages: int) -> None:
    """At both sizes; behind them it goes straight on."""
    assert GROWTH.line("build-cold-seconds", pages) == pytest.approx(INPUTS[f"build-cold-seconds-{pages}"].value)
    small, large = MEASURED
    first, second, last = (GROWTH.line("build-cold-seconds", pages) for pages in (*MEASURED, SIZES[-1]))
    assert (last - first) / (second - first) == pytest.approx((SIZES[-1] - small) / (large - small))


def test_committed_figures_are_brought_up_to_date() -> None:
    """Theirs alone; one that the file does not have is no slip of the pen that nobody sees."""
    text = "[seconds-mean]\nvalue = 57.5\nunit = 's'\n\n[overhead]\nvalue = 0.7\n"
    assert brought_up_to_date(text, {"seconds-mean": 60.1}) == text.replace("57.5", "60.1")
    with pytest.raises(ValueError, match="no figure is called seconds"):
        brought_up_to_date(text, {"seconds": 1})


def test_document_without_marks_is_refused() -> None:
    """Nothing would be written, and nobody would know."""
    with pytest.raises(ValueError, match="no <!-- night -->"):
        rendered("# Growth\n", GROWTH)


def test_figures_are_told_in_units_that_people_read() -> None:
    """Two digits that count."""
    assert [number(of) for of in (0, 0.0271, 3.14159, 12345.6)] == ["0", "0.027", "3.1", "12,346"]
    assert [size(of) for of in (999, 1000, 1.614e12)] == ["999 bytes", "1.0 KB", "1.6 TB"]
    assert [seconds(of) for of in (0.0005, 1.5, 119, 7300)] == ["0.5 ms", "1.5 s", "119 s", "2.0 hours"]
    assert Path(DOCUMENT).name == "scale.md"
