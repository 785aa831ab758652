"""What changed from one night to the next: two folders of evidence compared, run by run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from generator.assets.hubconf import repository_of_archive_url
from generator.evidence.holding import moved_packages
from generator.model.changes import Change, ChangeKind, Commits
from generator.model.history import PastRun
from generator.model.run import ScriptRun, SnippetRun
from generator.scripts.expectations import printed, same_output

_TOLERANCE = 1e-3
_LEAST_SECONDS = 5.0
"""By how many seconds a run must be slower: what starts a kernel alone takes one more or less."""
_LEAST_BYTES = 64 << 20
_LINES = 30
"""Of a difference, how many are told."""
_COLUMNS = 400
_MEDIAN_OF = 10
"""Runs before, whose median seconds and memory are compared with: one run alone may have had bad luck."""
_LINKS = 5
"""Of the files that are gone or others, how many are named."""

_Key = tuple[str, str | None, str, str, str]
"""Page, variant, language, device and weights."""

ORDER: tuple[ChangeKind, ...] = (
    "broken",
    "still-broken",
    "mended",
    "output",
    "link",
    "slower",
    "larger",
    "upstream",
    "new",
    "gone",
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The newest run before and now, of the same page, variant, device and weights."""

    old: ScriptRun
    new: ScriptRun
    before: Sequence[PastRun]
    """Passes that are remembered of the same, the earliest first."""
    commits: tuple[Commits, ...]
    moved: str

    def change(self, kind: ChangeKind, told: str, difference: Sequence[str] = ()) -> Change:
        """One thing that differs."""
        return Change(kind, self.old, self.new, told, tuple(difference), self.commits, self.moved)


def changes(
    old: Mapping[str, Sequence[ScriptRun]],
    new: Mapping[str, Sequence[ScriptRun]],
    history: Mapping[str, Sequence[PastRun]],
    factor: float,
) -> list[Change]:
    """Every difference, the worst first.

    Args:
        old: the runs of each page before, the latest first; as is the next.
        history: by page, what is remembered of the time before, the earliest first.
        factor: how many times as long, or as large, a run must be to be told of.
    """
    found: list[Change] = []
    before, now = _newest(old), _newest(new)
    met: set[int] = set()
    for key, run in now.items():
        if id(run) in met:
            continue
        met.add(id(run))
        earlier = before.get(key)
        if earlier is None:
            found.append(_first(run))
        else:
            found += _compare(_pair(earlier, run, history.get(run.page, ())), factor)
    compared = {key[:2] for key in now}
    found += [
        Change("gone", run, None, "it was run before, and not now")
        for run in {id(run): run for key, run in before.items() if key[:2] not in compared}.values()
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.kind), one.run.page, one.run.variant or "", one.run.languages))


def _newest(runs: Mapping[str, Sequence[ScriptRun]]) -> dict[_Key, ScriptRun]:
    """By each of its languages: two languages may come to share a script, or to part."""
    found: dict[_Key, ScriptRun] = {}
    for run in (run for own in runs.values() for run in own):
        for language in run.languages:
            found.setdefault((run.page, run.variant, language, run.environment.device, run.weights), run)
    return found


def _first(run: ScriptRun) -> Change:
    if run.is_green:
        return Change("new", None, run, f"{run.verdict}, run for the first time")
    return Change("broken", None, run, f"{_state(run)}, run for the first time")


def _pair(old: ScriptRun, new: ScriptRun, history: Sequence[PastRun]) -> _Pair:
    same = [
        run
        for run in history
        if (run.variant, run.device, run.weights) == (new.variant, new.environment.device, new.weights)
        and set(run.languages) & set(new.languages)
        and run.verdict == "passed"
        and run.started <= old.started
    ]
    moved = tuple(
        Commits(repository_of_archive_url(url) or url, old.repositories[url], commit)
        for url, commit in new.repositories.items()
        if old.repositories.get(url, commit) != commit
    )
    return _Pair(old, new, same[-_MEDIAN_OF:], moved, moved_packages(old, new))


def _compare(pair: _Pair, factor: float) -> Iterator[Change]:
    old, new = pair.old, pair.new
    told = False
    if not new.is_green:
        told = True
        kind: ChangeKind = "broken" if old.is_green else "still-broken"
        before = old.verdict if old.is_green else f"{old.verdict} before as well"
        yield pair.change(kind, f"{_state(new)}; {before}")
    elif not old.is_green:
        told = True
        yield pair.change("mended", f"{new.verdict}; before, {_state(old)}")
    for change in (_output(pair), _links(pair), *_costs(pair, factor)):
        if change is not None:
            told = True
            yield change
    if pair.commits and not told:
        yield pair.change("upstream", f"{new.verdict}, as before")


def _state(run: ScriptRun) -> str:
    cause = f" ({run.cause})" if run.cause else ""
    reason = f": {run.reason.splitlines()[0]}" if run.reason else ""
    return f"{run.verdict}{cause}{reason}"


def _output(pair: _Pair) -> Change | None:
    """What the same code showed otherwise; of stand-in weights the numbers mean nothing."""
    old, new = pair.old, pair.new
    comparable = old.script == new.script and len(old.snippets) == len(new.snippets)
    if not comparable or old.verdict != "passed" or new.verdict != "passed" or new.weights == "standin":
        return None
    language, found, first = new.languages[0], list[str](), 0
    for before, now in zip(old.snippets, new.snippets, strict=True):
        told = same_output(printed(before), printed(now), _TOLERANCE, ("before", "now")).splitlines()
        if not told and _pictures(before) != _pictures(now):
            told = [f"its pictures are others: {len(_pictures(before))} before, {len(_pictures(now))} now"]
        if told:
            line = now.lines.get(language, next(iter(now.lines.values()), 0))
            first = first or line
            found += [f"snippet at line {line}:", *told]
    return pair.change("output", f"shows something else at line {first}", _bounded(found)) if found else None


def _pictures(snippet: SnippetRun) -> list[str]:
    return [one.data for one in snippet.outputs if one.mime != "text/plain"]


def _bounded(lines: Sequence[str]) -> list[str]:
    shown = [line if len(line) <= _COLUMNS else f"{line[:_COLUMNS]}…" for line in lines[:_LINES]]
    return [*shown, f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else shown


def _links(pair: _Pair) -> Change | None:
    """Files that it downloads and that are gone or others; a repository's archive is told of by its commits."""
    before = {one.url: one for one in pair.old.assets}
    found: dict[str, str] = {}
    for one in pair.new.assets:
        earlier = before.get(one.url)
        if one.standin or (earlier is not None and earlier.standin):
            continue
        if one.status in ("gone", "refused") and (earlier is None or earlier.status not in ("gone", "refused")):
            found[one.url] = f"{one.url} is gone ({one.reason or one.status})"
        elif repository_of_archive_url(one.url) is None and _is_other(earlier.sha256 if earlier else None, one.sha256):
            found[one.url] = f"{one.url} is another file"
    if not found:
        return None
    rest = [f"and {len(found) - _LINKS} more"] if len(found) > _LINKS else []
    return pair.change("link", "; ".join([*list(found.values())[:_LINKS], *rest]))


def _is_other(old: str | None, new: str | None) -> bool:
    return old is not None and new is not None and old != new


def _costs(pair: _Pair, factor: float) -> Iterator[Change]:
    """Seconds and bytes of a pass that are more than before by the factor, and by more than chance."""
    if pair.new.verdict != "passed" or pair.old.verdict != "passed":
        return
    seconds = _usual([run.seconds for run in pair.before], pair.old.seconds)
    if pair.new.seconds > max(seconds * factor, seconds + _LEAST_SECONDS):
        yield pair.change("slower", f"took {pair.new.seconds:.1f} s, {pair.new.seconds / seconds:.1f} times {seconds:.1f} s")
    if pair.new.facts is None or pair.old.facts is None:
        return
    held = _usual([run.memory for run in pair.before if run.memory], pair.old.facts.peak_memory)
    now = pair.new.facts.peak_memory
    if held and now > max(held * factor, held + _LEAST_BYTES):
        yield pair.change("larger", f"held {_mebibytes(now)}, {now / held:.1f} times {_mebibytes(int(held))}")


def _usual(before: Iterable[float], last: float) -> float:
    return median([*before] or [last])


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MiB"
