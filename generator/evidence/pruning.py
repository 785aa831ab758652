"""What of a folder of evidence need not be kept: runs that tell nothing that others do not."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.evidence.history import (
    FOLDER,
    history_file,
    history_files,
    in_order,
    is_change,
    past_run,
    read_history,
    remembered,
)
from generator.evidence.keeping import evidence_files, read_run
from generator.evidence.merging import BusyError, flush, notebooks_in, stage_history
from generator.files import held_folder, temporary_folder
from generator.model.history import PastRun, Removal, Series
from generator.model.run import ScriptRun

_STAGED = ".pruning-"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept."""

    last: int = 2
    """Whole runs of each page, environment, device and weights, the newest."""
    most: int = 12
    """Whole runs of each page, device and weights, with those that differed from the one before them."""
    history: int = 100
    """Runs that are remembered of each page, device and weights, and of those before, the last that differed."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A run that lies in a folder."""

    path: Path
    past: PastRun


def prune(folder: Path, bounds: Bounds, *, dry: bool) -> Removal:
    """Delete the runs of a folder that need not be kept, with their notebooks; first they are remembered.

    A file that cannot be read stays.

    Args:
        dry: whether nothing is written or deleted, and only told.

    Raises BusyError, FileNotFoundError, ValueError for a history that cannot be read, and OSError.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder of evidence")
    with held_folder(folder) as is_held:
        if not is_held and not dry:
            raise BusyError(f"{folder} cannot be written to, or another process does so just now: try again")
        return _prune(folder, bounds, dry=dry)


def kept_whole(runs: Sequence[PastRun], bounds: Bounds) -> set[int]:
    """Which runs of a page stay whole, by their indices: the last, and those that differed from the one before.

    Args:
        runs: the earliest first.
    """
    kept: set[int] = set()
    by_series: dict[Series, list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        by_series[run.series].append(index)
    for own in by_series.values():
        before: Iterable[int | None] = (None, *own)
        wanted = [
            index
            for index, last in zip(own, before, strict=False)
            if is_change(runs[index], None if last is None else runs[last])
        ]
        by_environment: dict[str, list[int]] = defaultdict(list)
        for index in own:
            by_environment[runs[index].packages].append(index)
        wanted += [index for same in by_environment.values() for index in same[-bounds.last :]]
        kept.update(sorted(set(wanted))[-bounds.most :])
    return kept


def _prune(folder: Path, bounds: Bounds, *, dry: bool) -> Removal:
    notebooks = notebooks_in(folder)
    whole, stems = _whole_runs(folder)
    doomed = [one for own in whole.values() for one in _doomed(own, bounds)]
    orphans = [path for stem, paths in notebooks.items() if stem not in stems for path in paths]
    files = [path for one in doomed for path in (one.path, *notebooks.get(one.path.stem, ()))] + orphans
    pages = {one.past.page: one for one in doomed}
    histories, forgotten = _histories(folder, whole, pages, bounds)
    total = sum(path.stat().st_size for path in files)
    if not dry:
        _write_histories(folder, histories)
        for path in files:  # a run before its notebooks: what is left of one that was cut short goes the next time
            path.unlink(missing_ok=True)
    kept = sum(map(len, whole.values())) - len(doomed)
    return Removal(tuple(path.name for path in files), total, len(doomed), kept, forgotten)


def _whole_runs(folder: Path) -> tuple[Mapping[str, list[_Whole]], Collection[str]]:
    """The runs by page, the earliest first; and the names of all files of runs, without what they end in."""
    found: dict[str, list[_Whole]] = defaultdict(list)
    stems = set()
    for path in evidence_files([folder]):
        stems.add(path.stem)
        run = read_run(path)
        if isinstance(run, ScriptRun):
            found[run.page].append(_Whole(path, past_run(run)))
    for own in found.values():
        own.sort(key=lambda one: (one.past.started, one.path.name))
    return found, stems


def _doomed(own: Sequence[_Whole], bounds: Bounds) -> Iterator[_Whole]:
    kept = kept_whole([one.past for one in own], bounds)
    return (one for index, one in enumerate(own) if index not in kept)


def _histories(
    folder: Path, whole: Mapping[str, Sequence[_Whole]], pages: Collection[str], bounds: Bounds
) -> tuple[Mapping[str, list[PastRun]], int]:
    """The histories that are to be written, and how many runs they remember no more."""
    histories: dict[str, list[PastRun]] = {}
    forgotten = 0
    for page in pages:
        histories[page] = in_order([*read_history(history_file(folder, page)), *(one.past for one in whole[page])])
    for path in history_files(folder):
        before = read_history(path)
        if before and before[0].page not in histories and len(remembered(before, bounds.history)) < len(before):
            histories[before[0].page] = before
    for page, runs in histories.items():
        histories[page] = remembered(runs, bounds.history)
        forgotten += len(runs) - len(histories[page])
    return histories, forgotten


def _write_histories(folder: Path, histories: Mapping[str, list[PastRun]]) -> None:
    if not histories:
        return
    with temporary_folder(_STAGED, folder) as staged:
        for page, runs in histories.items():
            stage_history(staged, page, runs)
        paths = history_files(staged)
        flush(paths)
        (folder / FOLDER).mkdir(exist_ok=True)
        for path in paths:
            path.replace(folder / FOLDER / path.name)
