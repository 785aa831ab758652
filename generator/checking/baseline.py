"""Findings that are known and may stay for now, so that new ones stand out."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from generator.files import in_words, write_whole
from generator.model.diagnostic import Diagnostic

_Key = tuple[str, str, str]


class BaselineError(Exception):
    """A baseline cannot be used; the message says what to do."""


def write_baseline(findings: Iterable[Diagnostic], path: Path) -> None:
    """Make these findings the known ones, whole or not at all. Lines are left out: they move."""
    counts = Counter(_key(finding, path.parent) for finding in findings)
    rows = [
        {"path": key[0], "rule": key[1], "message": key[2], "count": count} for key, count in sorted(counts.items())
    ]
    write_whole(path, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def read_baseline(path: Path) -> Counter[_Key]:
    """How often each finding is known. Raises BaselineError for what is not a baseline."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return Counter({(str(r["path"]), str(r["rule"]), str(r["message"])): int(r["count"]) for r in rows})
    except FileNotFoundError as error:
        raise BaselineError(f"{path} does not exist: `hubpages check --update-baseline {path}` writes it") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaselineError(
            f"{path} is not a baseline ({in_words(error)}): write it anew with --update-baseline"
        ) from error


def new_findings(findings: Iterable[Diagnostic], known: Counter[_Key], path: Path) -> list[Diagnostic]:
    """The findings beyond the known ones of the baseline at `path`."""
    left = Counter(known)
    new = []
    for finding in findings:
        key = _key(finding, path.parent)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return new


def _key(finding: Diagnostic, folder: Path) -> _Key:
    place = os.path.relpath(finding.path, folder).replace(os.sep, "/")
    return place, finding.rule, finding.message
