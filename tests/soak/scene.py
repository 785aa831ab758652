"""What a fault is let loose on: a hub, a chance, and how the same goes undisturbed."""

import random
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal

from tests.soak.hub import Hub
from tests.soak.program import Ended, Running

SiteMayBe = Literal["untouched", "old or new", "another"]
"""What becomes of the site by a fault: another one where the evidence changed while it was built."""

VERIFY = "verify", "--jobs", "2", "--format", "json"
BUILD = ("build",)
_MOST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """How it goes where nothing happens."""

    hub: Hub
    """The hub after it: every page verified, and the site built."""
    verify: Ended
    build_seconds: float
    gap_seconds: float
    """Between two lines that `verify` says, on average."""


@dataclass(slots=True)
class Scene:
    """One round's."""

    hub: Hub
    undisturbed: Undisturbed
    chance: random.Random
    known: Sequence[str]
    """The pages of which there is evidence already."""
    stack: ExitStack
    """What is to be undone when the round is over."""
    before: Mapping[str, str]
    """Digests of the site's files before the fault."""
    seen: set[int] = field(default_factory=set)
    """Ids of the processes that were there when the fault came."""

    @property
    def expected(self) -> Mapping[str, str]:
        """Verdict and cause by page."""
        return self.undisturbed.verify.verdicts

    def start(self, *words: str, ahead: float = 0.0) -> Running:
        """A program on this hub."""
        return Running(self.hub, *words, ahead=ahead)

    def at_some_moment(self, running: Running) -> str:
        """Let a `verify` go on until some moment before its last script ends; which one that was."""
        missing = len(self.expected) - len(self.known)
        # It says how many there are, then what is known, and then each start and each end.
        line = self.chance.randint(0, 1 + len(self.known) + 2 * missing - 2)
        # Round 0 may have been slower: no moment is to come when all is over.
        seconds = self.chance.uniform(0, min(self.undisturbed.gap_seconds, _MOST_SECONDS))
        running.wait_for_line(line)
        running.is_over_after(seconds)
        self.seen.update(one.pid for one in running.family())
        return f"{seconds:.2f} s after line {line}"


@dataclass(frozen=True, slots=True)
class Disturbed:
    """What a fault did."""

    told: str
    """When and to what it came."""
    ended: Sequence[Ended] = ()
    """The programs that it came to."""
    problems: Sequence[str] = ()
    """What these should not have done."""
    site: SiteMayBe = "untouched"
    is_hit: bool = True
    """Whether it came to anything before that was over."""
