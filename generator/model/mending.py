"""What repairs propose for a page that fails, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from generator.model.page import Page
from generator.model.run import ScriptRun, SnippetError

_LINE = 20
"""Characters, about."""


@dataclass(frozen=True, slots=True)
class CodeEdit:
    """A change in the code of one snippet of a script."""

    snippet: int
    """Index of the snippet in its script; 0 is the sample."""
    start: int
    """Offset in its code of the first character that goes."""
    end: int
    """Offset of the first that stays; the same as `start` to put text in between."""
    text: str
    """What comes in their place."""


@dataclass(frozen=True, slots=True)
class Move:
    """Statements of a script's top level that are to stand further up, each by its snippet and its number in it."""

    statements: tuple[tuple[int, int], ...]
    """In their order."""
    to: tuple[int, int]
    """The statement that they are to stand above."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to mend a failure: edits, a move of statements, or a package more to install."""

    edits: tuple[CodeEdit, ...]
    what: str
    """What it does, in the imperative, for a sentence: `import cv2`, ``wrap `data` in mge.tensor``."""
    repair: str = ""
    """Name of the repair that proposes it; the registry fills it in."""
    move: Move | None = None
    install: str = ""
    """A distribution that the page's install lines are to name as well."""
    rank: int = 0
    """What is likelier is tried first, whatever it costs: 0 before 1."""

    @property
    def cost(self) -> int:
        """How many characters go and come: what changes least is tried first. A statement that moves is like a line."""
        moved = len(self.move.statements) * _LINE if self.move else 0
        return sum(edit.end - edit.start + len(edit.text) for edit in self.edits) + moved + len(self.install)


@dataclass(frozen=True, slots=True)
class Step:
    """One repair that was seen to run."""

    candidate: Candidate
    error: SnippetError
    """What it mends."""
    before: str
    """The page's text without it."""
    after: str
    """The page's text with it."""
    run: ScriptRun
    """The run that proved it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A candidate that did not prove true."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Unmended:
    """A script that fails still."""

    run: ScriptRun
    """As it fails with what was mended so far."""
    tried: Sequence[Refused] = ()
    reason: str = ""
    """Why nothing was tried, or no more."""


@dataclass(slots=True)
class Mended:
    """What came of one page."""

    page: Page
    """As it was."""
    text: str
    """As it is with all that was proven."""
    steps: list[Step] = field(default_factory=list)
    unmended: list[Unmended] = field(default_factory=list)
    runs: list[ScriptRun] = field(default_factory=list)
    """Of the mended page's scripts, as far as they were run for it."""
