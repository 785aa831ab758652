"""What a run takes, beside what its like took before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from generator.model.history import PastRun

FACTOR = 1.5
"""How many times as long, or as large, a run must be to be told of."""

_LEAST_SECONDS = 5.0
"""By how many seconds a run must be slower: what starts a kernel alone takes one more or less."""
_LEAST_BYTES = 64 << 20
_MEDIAN_OF = 10
"""Runs before, whose median is compared with: one run alone may have had bad luck."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds or bytes that are more than before by the factor, and by more than chance."""

    kind: Literal["slower", "larger"]
    now: float
    """Seconds, or bytes."""
    usual: float
    """The median before, likewise."""


def costs(now: PastRun, last: PastRun, before: Sequence[PastRun], factor: float) -> Iterator[Cost]:
    """What of a pass is more than it was.

    Args:
        last: the run before it, of the same series.
        before: passes of the same series, the earliest first; where there are none, the last one counts.
    """
    if now.verdict != "passed" or last.verdict != "passed":
        return
    passes = before[-_MEDIAN_OF:]
    seconds = median([run.seconds for run in passes] or [last.seconds])
    if now.seconds > max(seconds * factor, seconds + _LEAST_SECONDS):
        yield Cost("slower", now.seconds, seconds)
    if now.memory is None or last.memory is None:
        return
    held = median([run.memory for run in passes if run.memory] or [last.memory])
    if held and now.memory > max(held * factor, held + _LEAST_BYTES):
        yield Cost("larger", now.memory, held)
