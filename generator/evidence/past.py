"""What past runs say of a script that is about to run."""

from collections.abc import Iterable
from dataclasses import dataclass

from generator.model.run import Script, ScriptRun


@dataclass(frozen=True, slots=True)
class Past:
    """How much a script took before; None where nobody knows."""

    seconds: float | None = None
    """How long its latest run took."""
    memory: int | None = None
    """Bytes that its kernel held at most, in any run."""
    gpu_memory: int | None = None
    """Bytes of the GPU that this very code held at most: on a guess nobody else is let onto its GPU."""


def past_of(script: Script, runs: Iterable[ScriptRun], device: str) -> Past:
    """What runs of the same code say, or where there is none, those of other code of its page.

    Args:
        runs: evidence of the script's page, the latest first.
        device: where it is going to run; what ran on another says nothing.
    """
    here = [run for run in runs if run.environment.device == device and run.verdict != "skipped"]
    same = [run for run in here if run.script == script.digest]
    return Past(_seconds(same) or _seconds(here), _memory(same) or _memory(here), _gpu_memory(same))


def _seconds(runs: list[ScriptRun]) -> float | None:
    whole = [run.seconds for run in runs if run.verdict != "failed"]  # one that broke off was soon over
    return next(iter([*whole, *(run.seconds for run in runs)]), None)


def _memory(runs: list[ScriptRun]) -> int | None:
    return max((run.facts.peak_memory for run in runs if run.facts), default=None)


def _gpu_memory(runs: list[ScriptRun]) -> int | None:
    held = (run.facts.peak_gpu_memory for run in runs if run.facts)
    return max((size for size in held if size is not None), default=None)
