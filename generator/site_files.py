"""The files of a site as they lie on the disk, and a folder beside the files that should be in it."""

import os
import stat
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class SiteFile(NamedTuple):
    """A file of a site as it lies on the disk: another one differs in its number or in the time of its writing."""

    path: str
    """Below the site's root, with forward slashes."""
    size: int
    """In bytes; below 0 for what is no regular file."""
    mtime_ns: int
    number: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A folder beside the files that should be in it."""

    lost: Set[str]
    """The paths of those that are missing, or other ones than they were."""
    strays: Set[str]
    """The paths of all others that are there."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What tells the files of one edition of a site from those of the next: mostly few, where each has many."""

    others: tuple[SiteFile, ...]
    """Those that the next one has not, or has otherwise."""
    added: tuple[str, ...]
    """The paths of those that it has besides."""

    def undone(self, files: Mapping[str, SiteFile]) -> dict[str, SiteFile]:
        """The files of the one, from those of the next."""
        before = {**files, **{file.path: file for file in self.others}}
        for path in self.added:
            del before[path]
        return before


def changes(before: Mapping[str, SiteFile], files: Mapping[str, SiteFile]) -> Changes:
    """What came between two editions."""
    others = (file for path, file in before.items() if files.get(path) != file)
    return Changes(tuple(others), tuple(files.keys() - before.keys()))


def site_file(path: str, status: os.stat_result) -> SiteFile:
    """A file by what the system says of it."""
    size = status.st_size if stat.S_ISREG(status.st_mode) else -1
    return SiteFile(path, size, status.st_mtime_ns, status.st_ino)


def compare(folder: Path, files: Mapping[str, SiteFile]) -> Compared:
    """Look at all files below a folder, which need not be there; a link is a file of its own."""
    whole: set[str] = set()
    others: set[str] = set()
    waiting = [("", str(folder))]
    while waiting:
        below, here = waiting.pop()
        with suppress(FileNotFoundError), os.scandir(here) as entries:
            for entry in entries:
                path = below + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{path}/", entry.path))
                else:
                    status = entry.stat(follow_symlinks=False)
                    (whole if is_still(files.get(path), status) else others).add(path)
    return Compared(files.keys() - whole, others - files.keys())


def is_still(file: SiteFile | None, status: os.stat_result) -> bool:
    """Whether this is what the system says of a file now."""
    return (  # of tens of thousands: no `SiteFile` is made of what is only compared
        file is not None
        and file.number == status.st_ino
        and file.mtime_ns == status.st_mtime_ns
        and file.size == status.st_size
        and stat.S_ISREG(status.st_mode)
    )
