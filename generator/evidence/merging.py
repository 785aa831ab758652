"""Folders of evidence put into one: the runs whole and side by side, and what is remembered of them."""

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.evidence.entry_checks import check_files, merged_checks
from generator.evidence.history import FOLDER, history_file, history_files, in_order, past_run, read_history, written
from generator.evidence.keeping import evidence_files, file_name, name_of, read_run
from generator.files import held_folder, temporary_folder
from generator.model.entry import CHECKS
from generator.model.history import Merged, PastRun
from generator.model.run import ScriptRun

_STAGED = ".merging-"
_NAMED = re.compile(r"(?P<page>.+)-[0-9a-f]{24}(-[0-9]{14}(-[0-9a-f]{8})?)?\.json")
_NO_DIGITS = re.compile(r"[^0-9]")


class BusyError(Exception):
    """Another process writes to a folder of evidence, or nothing can be written there."""


@dataclass(slots=True)
class _Merge:
    """One on its way."""

    target: Path
    staged: Path
    names: list[str] = field(default_factory=list)
    """Of the staged files, in the order in which they go to their places: a run after its notebooks."""
    added: list[str] = field(default_factory=list)
    known: int = 0
    conflicts: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    remembered: dict[str, list[PastRun]] = field(default_factory=dict)
    """By page, what the folders and their runs say."""


def merge(sources: Sequence[Path], target: Path) -> Merged:
    """Put the runs of folders, their notebooks and histories into one folder; what is there already stays as it is.

    All is written beside its place first, so that a full disk changes nothing; then each file is put in its place,
    whole. Where that is cut short, the same call once more completes it.

    Raises BusyError, FileNotFoundError for a folder that is not there, ValueError for a history that cannot be read,
    and OSError where it cannot be written.
    """
    for source in sources:
        if not source.is_dir():
            raise FileNotFoundError(f"{source} is not a folder of evidence")
    with held_folder(target) as is_held:
        if not is_held:
            raise BusyError(f"{target} cannot be written to, or another process does so just now: try again")
        with temporary_folder(_STAGED, target) as staged:
            work = _Merge(target, staged)
            for source in sources:
                notebooks = notebooks_in(source)
                for path in evidence_files([source]):
                    _take(path, notebooks.get(path.stem, ()), work)
                for path in history_files(source):
                    _recall(path, work)
            _look_ups(sources, work)
            new = _histories(work)
            _put_in_place(work)
    return Merged(tuple(work.added), work.known, new, tuple(work.conflicts), work.unreadable)


def timed_name(run: ScriptRun) -> str:
    """How the files of a run are called where others of the same circumstances lie beside it."""
    return f"{name_of(run)}-{_NO_DIGITS.sub('', run.started.partition('+')[0])}"


def _take(path: Path, notebooks: Sequence[Path], work: _Merge) -> None:
    """Stage a run and its notebooks, unless it is there."""
    run = read_run(path)
    if not isinstance(run, ScriptRun):
        work.unreadable[str(path)] = str(run)
        return
    work.remembered.setdefault(run.page, []).append(past_run(run))
    data, name = path.read_bytes(), timed_name(run)
    if _is_same(work.target / f"{name_of(run)}.json", run):  # as `keep` wrote it there
        work.known += 1
        return
    taken = ""
    for place in (f"{name}.json", f"{name}-{hashlib.sha256(data).hexdigest()[:8]}.json"):
        holder = next((folder for folder in (work.target, work.staged) if (folder / place).exists()), None)
        if holder is None:
            break
        if (holder / place).read_bytes() == data or _is_same(holder / place, run):
            work.known += 1
            return
        taken = place
    if taken:
        work.conflicts.append(f"{path}: not the run that is in {taken}, of the same second: kept beside it as {place}")
    _stage(path, data, place, notebooks, work)


def _stage(path: Path, data: bytes, place: str, notebooks: Sequence[Path], work: _Merge) -> None:
    for notebook in notebooks:
        name = place.removesuffix(".json") + notebook.name.removeprefix(path.stem)
        (work.staged / name).write_bytes(notebook.read_bytes())
        work.names.append(name)
    (work.staged / place).write_bytes(data)
    work.names.append(place)
    work.added.append(place)


def notebooks_in(folder: Path) -> Mapping[str, list[Path]]:
    """The notebooks in a folder of evidence, by the name of their run's file without its ending."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.ipynb")):
        found.setdefault(path.name.rsplit(".", 2)[0], []).append(path)
    return found


def _is_same(path: Path, run: ScriptRun) -> bool:
    return path.exists() and read_run(path) == run


def _recall(path: Path, work: _Merge) -> None:
    for past in read_history(path):
        work.remembered.setdefault(past.page, []).append(past)


def _histories(work: _Merge) -> int:
    """Stage the histories that have become longer; by how many runs that none of the runs themselves is of."""
    new = 0
    unheard = {page for page in work.remembered if not history_file(work.target, page).exists()}
    there = remembered_in(work.target, unheard)
    for page, found in work.remembered.items():
        path = history_file(work.target, page)
        before = there.get(page, []) if page in unheard else read_history(path)
        now = in_order([*before, *found])
        if now != before or page in unheard:
            new += len(now) - len(before)
            stage_history(work.staged, page, now)
            work.names.append(f"{FOLDER}/{path.name}")
    return max(0, new - len(work.added))


def _look_ups(sources: Sequence[Path], work: _Merge) -> None:
    """Stage what came of looking up entries: of each page one file, where the folders know anything newer."""
    folders = [folder / CHECKS for folder in (work.target, *sources)]
    for name in sorted({path.name for path in check_files(folders[1:])}):
        data, path = merged_checks(folder / name for folder in folders), folders[0] / name
        if not path.exists() or path.read_bytes() != data:
            (work.staged / CHECKS).mkdir(exist_ok=True)
            (work.staged / CHECKS / name).write_bytes(data)
            work.names.append(f"{CHECKS}/{name}")


def stage_history(staged: Path, page: str, runs: Iterable[PastRun]) -> None:
    """Write a page's history below a folder from which it then goes to its place."""
    path = history_file(staged, page)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(written(runs))


def remembered_in(folder: Path, pages: Collection[str]) -> Mapping[str, list[PastRun]]:
    """What the runs of these pages that lie in a folder say, the earliest first."""
    names = {file_name(page) for page in pages}
    found: dict[str, list[PastRun]] = {}
    for path in evidence_files([folder]) if names else ():
        named = _NAMED.fullmatch(path.name)
        run = read_run(path) if named is None or named["page"] in names else None
        if isinstance(run, ScriptRun) and run.page in pages:
            found.setdefault(run.page, []).append(past_run(run))
    return {page: in_order(runs) for page, runs in found.items()}


def _put_in_place(work: _Merge) -> None:
    if not work.names:
        return
    flush(work.staged / name for name in work.names)
    for name in work.names:
        (work.target / name).parent.mkdir(exist_ok=True)
        (work.staged / name).replace(work.target / name)


def flush(paths: Iterable[Path]) -> None:
    """Bring files to the disk; where the system can do so for all at a time, at a time."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
