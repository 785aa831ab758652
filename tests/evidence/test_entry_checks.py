"""What came of looking up entries, kept a page at a time."""

from dataclasses import replace
from pathlib import Path

from generator.evidence.entry_checks import check_files, checked_page, keep_checks, read_checks
from generator.model.run import EntryCheck

FOUND = EntryCheck("org/ Tiny", "/somewhere/tiny.md", "o/r", "one", {"zh_CN": 9}, "passed", started="2026-11-21")


def test_of_what_got_no_answer_stands_what_was_seen_before(tmp_path: Path) -> None:
    """And of what was looked up again, only that."""
    keep_checks([FOUND, replace(FOUND, entry="two")], tmp_path)
    later = replace(FOUND, entry="two", verdict="failed", cause="page", started="2026-11-22")
    keep_checks([later, replace(FOUND, verdict="failed", cause="asset", started="")], tmp_path)
    (path,) = check_files([tmp_path])
    assert checked_page(path) == FOUND.page
    assert [(check.entry, check.verdict) for check in read_checks([path])] == [("two", "failed"), ("one", "passed")]
    assert "somewhere" not in path.read_text(encoding="utf-8")


def test_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    """And is written anew."""
    keep_checks([FOUND], tmp_path)
    (path,) = check_files([tmp_path, tmp_path / "none"])
    path.write_text("[{}]", encoding="utf-8")
    assert (checked_page(path), list(read_checks([path]))) == ("", [])
    keep_checks([FOUND], tmp_path)
    assert [check.entry for check in read_checks([path])] == ["one"]
