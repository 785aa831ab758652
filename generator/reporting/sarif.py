"""Diagnostics as SARIF 2.1.0, which code-scanning services read."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from generator.model.diagnostic import Diagnostic

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Sequence[Diagnostic], documentation: Mapping[str, str], version: str) -> str:
    """A log with one run; `documentation` maps a rule to its text."""
    used = sorted({finding.rule for finding in findings})
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "hubpages", "version": version, "rules": _rules(used, documentation)}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding) for finding in findings],
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode()


def _rules(names: Iterable[str], documentation: Mapping[str, str]) -> list[dict[str, Any]]:
    rules = []
    for name in names:
        text = documentation.get(name, name)
        rules.append(
            {"id": name, "shortDescription": {"text": text.partition("\n\n")[0]}, "fullDescription": {"text": text}}
        )
    return rules


def _result(finding: Diagnostic) -> dict[str, Any]:
    place = Path(finding.path)
    uri = place.as_uri() if place.is_absolute() else place.as_posix()
    region = {"startLine": finding.line, "startColumn": finding.column}
    return {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }
