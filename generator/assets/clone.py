"""A local clone of a hub repository: its commits, and the archive that a code host would make of each."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.files import in_words

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class CloneError(Exception):
    """A clone cannot be used, or has no such commits; the message says why."""


@dataclass(frozen=True, slots=True)
class UpstreamCommit:
    """One commit of a hub repository."""

    sha: str
    """Forty hexadecimal digits."""
    day: str
    """Of the commit, ISO 8601."""
    subject: str
    """Its message's first line."""


def commit_named(folder: Path, revision: str) -> str:
    """The commit that a clone calls so. Raises CloneError."""
    try:
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
    except CloneError as error:
        if not (folder / ".git").exists() and not (folder / "HEAD").is_file():
            raise CloneError(f"{folder} is no clone of a repository: name its folder with --repository") from error
        todo = "name a commit, branch or tag of it (git fetch brings what is missing)"
        raise CloneError(f"there is no {revision!r} in {folder}: {todo}") from error
    if not _COMMIT.fullmatch(found):
        raise CloneError(f"{revision!r} names no single commit in {folder}")
    return found


def commits_between(folder: Path, good: str, bad: str) -> Sequence[UpstreamCommit]:
    """The commits after one, up to another, the earliest first; of what was merged, the merge.

    Raises CloneError where the one is no ancestor of the other.
    """
    if good == bad:
        raise CloneError(f"the page was good and bad at the same commit, {good[:12]}: the reason is not in {folder}")
    try:
        _git(folder, "merge-base", "--is-ancestor", good, bad)
    except CloneError as error:
        todo = "name a good one before the bad one with --good and --bad"
        raise CloneError(f"{good[:12]} is no ancestor of {bad[:12]} in {folder}: {todo}") from error
    log = _git(folder, "log", "--first-parent", "--reverse", "-z", "--format=%H%n%cs%n%s", f"{good}..{bad}")
    rows = [row.split("\n", 2) for row in log.split("\0") if row]
    return [UpstreamCommit(sha, day, subject) for sha, day, subject in rows]


def write_archive(folder: Path, sha: str, top: str, target: Path) -> None:
    """Write the zip of a commit as a code host makes it: below one folder, with the commit in its comment.

    Args:
        top: what that folder is called.

    Raises CloneError.
    """
    _git(folder, "archive", "--format=zip", f"--prefix={top}/", f"--output={target.resolve()}", sha)


def _git(folder: Path, *arguments: str) -> str:
    # No hook, attribute filter or pager of the clone's own configuration may run anything here.
    command = ["git", "-C", str(folder), "-c", "core.hooksPath=/dev/null", "--no-pager", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=True)
    except OSError as error:
        raise CloneError(f"git does not run ({in_words(error)}): bisect needs it") from error
    except subprocess.CalledProcessError as error:
        raise CloneError(f"{folder}: {error.stderr.strip() or f'git {arguments[0]} failed'}") from error
    return done.stdout
