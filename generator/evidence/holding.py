"""Whether a run still says what would come of its page today, and if not, why."""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from generator.evidence.history import past_run
from generator.model.asset import Asset
from generator.model.history import Listed, Stale
from generator.model.run import ScriptRun

_STALE_FILES = 2
"""Of the files that hub.lock names anew, how many are told."""


@dataclass(frozen=True, slots=True)
class Today:
    """What runs are held against."""

    scripts: Mapping[str, Collection[str]]
    """By page, the digests of its scripts, and of those with other entries that its sample offers."""
    locked: Mapping[str, Asset]
    """By URL."""
    now: datetime
    holds_days: int | None
    """For how many days a run holds; None for any number."""


def why_stale(run: ScriptRun, today: Today, newer: ScriptRun | None = None) -> tuple[Stale, ...]:
    """Every reason why a run no longer holds; none where it does.

    Args:
        newer: the newest run of its page on the same device with the same weights.
    """
    return tuple(_reasons(run, today, newer))


def listed(runs: Sequence[tuple[str, ScriptRun]], today: Today) -> list[Listed]:
    """The newest runs of each page, environment, device and weights, with whether each holds, by page.

    As on cards, runs of the page's code come before those of other code, such as what `mend` tried; these are left out
    where their readers' own code ran too.

    Args:
        runs: each with its file.
    """
    newest: dict[object, tuple[str, ScriptRun]] = {}
    of_series: dict[object, ScriptRun] = {}
    for file, run in sorted(_telling(runs, today), key=lambda one: one[1].started):
        past = past_run(run)
        newest[past.series, past.packages] = file, run
        of_series[past.series] = run
    found = [
        Listed(
            past := past_run(run),
            (today.now - datetime.fromisoformat(run.started)).days,
            why_stale(run, today, of_series[past.series]),
            file,
        )
        for file, run in newest.values()
    ]
    return sorted(found, key=lambda one: (one.run.page, one.run.variant or "", one.run.languages, one.run.started))


def _telling(runs: Sequence[tuple[str, ScriptRun]], today: Today) -> Iterator[tuple[str, ScriptRun]]:
    """The runs of the code that pages have, and those of other code where that is all there is."""
    own = {place for _, run in runs if run.script in today.scripts.get(run.page, ()) for place in _places(run)}
    for file, run in runs:
        if run.script in today.scripts.get(run.page, ()) or not _places(run) <= own:
            yield file, run


def _places(run: ScriptRun) -> Set[tuple[object, ...]]:
    """Whom a run tells of what, language by language: it may have been split, or brought together, by a repair."""
    return {(run.page, run.variant, language, run.environment.device, run.weights) for language in run.languages}


def _reasons(run: ScriptRun, today: Today, newer: ScriptRun | None) -> Iterator[Stale]:
    scripts = today.scripts.get(run.page)
    if scripts is None:
        yield Stale("page", "there is no such page")
    elif run.script not in scripts:
        yield Stale("code", "the page has other code")
    yield from moved_pins(run, today.locked)
    if newer is not None and (moved := moved_packages(run, newer)):
        yield Stale("environment", f"it ran since with {moved}")
    yield from too_old(run, today.now.date(), today.holds_days)


def moved_pins(run: ScriptRun, locked: Mapping[str, Asset]) -> Iterator[Stale]:
    """That hub.lock names other files than a run was given; of stand-in weights it names none.

    Args:
        locked: by URL.
    """
    anew = sorted(moved_files(run, locked))
    if anew:
        rest = f" and {len(anew) - _STALE_FILES} more" if len(anew) > _STALE_FILES else ""
        yield Stale("pins", f"hub.lock names another file for {', '.join(anew[:_STALE_FILES])}{rest}")


def moved_files(run: ScriptRun, locked: Mapping[str, Asset]) -> Mapping[str, str]:
    """The digests of the files that a run was given and hub.lock does not name any more, by URL."""
    given = {asset.url: asset.sha256 for asset in run.assets if asset.sha256 and not asset.standin}
    return {url: sha256 for url, sha256 in given.items() if _is_other(locked.get(url), sha256)}


def too_old(run: ScriptRun, today: date, holds_days: int | None) -> Iterator[Stale]:
    """That a run is older than it may be, and since when; whole days, so that nothing changes within one.

    Args:
        holds_days: how old it may be; None for any age.
    """
    if holds_days is None:
        return
    since = date.fromisoformat(run.started[:10]) + timedelta(days=holds_days + 1)
    if since <= today:
        yield Stale("age", f"it ran more than {holds_days} days ago", since.isoformat())


def _is_other(locked: Asset | None, sha256: str) -> bool:
    return locked is not None and locked.sha256 != sha256


def moved_packages(before: ScriptRun, after: ScriptRun, most: int = 4) -> str:
    """How two runs' environments differ, in a line; empty where they do not: `numpy 1.26.4 → 2.1.0`."""
    one, other = before.environment, after.environment
    told = [
        f"{name} {one.packages.get(name, '(none)')} → {other.packages.get(name, '(none)')}"
        for name in sorted(one.packages.keys() | other.packages.keys())
        if one.packages.get(name) != other.packages.get(name)
    ]
    if one.python != other.python:
        told.insert(0, f"Python {one.python} → {other.python}")
    if one.platform != other.platform:
        told.insert(0, f"{one.platform or 'another system'} → {other.platform or 'another system'}")
    for name, was, now in (("CUDA", one.cuda, other.cuda), ("driver", one.driver, other.driver)):
        if was != now:
            told.insert(0, f"{name} {was or '(unknown)'} → {now or '(unknown)'}")
    rest = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + rest
