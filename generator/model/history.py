"""What is remembered of runs after their outputs are gone, and what makes a run no longer hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.model.changes import ChangeKind, Commits
from generator.model.run import Cause, Verdict, Weights

Series = tuple[str, str | None, tuple[str, ...], str, Weights]
"""Page, variant, languages, device and weights: runs that can be compared, whatever they ran and were served."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run, without what it showed."""

    page: str
    variant: str | None
    languages: tuple[str, ...]
    device: str
    weights: Weights
    environment: str
    """MegEngine, Python and platform, in words."""
    packages: str
    """Digest of the environment with all its packages."""
    script: str
    """Digest of the code, twelve digits."""
    verdict: Verdict
    cause: Cause | None
    outputs: str
    """Digest of everything that its snippets showed, errors among it."""
    commits: Mapping[str, str]
    """URL of each hub repository's archive to the commit that its zip named."""
    circumstances: str
    """Digest of all that could change its outcome: it stands in the name of its file."""
    started: str
    """UTC, ISO 8601, to the second."""
    seconds: float
    memory: int | None
    """Bytes that its kernel held at most; None where it did not pass."""
    is_whole: bool = True
    """Whether every snippet was run, whatever came of it."""

    @property
    def is_green(self) -> bool:
        """Whether nothing is to be mended."""
        return self.verdict in ("passed", "skipped")

    @property
    def series(self) -> Series:
        """Which runs it can be compared with."""
        return self.page, self.variant, self.languages, self.device, self.weights

    @property
    def outcome(self) -> tuple[object, ...]:
        """What must be the same for a run to tell nothing that the one before it does not."""
        commits = tuple(sorted(self.commits.items()))
        return self.script, self.packages, self.verdict, self.cause, self.outputs, commits


@dataclass(frozen=True, slots=True)
class Turn:
    """A run that has news: it tells something that the one before it, of the same series, did not."""

    kind: ChangeKind
    run: PastRun
    before: PastRun | None
    """None for the first that is remembered."""
    commits: tuple[Commits, ...] = ()
    """The hub repositories that moved between the two."""
    is_other_code: bool = False
    """Whether the page's code differs between the two."""
    is_moved: bool = False
    """Whether the packages do."""
    usual: float = 0.0
    """For what is slower or larger, the median of seconds or bytes before."""


@dataclass(frozen=True, slots=True)
class History:
    """What is remembered of a page's runs."""

    runs: tuple[PastRun, ...] = ()
    """The earliest first."""
    turns: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)
    """By the language whose readers are shown the code: the latest first."""


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class Stale:
    """Why a run no longer says what would come of its page today."""

    why: Literal["page", "code", "pins", "environment", "age"]
    """page: there is no such page. code: it has other code. pins: hub.lock names another file than the run was given.
    environment: it ran on the same device in another environment since. age: nobody ran it for long."""
    detail: str
    """In a few words, without a full stop."""
    since: str = ""
    """The first day on which it was so, ISO 8601; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The newest run of a page, environment, device and weights, as it is listed."""

    run: PastRun
    age_days: int
    stale: tuple[Stale, ...]
    """Empty where it holds."""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of putting folders of evidence into one."""

    added: tuple[str, ...] = ()
    """Files of the runs that are new in it."""
    known: int = 0
    """How many runs were there already."""
    remembered: int = 0
    """How many runs are new in the history alone: their files are gone."""
    conflicts: tuple[str, ...] = ()
    """In a sentence each: runs with one name and other contents. Both are there."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """File to what is wrong with it; it stays where it is, and nothing else is held up."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What `prune` removes, or would."""

    files: tuple[str, ...]
    """Of runs, with their notebooks, and notebooks that belong to no run."""
    bytes: int
    runs: int
    kept: int
    """How many runs stay whole."""
    forgotten: int
    """How many runs go from the history as well."""
