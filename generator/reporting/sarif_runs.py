"""Failing runs as SARIF 2.1.0, which code-scanning services read."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from generator.model.run import EntryCheck, Frame, ScriptRun
from generator.reporting.characters import visible
from generator.reporting.fault import MEANINGS, Fault, faults_of

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def runs_sarif(runs: Iterable[ScriptRun], version: str, entries: Iterable[EntryCheck] = ()) -> str:
    """A log with one result for each run and entry that is not green.

    The rule is the cause, or the verdict where there is none; the place is the first language's, and the other
    languages' are related places.

    Args:
        version: that of hubpages.
    """
    faults = faults_of(runs, entries)
    kinds = sorted({fault.kind for fault in faults})
    rules = [{"id": kind, "shortDescription": {"text": MEANINGS[kind]}} for kind in kinds]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "hubpages", "version": version, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(fault) for fault in faults],
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode()


def _result(fault: Fault) -> dict[str, Any]:
    first, *others = fault.lines
    message = f"{fault.message}\n({fault.reason})" if fault.reason else fault.message
    result: dict[str, Any] = {
        "ruleId": fault.kind,
        "level": fault.level,
        "message": {"text": message},
        "locations": [_location(fault.path, fault.lines[first])],
    }
    if others:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(fault.path, fault.lines[language]),
                "message": {"text": f"the same in {language}"},
            }
            for number, language in enumerate(others, start=1)
        ]
    page = Path(fault.path).name
    # As the standard wants them: the innermost call first.
    frames = [
        _frame(frame, fault) for frame in reversed(fault.frames) if frame.file in (page, fault.path) or _is_hub(frame)
    ]
    if frames:
        result["stacks"] = [{"message": {"text": "the page's and the hub repository's calls"}, "frames": frames}]
    return result


def _frame(frame: Frame, fault: Fault) -> dict[str, Any]:
    if _is_hub(frame):  # no file of the page's repository
        return {"location": {"message": {"text": visible(f"{frame.file}:{frame.line} in {frame.function}")}}}
    return {"location": {**_location(fault.path, frame.line), "message": {"text": f"in {visible(frame.function)}"}}}


def _is_hub(frame: Frame) -> bool:
    return frame.file.startswith("hub:")


def _location(path: str, line: int) -> dict[str, Any]:
    place = Path(path)
    uri = place.as_uri() if place.is_absolute() else quote(place.as_posix())
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}
