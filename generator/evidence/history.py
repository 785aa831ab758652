"""The history of each page: what is remembered of its runs, in one small file a page, `history/<page>.json`.

Runs one after another that tell the same are written as one streak, with three numbers a run: so a year of nights in
which nothing happened takes some kilobytes.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from generator.evidence.keeping import decoded, digest, file_name
from generator.files import is_editors
from generator.frameworks import in_words
from generator.model.history import PastRun
from generator.model.run import Cause, Environment, ScriptRun, Verdict, Weights

FOLDER = "history"
"""Where it lies in a folder of evidence."""

_DIGITS = 12


class _Streak(msgspec.Struct, omit_defaults=True):
    """Runs one after another that tell the same, as they are written."""

    page: str
    languages: tuple[str, ...]
    device: str
    weights: Weights
    environment: str
    packages: str
    script: str
    verdict: Verdict
    outputs: str
    circumstances: str
    runs: list[tuple[str, float, int | None]]
    """When it started, seconds, and bytes held at most."""
    variant: str | None = None
    cause: Cause | None = None
    commits: Mapping[str, str] = {}
    is_whole: bool = True


def past_run(run: ScriptRun) -> PastRun:
    """What is remembered of a run."""
    return PastRun(
        page=run.page,
        variant=run.variant,
        languages=run.languages,
        device=run.environment.device,
        weights=run.weights,
        environment=_in_words(run.environment),
        packages=_packages(run.environment),
        script=run.script[:_DIGITS],
        verdict=run.verdict,
        cause=run.cause,
        outputs=_outputs(run),
        commits=dict(sorted(run.repositories.items())),
        circumstances=digest(run)[: 2 * _DIGITS],
        started=run.started,
        seconds=run.seconds,
        memory=run.facts.peak_memory if run.facts else None,
        is_whole=run.extent.ran == run.extent.snippets,
    )


def history_file(folder: Path, page: str) -> Path:
    """Where the history of a page lies in a folder of evidence."""
    return folder / FOLDER / f"{file_name(page)}.json"


def history_files(folder: Path) -> list[Path]:
    """The histories of all pages in a folder of evidence."""
    return [path for path in sorted((folder / FOLDER).glob("*.json")) if not is_editors(path.name)]


def read_history(path: Path) -> list[PastRun]:
    """The runs in a page's history, the earliest first; none where there is no file.

    Raises ValueError for a file that is no history: written over, it would be lost.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    try:
        streaks = decoded(data, list[_Streak])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path}: not a history of runs that this version can read ({error}); restore it from version control, "
            "or delete it: what the runs beside it say is found again"
        ) from error
    return in_order(run for streak in streaks for run in _of_streak(streak))


def written(runs: Iterable[PastRun]) -> bytes:
    """A history as its file has it, a streak a line."""
    ordered = sorted(in_order(runs), key=lambda run: _text(run.series))
    streaks = [list(same) for _, same in groupby(ordered, key=lambda run: (run.series, run.circumstances, run.outcome))]
    lines = [msgspec.json.encode(_streak(same)) for same in streaks]
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


def in_order(runs: Iterable[PastRun]) -> list[PastRun]:
    """Each run once, the earliest first."""
    once = {(run.series, run.started, run.outcome): run for run in runs}
    return sorted(once.values(), key=lambda run: (run.started, _text(run.series), run.circumstances))


def is_change(run: PastRun, before: PastRun | None) -> bool:
    """Whether a run tells what the one before it, of the same series, does not."""
    return before is None or run.outcome != before.outcome


def remembered(runs: Sequence[PastRun], most: int) -> list[PastRun]:
    """What stays of a history: of each series the last runs, and of those before, the last that told something new.

    Args:
        runs: the earliest first.
        most: how many of either.
    """
    kept: list[PastRun] = []
    by_series: dict[object, list[PastRun]] = {}
    for run in runs:
        by_series.setdefault(run.series, []).append(run)
    for own in by_series.values():
        earlier = own[: max(0, len(own) - most)]
        changes = [run for run, before in zip(earlier, [None, *earlier], strict=False) if is_change(run, before)]
        kept += [*changes[-most:], *own[len(earlier) :]]
    return in_order(kept)


def _streak(same: Sequence[PastRun]) -> _Streak:
    first = same[0]
    return _Streak(
        first.page,
        first.languages,
        first.device,
        first.weights,
        first.environment,
        first.packages,
        first.script,
        first.verdict,
        first.outputs,
        first.circumstances,
        [(run.started, run.seconds, run.memory) for run in same],
        first.variant,
        first.cause,
        first.commits,
        first.is_whole,
    )


def _of_streak(streak: _Streak) -> Iterable[PastRun]:
    fields: dict[str, Any] = {name: getattr(streak, name) for name in streak.__struct_fields__ if name != "runs"}
    for started, seconds, memory in streak.runs:
        yield PastRun(**fields, started=started, seconds=seconds, memory=memory)


def _text(series: tuple[object, ...]) -> str:
    return repr(series)


def _in_words(environment: Environment) -> str:
    title, version = in_words(environment)
    before = f"{title} {version}, " if version else ""
    parts = (f"{before}Python {environment.python}", environment.platform)
    return ", ".join([*filter(None, parts), *(f"{name} {version}" for name, version in environment.under_device)])


def _packages(environment: Environment) -> str:
    parts: list[object] = [environment.python, environment.platform, sorted(environment.packages.items())]
    parts += environment.under_device  # on a CPU the digest stays what it was before there were these
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:_DIGITS]


def _outputs(run: ScriptRun) -> str:
    """Digest of what everybody sees of a run: not of the time that it took, and not of what it logged."""
    parts = [
        (
            snippet.status,
            [(one.mime, one.data, one.name) for one in snippet.outputs if one.kind != "stderr"],
            (snippet.error.name, snippet.error.message) if snippet.error else None,
        )
        for snippet in run.snippets
    ]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:_DIGITS]
