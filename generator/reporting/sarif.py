"""Findings and failing runs as SARIF 2.1.0, which code-scanning services read."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, Frame, ScriptRun
from generator.reporting.characters import json_text, uri_of, visible
from generator.reporting.fault import MEANINGS, Fault, faults_of

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(
    version: str,
    documentation: Mapping[str, str],
    findings: Iterable[Diagnostic] = (),
    runs: Iterable[ScriptRun] = (),
    entries: Iterable[EntryCheck] = (),
) -> str:
    """A log with one result for each finding, and for each run and entry that is not green.

    The rule of a run is the cause, or the verdict where there is none; the place is the first language's, and the other
    languages' are related places.

    Args:
        version: that of hubpages.
        documentation: the text of each rule of findings.
    """
    results = [*map(_result_of_finding, findings), *map(_result, faults_of(runs, entries))]
    used = sorted({result["ruleId"] for result in results})
    driver = {"name": "hubpages", "version": version, "rules": list(_rules(used, documentation))}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(names: Iterable[str], documentation: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name in names:
        text = documentation.get(name) or MEANINGS.get(name, name)
        short = text.partition("\n\n")[0]
        yield {"id": name, "shortDescription": {"text": short}, "fullDescription": {"text": text}}


def _result_of_finding(finding: Diagnostic) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": visible(finding.message)},
        "locations": [_location(finding.path, finding.line, finding.column)],
    }


def _result(fault: Fault) -> dict[str, Any]:
    first, *others = fault.lines
    attempt = f"try: {fault.attempt}" if fault.attempt else ""
    parts = [fault.message, f"({fault.reason})" if fault.reason else "", fault.remedy, attempt, *fault.difference]
    result: dict[str, Any] = {
        "ruleId": fault.kind,
        "level": fault.level,
        "message": {"text": visible("\n".join(part for part in parts if part))},
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


def _location(path: str, line: int, column: int | None = None) -> dict[str, Any]:
    region = {"startLine": line} | ({"startColumn": column} if column else {})
    return {"physicalLocation": {"artifactLocation": {"uri": uri_of(path)}, "region": region}}
