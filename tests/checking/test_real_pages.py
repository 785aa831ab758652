"""Two real pages of another hub, where they lie beside this project: every mistake in them, and nothing else.

They are not this project's to keep a copy of. The findings are, and why each is true, in `seeds.golden`.
"""

import difflib
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.kernels import ROOT, hubpages

GOLDEN = Path(__file__).parent / "seeds.golden"
SEEDS = Path(os.environ.get("HUBPAGES_SEEDS", ROOT.parent / "shared" / "seeds"))

pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the two real pages are not here; HUBPAGES_SEEDS names their folder"
)


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Both pages where they may be changed."""
    folder = tmp_path / "hub_pages"
    folder.mkdir()
    for page in SEEDS.glob("*.md"):
        shutil.copyfile(page, folder / page.name)
    return folder


def _rows(folder: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = hubpages("-C", folder.parent, "check", folder, "--format", "json").json
    return rows


def test_every_mistake_is_found_at_its_line_and_nothing_else(copies: Path) -> None:
    """The golden file was made by reading the pages line by line."""
    golden = [line.partition(" -- ") for line in GOLDEN.read_text(encoding="utf-8").splitlines() if line[:1].isdigit()]
    assert all(reading for _, _, reading in golden)
    found = [
        f"{Path(str(row['path'])).name.partition('_')[0]}:{row['line']}:{row['column']} {row['rule']}"
        for row in _rows(copies)
    ]
    assert found == [place for place, _, _ in golden]


def test_fix_leaves_what_needs_a_person_and_touches_nothing_else(copies: Path) -> None:
    """Every fixable finding is gone, every other is still there, only lines with a fixable finding have changed."""
    before = {page.name: page.read_text(encoding="utf-8").split("\n") for page in copies.glob("*.md")}
    rows = _rows(copies)
    hubpages("-C", copies.parent, "check", "--fix")
    left = _rows(copies)
    assert not any(row["fixable"] for row in left)
    assert _rules(left) == _rules(row for row in rows if not row["fixable"])
    for name, lines in before.items():
        told = {row["line"] for row in rows if row["fixable"] and str(row["path"]).endswith(name)}
        after = (copies / name).read_text(encoding="utf-8").split("\n")
        for tag, start, end, _, _ in difflib.SequenceMatcher(None, lines, after, autojunk=False).get_opcodes():
            if tag in ("replace", "delete"):  # of two blank lines it does not matter which one goes
                assert {number for number in range(start + 1, end + 1) if lines[number - 1]} <= told
            elif tag == "insert":  # a blank line above or below the line that was told
                assert {start, start + 1} & told


def test_fix_is_idempotent(copies: Path) -> None:
    """A second time there is nothing to do."""
    hubpages("-C", copies.parent, "check", "--fix")
    once = {page.name: page.read_bytes() for page in copies.glob("*.md")}
    hubpages("-C", copies.parent, "check", "--fix")
    assert {page.name: page.read_bytes() for page in copies.glob("*.md")} == once


def _rules(rows: object) -> Counter[str]:
    return Counter(str(row["rule"]) for row in rows)  # type: ignore[attr-defined]
