"""What changed from one night to the next: two folders of evidence compared, run by run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.assets.hubconf import repository_of_archive_url
from generator.evidence.costs import costs
from generator.evidence.history import past_run
from generator.evidence.holding import moved_packages
from generator.model.changes import Change, ChangeKind, Commits, moved_commits
from generator.model.history import PastRun
from generator.model.run import ScriptRun, SnippetRun
from generator.scripts.expectations import TOLERANCE, printed, same_output

_LINES = 30
"""Of a difference, how many are told."""
_COLUMNS = 400
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
        replace(one, repository=repository_of_archive_url(one.repository) or one.repository)
        for one in moved_commits(old.repositories, new.repositories)
    )
    return _Pair(old, new, same, moved, moved_packages(old, new))


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
    """What the same code showed otherwise."""
    first, found = other_output(pair.old, pair.new)
    return pair.change("output", f"shows something else at line {first}", _bounded(found)) if found else None


def other_output(old: ScriptRun, new: ScriptRun) -> tuple[int, list[str]]:
    """What the same code showed otherwise, as lines of a diff, and the page's line of the first such snippet.

    Nothing where either did not pass, or other code was run; of stand-in weights the numbers mean nothing. What both
    times was as the page says is the same, whatever stood where the page has `...`.
    """
    comparable = old.script == new.script and len(old.snippets) == len(new.snippets)
    if not comparable or old.verdict != "passed" or new.verdict != "passed" or new.weights == "standin":
        return 0, []
    language, found, first = new.languages[0], list[str](), 0
    for before, now in zip(old.snippets, new.snippets, strict=True):
        are_as_told = before.compared and now.compared
        of_text = "" if are_as_told else same_output(printed(before), printed(now), TOLERANCE, ("before", "now"))
        told = of_text.splitlines()
        if not told and _pictures(before) != _pictures(now):
            told = [f"its pictures are others: {len(_pictures(before))} before, {len(_pictures(now))} now"]
        if told:
            line = now.lines.get(language, next(iter(now.lines.values()), 0))
            first = first or line
            found += [f"snippet at line {line}:", *told]
    return first, found


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
    """What took more seconds, or held more bytes, than before."""
    now, last = past_run(pair.new), past_run(pair.old)
    for cost in costs(now, last, pair.before, factor):
        times = cost.now / cost.usual
        if cost.kind == "slower":
            yield pair.change("slower", f"took {cost.now:.1f} s, {times:.1f} times {cost.usual:.1f} s")
        else:
            held = f"held {_mebibytes(int(cost.now))}, {times:.1f} times {_mebibytes(int(cost.usual))}"
            yield pair.change("larger", held)


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MiB"
