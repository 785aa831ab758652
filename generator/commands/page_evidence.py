"""All that is known of running a page: its runs, what is remembered of earlier ones, and whether they still hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from generator.assets.lock import LockError, read_lock
from generator.commands.jobs import Job
from generator.commands.root import HubRoot
from generator.evidence.entry_checks import read_checks
from generator.evidence.history import in_order, past_run, read_history
from generator.evidence.holding import moved_files, moved_pins, too_old
from generator.evidence.keeping import read_runs
from generator.evidence.turns import differs_in, turns
from generator.model.asset import Asset
from generator.model.diagnostic import Diagnostic
from generator.model.history import History, Stale
from generator.model.page import Page
from generator.model.run import Script, ScriptRun
from generator.reading.hub import read_page
from generator.reading.source import decode
from generator.reading.versions import last_without, versions_since
from generator.rendering.verification import PageRuns, WhyStale
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from generator.seen import note

_MOST_TURNS = 20
"""News of one page that the site tells: older ones are in the history itself."""


def scripts_of(page: Page, runs: Iterable[ScriptRun]) -> list[Script]:
    """The page's scripts; where other entries of its sample were run, those with them as well."""
    own = plan([page])
    return own + (
        [variant for script in own for variant in variants(script)] if any(run.variant for run in runs) else []
    )


def known_of(page: Page, job: Job, root: HubRoot) -> tuple[PageRuns, list[Script], list[Diagnostic]]:
    """What is known of running a page, its scripts, and what is wrong with the files that tell of it."""
    runs = read_runs(map(Path, job.evidence))
    scripts = scripts_of(page, runs)
    history, findings = _history(page, runs, job.histories)
    checks = read_checks(map(Path, job.entry_checks))
    why_stale = _why_stale(page, {script.digest for script in scripts}, runs, root)
    return PageRuns(runs, checks, history, why_stale), scripts, findings


def _history(page: Page, runs: Sequence[ScriptRun], files: Sequence[str]) -> tuple[History, list[Diagnostic]]:
    """All runs of a page that are remembered, with their news.

    Args:
        runs: those that are there whole.
    """
    past, findings = [past_run(run) for run in runs], []
    for name in files:
        try:
            past += [run for run in read_history(Path(name)) if run.page == page.id]
        except (ValueError, OSError) as error:
            told = str(error).removeprefix(f"{name}: ")
            findings.append(Diagnostic(name, 1, 1, "unreadable-evidence", told, "warning"))
    every, differs = in_order(past), differs_in(runs)
    news = {section.language: turns(every, section.language, differs)[:_MOST_TURNS] for section in page.sections}
    return History(tuple(every), news), findings


def _why_stale(page: Page, scripts: Collection[str], runs: Sequence[ScriptRun], root: HubRoot) -> WhyStale:
    """Why a run holds no more: the page's code, hub.lock and the day, where they matter."""
    today, days = date.today(), root.config.verify.holds_days
    locked: Mapping[str, Asset] = {}
    if any(run.assets for run in runs):
        note(root.lock)
        locked = _locked(root.lock, _sight(root.lock))

    def reasons(run: ScriptRun) -> tuple[Stale, ...]:
        if run.script not in scripts:
            return (Stale("code", "the page has other code", _other_code_since(page, run, root)),)
        moved = moved_files(run, locked)
        pins = (replace(one, since=_since(run, root.lock, tuple(moved.values()))) for one in moved_pins(run, locked))
        return *pins, *too_old(run, today, days)

    return reasons


def _other_code_since(page: Page, run: ScriptRun, root: HubRoot) -> str:
    """The day on which the page was first committed with other code than was run; empty where that is not known."""
    for time, data in versions_since(Path(page.path), run.started):
        then, _ = read_page(decode(data, page.path)[0], page.path, root.config.languages, form=root.config.format)
        if then and run.script not in {script.digest for script in scripts_of(then, [run])}:
            return time[:10]
    return ""


def _since(run: ScriptRun, lock: Path, digests: Iterable[str]) -> str:
    """The day on which the first of these was taken out of hub.lock after a run; empty where that is not known."""
    taken_out = (_last_without(lock, _sight(lock), digest) for digest in digests)
    return min((time[:10] for time in taken_out if time[:10] >= run.started[:10]), default="")


@lru_cache(maxsize=4096)
def _last_without(lock: Path, sight: tuple[int, ...], digest: str) -> str:
    return last_without(lock, digest)


def _sight(path: Path) -> tuple[int, ...]:
    """What is another where a file is; nothing where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino


@lru_cache(maxsize=1)
def _locked(lock: Path, sight: tuple[int, ...]) -> Mapping[str, Asset]:
    """What is locked, read once for many pages; nothing where the lock is broken, which is told where it is needed."""
    try:
        return read_lock(lock)
    except LockError:
        return {}
