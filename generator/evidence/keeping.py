"""Runs kept on disk: one JSON a run and its notebooks, under the digest of what could change its outcome.

No index: the folder can be committed, copied and merged as it is. `keep` writes `PAGE-DIGEST.json`, the newest run under
these circumstances; runs that `merging` brings together have the time in their names too, and lie side by side.
"""

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from generator.decoding import from_json
from generator.evidence.clocks import as_earlier
from generator.evidence.standing import standing
from generator.files import BESIDE, is_editors, remove_left_over, write_whole
from generator.model.diagnostic import Diagnostic
from generator.model.run import ScriptRun

FORMAT = 2
"""Part of the digest: evidence that an older verifier wrote in another form is not found again."""

_NO_NAME = re.compile(r"[^a-z0-9_.-]")
_LONGEST = 150
"""Characters of a page's id in the name of a file, where a digest, a time and a language come behind it."""
_LONG_NUMBER = re.compile(rb"\d{19}")
_YEARS = (1970, 9000)
"""Between which times can be counted with, in seconds and by days."""
_Kind = TypeVar("_Kind")


def digest(run: ScriptRun) -> str:
    """SHA-256 of the code and directives, the kernel environment, the assets, the device and the verifier of a run."""
    environment = run.environment
    parts = {
        "format": FORMAT,
        "script": run.script,
        "python": environment.python,
        "packages": dict(sorted(environment.packages.items())),
        "platform": environment.platform,
        "device": environment.device,
        "weights": run.weights,
        "version": run.version,
        "repositories": dict(sorted(run.repositories.items())),
        "assets": sorted({(asset.url, asset.sha256 or "", asset.status) for asset in run.assets}),
        **dict(environment.under_device),
    }
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def name_of(run: ScriptRun) -> str:
    """How the files of a run are called, without what their names end in."""
    return f"{file_name(run.page)}-{digest(run)[:24]}"


def keep(run: ScriptRun, notebooks: Mapping[str, str], folder: Path) -> ScriptRun:
    """Write a run and its notebooks by language, each whole or not at all.

    Returns the run as it stands: what more repeats of the very same found before is neither hidden nor overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    remove_left_over(BESIDE, folder)
    name = name_of(run)
    path = folder / f"{name}.json"
    kept = read_run(path)
    now = standing(run, kept if isinstance(kept, ScriptRun) else None)
    if now is not run:
        return now
    # The page's file is where the verifier was called, which says nothing to whoever reads the evidence.
    kept = replace(run, path=Path(run.path).name)
    for language, notebook in notebooks.items():
        write_whole(folder / f"{name}.{language}.ipynb", notebook)
    write_whole(path, _encoded(kept))
    _set_clocks_right(run, folder)
    return run


def _encoded(run: ScriptRun) -> bytes:
    return msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n"


def _set_clocks_right(run: ScriptRun, folder: Path) -> None:
    """Have no run of the same page come after one that has just ended."""
    for path in folder.glob(f"{file_name(run.page)}-*.json"):
        kept = read_run(path)
        if isinstance(kept, ScriptRun) and kept.page == run.page and (earlier := as_earlier(kept, run)):
            write_whole(path, _encoded(earlier))


def read_evidence(folders: Iterable[Path]) -> tuple[Mapping[str, Sequence[ScriptRun]], list[Diagnostic]]:
    """Every run in these folders by page id, the latest first, and the files that cannot be read."""
    found: dict[str, list[ScriptRun]] = defaultdict(list)
    findings = []
    for path in evidence_files(folders):
        run = read_run(path)
        if isinstance(run, ScriptRun):
            found[run.page].append(run)
        else:
            findings.append(unreadable(path, run))
    return {page: _latest_first(runs) for page, runs in found.items()}, findings


def evidence_files(folders: Iterable[Path]) -> list[Path]:
    """The files of all runs in these folders, in the order in which they are read."""
    return [path for folder in folders for path in sorted(folder.glob("*.json")) if not is_editors(path.name)]


def page_of(path: Path) -> str | Diagnostic:
    """The page that the run in a file is of; else what is wrong with the file."""
    run = read_run(path)
    return run.page if isinstance(run, ScriptRun) else unreadable(path, run)


def read_runs(paths: Iterable[Path]) -> list[ScriptRun]:
    """The runs in these files, the latest first, without what cannot be read."""
    return _latest_first([run for run in map(read_run, paths) if isinstance(run, ScriptRun)])


def _latest_first(runs: list[ScriptRun]) -> list[ScriptRun]:
    """Without the passes that stand beside an earlier run of the very same that knew more."""
    ordered = sorted(runs, key=lambda run: (run.started, run.script), reverse=True)
    doubted = [run for run in ordered if run.repeats > 1 and not run.is_green]
    if not doubted:  # as nearly always: no digest is made
        return ordered
    knew_more = {digest(run): run for run in reversed(doubted)}
    return [run for run in ordered if not _is_hidden(run, knew_more)]


def _is_hidden(run: ScriptRun, knew_more: Mapping[str, ScriptRun]) -> bool:
    earlier = knew_more.get(digest(run))
    return earlier is not None and earlier.started <= run.started and standing(run, earlier) is not run


def unreadable(path: Path, error: Exception) -> Diagnostic:
    """What is said of a file that holds no run."""
    message = f"not a run that this version can read ({error}): delete it and verify the page again"
    return Diagnostic(str(path), 1, 1, "unreadable-evidence", message, "warning")


def file_name(page: str) -> str:
    """The page's id, as far as every system has such a file name; where not, told apart by a digest."""
    name = _NO_NAME.sub("_", page)[:_LONGEST]
    return name if name == page else f"{name}-{hashlib.sha256(page.encode()).hexdigest()[:8]}"


def read_run(path: Path) -> ScriptRun | Exception:
    """The run in a file; else what is wrong with it."""
    try:
        run = decoded(path.read_bytes(), ScriptRun)
        _check(run)
        return run
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
        return error


def _check(run: ScriptRun) -> None:
    """Raise msgspec.ValidationError for a run that says what no verifier says, and nobody could go on with."""
    if not is_time(run.started):
        raise msgspec.ValidationError("it does not say in UTC when it started")
    if any(snippet.error and not snippet.error.lines for snippet in run.snippets):
        raise msgspec.ValidationError("it does not say at which line it failed")


def is_time(text: str) -> bool:
    """Whether a text is a time as evidence has it: UTC, ISO 8601."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return False
    return time.utcoffset() == timedelta(0) and _YEARS[0] <= time.year < _YEARS[1]


def decoded(data: bytes, kind: type[_Kind]) -> _Kind:
    """What a file of evidence says. Raises msgspec.MsgspecError and UnicodeDecodeError for what is none.

    A number of more than 64 bits is none: it could be read, and written nowhere again.
    """
    found = from_json(data, kind)
    if _LONG_NUMBER.search(data):
        try:
            msgspec.msgpack.encode(found)
        except OverflowError as error:
            raise msgspec.ValidationError("a number of more than 64 bits") from error
    return found
