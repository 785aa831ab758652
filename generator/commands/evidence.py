"""Look after folders of evidence, and compare two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.assets.lock import read_lock
from generator.commands.root import HubRoot
from generator.evidence.changes import changes
from generator.evidence.history import history_file, history_files, in_order, past_run, read_history
from generator.evidence.holding import Today, listed
from generator.evidence.keeping import evidence_files, read_evidence, read_run, unreadable
from generator.evidence.merging import merge
from generator.evidence.pruning import Bounds, prune
from generator.model.changes import Change
from generator.model.diagnostic import Diagnostic
from generator.model.history import Listed, Merged, PastRun, Removal
from generator.model.run import ScriptRun
from generator.reading.hub import read_hub
from generator.scripts.planning import plan
from generator.scripts.variants import variants


@dataclass(frozen=True, slots=True)
class Compared:
    """Two folders, run by run."""

    changes: Sequence[Change]
    findings: Sequence[Diagnostic]
    """The files that cannot be read."""


def merge_evidence(root: HubRoot, sources: Sequence[Path], into: Path | None) -> Merged:
    """Put folders of evidence into one, by default the hub's own. Raises as `evidence.merging.merge` does."""
    return merge(sources, into or root.own_evidence)


def prune_evidence(root: HubRoot, folders: Sequence[Path], bounds: Bounds, *, dry: bool) -> list[Removal]:
    """Delete what need not be kept in each of these, by default the hub's own. Raises as `evidence.pruning.prune`."""
    return [prune(folder, bounds, dry=dry) for folder in folders or [root.own_evidence]]


def list_evidence(
    root: HubRoot, folders: Sequence[Path], holds_days: int | None
) -> tuple[list[Listed], list[Diagnostic]]:
    """The newest run of each page, environment, device and weights in these folders, by default all of the hub's.

    Args:
        holds_days: how old a run may be; where it is None, what hub.toml says.

    Raises FileNotFoundError, NoHubError, and LockError for a broken lock.
    """
    runs, findings = _with_files(_folders(root, folders))
    days = holds_days if holds_days is not None else root.config.verify.holds_days
    today = Today(_scripts(root), read_lock(root.lock), datetime.now(UTC), days)
    return listed([(str(path), run) for path, run in runs], today), findings


def show_evidence(root: HubRoot, page: str, folders: Sequence[Path]) -> list[tuple[PastRun, str]]:
    """Every run of a page, the latest first, with its file; that is empty where only the history has it.

    Raises FileNotFoundError, ValueError for a page of which nothing is known, and for a history that cannot be read.
    """
    found = _folders(root, folders)
    runs, _ = _with_files(found)
    whole = [(past_run(run), path) for path, run in runs if run.page == page]
    files = {(run.series, run.started, run.outcome): str(path) for run, path in reversed(whole)}
    remembered = [run for folder in found for run in read_history(history_file(folder, page))]
    every = in_order([*remembered, *(run for run, _ in whole)])
    if not every:
        places = ", ".join(map(str, found))
        raise ValueError(
            f"there is no run of {page} in {places}: name a page by its id, as `hubpages evidence list` does"
        )
    return [(run, files.get((run.series, run.started, run.outcome), "")) for run in reversed(every)]


def diff_evidence(old: Path, new: Path, factor: float) -> Compared:
    """What changed from one folder of evidence to another.

    Args:
        factor: how many times as long, or as large, a run must be to be told of.

    Raises FileNotFoundError, and ValueError for a history that cannot be read.
    """
    before, of_old = read_evidence(_existing([old]))
    now, of_new = read_evidence(_existing([new]))
    history = {page: read_history(history_file(old, page)) for page in now} if history_files(old) else {}
    return Compared(changes(before, now, history, factor), [*of_old, *of_new])


def _folders(root: HubRoot, folders: Sequence[Path]) -> Sequence[Path]:
    return _existing(folders) if folders else root.evidence


def _existing(folders: Sequence[Path]) -> Sequence[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is not a folder of evidence")
    return folders


def _with_files(folders: Sequence[Path]) -> tuple[list[tuple[Path, ScriptRun]], list[Diagnostic]]:
    found, findings = [], []
    for path in evidence_files(folders):
        run = read_run(path)
        if isinstance(run, ScriptRun):
            found.append((path, run))
        else:
            findings.append(unreadable(path, run))
    return found, findings


def _scripts(root: HubRoot) -> Mapping[str, set[str]]:
    """By page, the digests of what a reader runs, and of that with other entries."""
    pages, _ = read_hub(root.pages_or([]), root.config.languages, form=root.config.format)
    found: dict[str, set[str]] = {page.id: set() for page in pages}
    for script in plan(pages):
        found[script.page].update([script.digest, *(variant.digest for variant in variants(script))])
    return found
