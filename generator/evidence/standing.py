"""Which of two runs of the very same stands: the later one, unless the earlier one knew more."""

from dataclasses import replace

from generator.model.run import ScriptRun


def standing(run: ScriptRun, kept: ScriptRun | None) -> ScriptRun:
    """A run as it stands beside an earlier one of the very same: a pass cannot undo what more repeats found.

    Args:
        kept: the run that is kept of the same code under the same circumstances, if one is.
    """
    if kept is None or run.verdict != "passed" or kept.is_green or kept.repeats <= run.repeats:
        return run
    reason = f"{kept.reason} (it passed now, in {run.repeats} of the {kept.repeats} kernels that it took to find this)"
    return replace(kept, path=run.path, languages=run.languages, reason=reason)
