"""What version control says has changed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from generator.files import in_words

# A change of one of these may change the outcome of every page.
_OF_ALL = ("hub.lock", "hub.toml", "environments")


class RevisionError(Exception):
    """Version control cannot say what has changed; the message says why."""


def changed_pages(root: Path, pages: Sequence[Path], revision: str) -> list[Path]:
    """Those of these pages that differ from `revision`, committed or not; all of them where what all share differs.

    Raises RevisionError where there is no repository, or no such revision in it.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel").strip())
    try:
        _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except RevisionError as error:
        todo = "name a commit, branch or tag of this repository (a shallow clone has few: git fetch --unshallow)"
        raise RevisionError(f"--changed-since: git knows no {revision!r} here: {todo}") from error
    # Against the point where the two lines parted: what others changed meanwhile is not this change.
    base = _git(root, "merge-base", revision, "HEAD").strip()
    listed = _git(root, "diff", "--name-only", "-z", base) + _git(
        root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z"
    )
    changed = {(top / name).resolve() for name in listed.split("\0") if name}
    shared = [(root / name).resolve() for name in _OF_ALL]
    if any(path == one or one in path.parents for path in changed for one in shared):
        return list(pages)
    return [page for page in pages if page.resolve() in changed]


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), "-c", "core.quotepath=off", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    except OSError as error:
        raise RevisionError(f"git does not run ({in_words(error)}): --changed-since needs it") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip() or f"git {arguments[0]} failed"
        raise RevisionError(f"--changed-since cannot tell what has changed: {reason}") from error
