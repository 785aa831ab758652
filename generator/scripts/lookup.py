"""Whether the entries that samples offer exist: one script for each hub repository, run like any other."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import msgspec

from generator.decoding import from_json
from generator.frameworks import framework
from generator.model.entry import nearest_entry
from generator.model.run import Cause, EntryCheck, Lines, Script, ScriptRun, ScriptSnippet
from generator.scripts.entries import entry_uses
from generator.scripts.planning import digest_of

_PREFIX = "hubpages-entries:"

_READER = "entries"
"""Stands for a language: nobody reads these scripts."""

_CODE = """
import json
import requests

def hubpages_look(entry, check_weights):
    function = getattr(hubpages_module, entry, None)
    if function is None:
        exported = [name for name in dir(hubpages_module) if callable(getattr(hubpages_module, name))]
        return {"reason": "hubconf.py exports no such entry", "cause": "page", "exported": exported}
    if not callable(function):
        return {"reason": "hubconf.py exports it, but it cannot be called", "cause": "upstream"}
    urls = weights_of(function)
    if not urls or not check_weights:
        return {}
    try:
        answer = requests.head(urls[0], allow_redirects=True, timeout=30)
    except requests.RequestException as error:
        return {"reason": "its weights cannot be reached: " + str(error), "cause": "asset"}
    if not answer.ok:
        return {"reason": f"its weights answer {answer.status_code}: {urls[0]}", "cause": "asset"}
    return {}

hubpages_module = hub_module(REPOSITORY)
print("\\n" + PREFIX + json.dumps({entry: hubpages_look(entry, WEIGHTS) for entry in ENTRIES}))
"""


@dataclass(frozen=True, slots=True)
class _Answer:
    """Why an entry cannot be used; nothing where it can."""

    reason: str = ""
    cause: Cause | None = None
    exported: Sequence[str] = ()
    """For an entry that is not there, what is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant that a page's sample offers."""

    page: str
    path: str
    repository: str
    entry: str
    lines: Lines
    framework: str
    """Whose hub has the repository."""


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
                found[key] = Offer(script.page, script.path, use.repository, use.entry, lines, script.framework)
    return list(found.values())


def look_up(offered: Iterable[Offer], check_weights: bool) -> list[Script]:
    """A script for each repository that looks up all its entries in one kernel."""
    asked: dict[tuple[str, str], list[str]] = {}
    for offer in offered:
        asked.setdefault((offer.framework, offer.repository), []).append(offer.entry)
    return [_script(*of, sorted(set(entries)), check_weights) for of, entries in asked.items()]


def read_answers(offered: Sequence[Offer], runs: Mapping[str, ScriptRun]) -> list[EntryCheck]:
    """What came of looking up; `runs` has the run of each repository's script, by repository."""
    answers = {repository: _answers(run) for repository, run in runs.items()}
    checks = []
    for offer in offered:
        run, answer = runs[offer.repository], answers[offer.repository].get(offer.entry)
        started = run.started if answer and not run.failed_snippet else ""
        if run.failed_snippet:
            answer = _Answer(f"{offer.repository} could not be loaded: {run.reason}", run.cause or "upstream")
        elif answer is None:
            answer = _Answer(f"{offer.repository} was loaded, and what it printed hides this entry", "upstream")
        verdict: Literal["passed", "failed"] = "failed" if answer.cause else "passed"
        where = (offer.page, offer.path, offer.repository, offer.entry, offer.lines)
        checks.append(EntryCheck(*where, verdict, answer.cause, _reason(offer.entry, answer), started))
    return checks


def _script(name: str, repository: str, entries: Sequence[str], check_weights: bool) -> Script:
    settings = {"REPOSITORY": repository, "PREFIX": _PREFIX, "ENTRIES": list(entries), "WEIGHTS": check_weights}
    code = framework(name).source + "".join(f"{key} = {value!r}\n" for key, value in settings.items()) + _CODE
    snippet = ScriptSnippet(code, {_READER: 1})
    return Script(repository, repository, (_READER,), (snippet,), digest_of([snippet]), framework=name)


def _reason(entry: str, answer: _Answer) -> str:
    near = nearest_entry(entry, [name for name in answer.exported if not name.startswith("_")])
    return f"{answer.reason}: did you mean {near}?" if near else answer.reason


def _answers(run: ScriptRun) -> Mapping[str, _Answer]:
    """What the script said last; nothing where no line is one of its own.

    The repository's code runs beside it and may have printed such a line, or any other, before.
    """
    printed = "".join(output.data for snippet in run.snippets for output in snippet.outputs if output.kind == "stdout")
    for line in reversed(printed.splitlines()):
        if line.startswith(_PREFIX):
            with suppress(msgspec.DecodeError, UnicodeError, RecursionError):
                return from_json(line.removeprefix(_PREFIX), dict[str, _Answer])
    return {}
