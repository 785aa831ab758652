"""What came of looking up the entries that a page offers, kept on disk: one JSON a page.

In a folder of evidence they lie in `entries/`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from generator.files import is_editors, write_whole
from generator.evidence.keeping import decoded, file_name
from generator.model.run import EntryCheck


def keep_checks(checks: Iterable[EntryCheck], folder: Path) -> None:
    """Write what came of looking up each page's entries; of what got no answer stands what was seen before."""
    of_page: dict[str, list[EntryCheck]] = {}
    for check in (check for check in checks if check.started):
        of_page.setdefault(check.page, []).append(replace(check, path=Path(check.path).name))
    for page, found in of_page.items():
        path = folder / f"{file_name(page)}.json"
        now = {(check.repository, check.entry) for check in found}
        before = [check for check in _read(path) if (check.repository, check.entry) not in now]
        data = _written([*before, *found])
        if not path.is_file() or path.read_bytes() != data:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)


def merged_checks(paths: Iterable[Path]) -> bytes:
    """A file of what files of one page say: of each entry what came of it last."""
    latest = {(check.repository, check.entry): check for check in reversed(read_checks(paths))}
    return _written(latest.values())


def _written(checks: Iterable[EntryCheck]) -> bytes:
    ordered = sorted(checks, key=lambda check: (check.repository, check.entry))
    return msgspec.json.format(msgspec.json.encode(ordered), indent=1) + b"\n"


def check_files(folders: Iterable[Path]) -> list[Path]:
    """The files of all pages in these folders."""
    return [path for folder in folders for path in sorted(folder.glob("*.json")) if not is_editors(path.name)]


def checked_page(path: Path) -> str:
    """The page whose entries a file is about; empty for one that cannot be read: it says nothing then."""
    return next((check.page for check in _read(path)), "")


def read_checks(paths: Iterable[Path]) -> Sequence[EntryCheck]:
    """What came of looking up, the latest first; without what cannot be read."""
    found = [check for path in paths for check in _read(path)]
    return sorted(found, key=lambda check: check.started, reverse=True)


def _read(path: Path) -> list[EntryCheck]:
    try:
        return decoded(path.read_bytes(), list[EntryCheck])
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError):
        return []
