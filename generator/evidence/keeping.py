"""Runs kept on disk: one JSON a run and its notebooks, under the digest of what could change its outcome.

No index: the folder can be committed, copied and merged as it is.
"""

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from generator.evidence.standing import standing
from generator.files import BESIDE, is_editors, remove_left_over, write_whole
from generator.model.diagnostic import Diagnostic
from generator.model.run import ScriptRun

FORMAT = 2
"""Part of the digest: evidence that an older verifier wrote in another form is not found again."""

_NO_NAME = re.compile(r"[^a-z0-9_.-]")


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
    }
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def keep(run: ScriptRun, notebooks: Mapping[str, str], folder: Path) -> ScriptRun:
    """Write a run and its notebooks by language, each whole or not at all.

    Returns the run as it stands: what more repeats of the very same found before is neither hidden nor overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    remove_left_over(BESIDE, folder)
    name = f"{file_name(run.page)}-{digest(run)[:24]}"
    path = folder / f"{name}.json"
    kept = _read(path)
    now = standing(run, kept if isinstance(kept, ScriptRun) else None)
    if now is not run:
        return now
    # The page's file is where the verifier was called, which says nothing to whoever reads the evidence.
    kept = replace(run, path=Path(run.path).name)
    for language, notebook in notebooks.items():
        write_whole(folder / f"{name}.{language}.ipynb", notebook)
    write_whole(path, msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
    return run


def read_evidence(folders: Iterable[Path]) -> tuple[Mapping[str, Sequence[ScriptRun]], list[Diagnostic]]:
    """Every run in these folders by page id, the latest first, and the files that cannot be read."""
    found: dict[str, list[ScriptRun]] = defaultdict(list)
    findings = []
    for path in evidence_files(folders):
        run = _read(path)
        if isinstance(run, ScriptRun):
            found[run.page].append(run)
        else:
            findings.append(_unreadable(path, run))
    return {page: _latest_first(runs) for page, runs in found.items()}, findings


def evidence_files(folders: Iterable[Path]) -> list[Path]:
    """The files of all runs in these folders, in the order in which they are read."""
    return [path for folder in folders for path in sorted(folder.glob("*.json")) if not is_editors(path.name)]


def page_of(path: Path) -> str | Diagnostic:
    """The page that the run in a file is of; else what is wrong with the file."""
    run = _read(path)
    return run.page if isinstance(run, ScriptRun) else _unreadable(path, run)


def read_runs(paths: Iterable[Path]) -> list[ScriptRun]:
    """The runs in these files, the latest first, without what cannot be read."""
    return _latest_first([run for run in map(_read, paths) if isinstance(run, ScriptRun)])


def _latest_first(runs: list[ScriptRun]) -> list[ScriptRun]:
    return sorted(runs, key=lambda run: (run.started, run.script), reverse=True)


def _unreadable(path: Path, error: Exception) -> Diagnostic:
    message = f"not a run that this version can read ({error}): delete it and verify the page again"
    return Diagnostic(str(path), 1, 1, "unreadable-evidence", message, "warning")


def file_name(page: str) -> str:
    """The page's id, as far as every system has such a file name; where not, told apart by a digest."""
    name = _NO_NAME.sub("_", page)
    return name if name == page else f"{name}-{hashlib.sha256(page.encode()).hexdigest()[:8]}"


def _read(path: Path) -> ScriptRun | Exception:
    try:
        return msgspec.json.decode(path.read_bytes(), type=ScriptRun)
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
        return error
