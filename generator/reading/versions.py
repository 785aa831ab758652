"""What version control remembers: of a file what it was before."""

import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

MOST = 20
"""Versions of a file that are looked at: whoever asks looks at the pages that changed since they ran."""


def versions_since(path: Path, since: str) -> Iterator[tuple[str, bytes]]:
    """Each version of a file that was committed after a time, the earliest first, with the commit's own time.

    Nothing where version control does not know all commits since then, or knows nothing.

    Args:
        since: ISO 8601.
    """
    folder = path.parent.resolve()
    if _is_shallow(folder):
        return
    log = git_answer(folder, "log", f"--since={since}", "--reverse", "--format=%H %cI", "--", path.name).decode()
    for line in log.splitlines()[:MOST]:
        commit, _, time = line.partition(" ")
        if data := git_answer(folder, "show", f"{commit}:./{path.name}"):
            yield time, data


def last_change(path: Path) -> str:
    """When a file was last committed, ISO 8601; empty where that is not known."""
    return git_answer(path.parent.resolve(), "log", "-1", "--format=%cI", "--", path.name).decode().strip()


def last_without(path: Path, text: str) -> str:
    """When a text was last taken out of a file, or put into it, ISO 8601; empty where that is not known."""
    folder = path.parent.resolve()
    if _is_shallow(folder):
        return ""
    return git_answer(folder, "log", "-1", "--format=%cI", f"-S{text}", "--", path.name).decode().strip()


@lru_cache(maxsize=16)
def _is_shallow(folder: Path) -> bool:
    """Whether the first commits are missing: the first that is there seems to have written everything."""
    return git_answer(folder, "rev-parse", "--is-shallow-repository").strip() != b"false"


def git_answer(folder: Path, *arguments: str) -> bytes:
    """What git answers; nothing where it knows nothing."""
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return b""
