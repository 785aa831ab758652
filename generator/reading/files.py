"""The files of pages, and when they changed. No page is read here: whoever only asks what there is loads no parser."""

import fnmatch
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from generator.model.diagnostic import Diagnostic
from generator.reading.versions import git_answer


def page_files(paths: Iterable[Path]) -> list[Path]:
    """The files of pages among these files and folders, each once.

    Raises FileNotFoundError for a path that does not exist.
    """
    return list(_page_files(paths))


def same_ids(files: Iterable[Path]) -> list[Diagnostic]:
    """A finding for each of these pages whose id an earlier one has: it is left out."""
    findings = []
    ids: dict[str, str] = {}
    for path in files:
        # Two ids that differ in case alone are one folder on macOS and Windows.
        taken = ids.setdefault(path.stem.casefold(), str(path))
        if taken != str(path):
            message = f"{taken} has the same page id: rename one of them"
            findings.append(Diagnostic(str(path), 1, 1, "duplicate-id", message))
    return findings


def _page_files(paths: Iterable[Path]) -> Iterable[Path]:
    seen: set[str] = set()
    here = os.getcwd()  # noqa: PTH109 - asked once for thousands of files
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise FileNotFoundError(f"{path}: no such file or folder")
        for file in _in_folder(path) if path.is_dir() and path.suffix != ".md" else [path]:
            identity = os.path.normcase(os.path.join(here, file))  # noqa: PTH118
            if identity not in seen:
                seen.add(identity)
                yield file


def _in_folder(path: Path) -> list[Path]:
    """The pages in a folder. A name that begins with a dot is hidden, and could lead upwards."""
    names: list[str] = []
    with suppress(PermissionError):
        names = fnmatch.filter(os.listdir(path), "*.md")  # noqa: PTH208
    return [path / name for name in sorted(names, key=os.path.normcase) if not name.startswith(".")]


def head_of(folder: Path) -> str:
    """The commit that a folder's files are at; empty where version control knows none."""
    return _git(folder, "rev-parse", "HEAD")


@lru_cache(maxsize=16)  # what is not committed changes no date
def last_changes(folder: Path, head: str) -> Mapping[str, str]:
    """ISO 8601 time of the last commit up to `head` that touched each file of a folder, by the file's name."""
    if not head:
        return {}
    log = _git(folder, "-c", "core.quotepath=off", "log", "--format=/%cI", "--name-only", "--relative", head, "--", ".")
    dates: dict[str, str] = {}
    date = ""
    for line in log.splitlines():
        if line.startswith("/"):
            date = line[1:]
        elif line:
            dates.setdefault(line, date)
    return dates


def _git(folder: Path, *arguments: str) -> str:
    return git_answer(folder, *arguments).decode().strip()
