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

from generator.files import is_editors, write_whole
from generator.model.diagnostic import Diagnostic
from generator.model.run import ScriptRun

FORMAT = 2
"""Part of the digest: evidence that an older verifier wrote in another form is not found again."""

_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]")


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


def keep(run: ScriptRun, notebooks: Mapping[str, str], folder: Path) -> Path:
    """Write a run and its notebooks by language, each whole or not at all; return the JSON's path."""
    name = f"{_NO_NAME.sub('_', run.page)}-{digest(run)[:24]}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    # The page's file is where the verifier was called, which says nothing to whoever reads the evidence.
    kept = replace(run, path=Path(run.path).name)
    for language, notebook in notebooks.items():
        write_whole(folder / f"{name}.{language}.ipynb", notebook)
    write_whole(path, msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
    return path


def read_evidence(folders: Iterable[Path]) -> tuple[Mapping[str, Sequence[ScriptRun]], list[Diagnostic]]:
    """Every run in these folders by page id, the latest first, and the files that cannot be read."""
    runs: dict[str, list[ScriptRun]] = defaultdict(list)
    findings = []
    for folder in folders:
        for path in sorted(path for path in folder.glob("*.json") if not is_editors(path.name)):
            try:
                run = msgspec.json.decode(path.read_bytes(), type=ScriptRun)
            except (msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
                message = f"not a run that this version can read ({error}): delete it and verify the page again"
                findings.append(Diagnostic(str(path), 1, 1, "unreadable-evidence", message, "warning"))
            else:
                runs[run.page].append(run)
    for page_runs in runs.values():
        page_runs.sort(key=lambda run: (run.started, run.script), reverse=True)
    return runs, findings
