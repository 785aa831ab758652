"""What differs between two nights' evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generator.model.run import ScriptRun

ChangeKind = Literal[
    "broken", "still-broken", "mended", "output", "link", "slower", "larger", "upstream", "new", "gone"
]
"""broken: it was green, or nobody had run it, and is not. still-broken: it was not before either. mended: it is green
again. output: it passed both times and showed something else. link: a file that it downloads is gone or another.
slower, larger: it took more time, or memory, by a factor. upstream: it loads another commit of a hub repository, and
nothing else is to be told of it. new: it was run for the first time, and is green. gone: it was run before, not now.
"""

BAD: tuple[ChangeKind, ...] = ("broken", "output", "link", "slower", "larger")
"""What somebody should look at who knows what was before."""


@dataclass(frozen=True, slots=True)
class Commits:
    """A hub repository that moved between two runs."""

    repository: str
    """owner/name, or the address of its archive."""
    old: str
    new: str


def moved_commits(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Commits, ...]:
    """The repositories of which two runs loaded different commits: by the address of each archive, its commit."""
    return tuple(Commits(url, old[url], commit) for url, commit in new.items() if old.get(url, commit) != commit)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the newest run of a page before, and now."""

    kind: ChangeKind
    old: ScriptRun | None
    new: ScriptRun | None
    """Not both are None."""
    told: str
    """In a line, without a full stop."""
    difference: tuple[str, ...] = ()
    """Of what was printed, as a unified diff, bounded."""
    commits: tuple[Commits, ...] = ()
    moved: str = ""
    """How the environments of the two differ, in a line."""

    @property
    def run(self) -> ScriptRun:
        """The run that it is about: the new one, where there is one."""
        found = self.new or self.old
        assert found is not None
        return found
