"""Whether the entries that samples offer exist: one script for each hub repository, run like any other."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.model.entry import nearest_entry
from generator.model.run import EntryCheck, Lines, Script, ScriptRun, ScriptSnippet
from generator.scripts.entries import entry_uses
from generator.scripts.planning import digest_of

_PREFIX = "hubpages-entries:"

_READER = "entries"
"""Stands for a language: nobody reads these scripts."""

_CODE = """
import json
import requests
from megengine import hub

def hubpages_look(entry, check_weights):
    function = getattr(hubpages_module, entry, None)
    if function is None:
        exported = [name for name in dir(hubpages_module) if callable(getattr(hubpages_module, name))]
        return {"reason": "hubconf.py exports no such entry", "cause": "page", "exported": exported}
    if not callable(function):
        return {"reason": "hubconf.py exports it, but it cannot be called", "cause": "upstream"}
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    urls = [cell.url for cell in cells if isinstance(cell, hub.pretrained)]
    if not urls or not check_weights:
        return {}
    try:
        answer = requests.head(urls[0], allow_redirects=True, timeout=30)
    except requests.RequestException as error:
        return {"reason": "its weights cannot be reached: " + str(error), "cause": "asset"}
    if not answer.ok:
        return {"reason": f"its weights answer {answer.status_code}: {urls[0]}", "cause": "asset"}
    return {}

hubpages_module = hub.import_module(REPOSITORY, git_host="github.com")
print(PREFIX + json.dumps({entry: hubpages_look(entry, WEIGHTS) for entry in ENTRIES}))
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant that a page's sample offers."""

    page: str
    path: str
    repository: str
    entry: str
    lines: Lines


def offers(scripts: Iterable[Script]) -> list[Offer]:
    """Every variant of these scripts' samples, each once for a page."""
    found: dict[tuple[str, str, str], Offer] = {}
    for script in scripts:
        sample = script.snippets[0]
        for use in entry_uses(sample.code):
            if not use.is_active:
                lines = {language: line + use.first for language, line in sample.lines.items()}
                key = (script.path, use.repository, use.entry)
                earlier = found.get(key)
                lines = {**earlier.lines, **lines} if earlier else lines
                found[key] = Offer(script.page, script.path, use.repository, use.entry, lines)
    return list(found.values())


def look_up(offered: Iterable[Offer], check_weights: bool) -> list[Script]:
    """A script for each repository that looks up all its entries in one kernel."""
    of_repository: dict[str, list[str]] = {}
    for offer in offered:
        of_repository.setdefault(offer.repository, []).append(offer.entry)
    return [_script(repository, sorted(set(entries)), check_weights) for repository, entries in of_repository.items()]


def read_answers(offered: Sequence[Offer], runs: Mapping[str, ScriptRun]) -> list[EntryCheck]:
    """What came of looking up; `runs` has the run of each repository's script, by repository."""
    checks = []
    for offer in offered:
        run = runs[offer.repository]
        answers = _answers(run)
        if answers is None:
            reason = f"{offer.repository} could not be loaded: {run.reason}"
            answer: Mapping[str, Any] = {"reason": reason, "cause": run.cause or "upstream"}
        else:
            answer = answers.get(offer.entry, {})
        checks.append(
            EntryCheck(
                offer.page,
                offer.path,
                offer.repository,
                offer.entry,
                offer.lines,
                "failed" if answer else "passed",
                answer.get("cause") or None,
                _reason(offer.entry, answer),
            )
        )
    return checks


def _script(repository: str, entries: Sequence[str], check_weights: bool) -> Script:
    settings = {"REPOSITORY": repository, "PREFIX": _PREFIX, "ENTRIES": list(entries), "WEIGHTS": check_weights}
    code = "".join(f"{name} = {value!r}\n" for name, value in settings.items()) + _CODE
    snippet = ScriptSnippet(code, {_READER: 1})
    return Script(repository, repository, (_READER,), (snippet,), digest_of([snippet]))


def _reason(entry: str, answer: Mapping[str, Any]) -> str:
    near = nearest_entry(entry, [name for name in answer.get("exported", ()) if not name.startswith("_")])
    return f"{answer.get('reason', '')}: did you mean {near}?" if near else str(answer.get("reason", ""))


def _answers(run: ScriptRun) -> Mapping[str, Mapping[str, Any]] | None:
    for snippet in run.snippets:
        for output in snippet.outputs:
            for line in output.data.splitlines():
                if line.startswith(_PREFIX):
                    answers: Mapping[str, Mapping[str, Any]] = json.loads(line.removeprefix(_PREFIX))
                    return answers
    return None
