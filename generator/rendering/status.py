"""What is known of a model, for the status page and as JSON for whoever watches over the hub."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, get_args

from generator.decoding import from_json
from generator.model.addresses import STATUS_JSON, STATUS_SCHEMA
from generator.model.hub import Hub, Language
from generator.model.link_address import asked_address
from generator.model.record import PageRecord
from generator.model.site import RenderedFile
from generator.rendering.cards import ShownPage
from generator.rendering.entries import Offered
from generator.rendering.histories import Strip, strips_of
from generator.rendering.json_files import json_file, json_list_file
from generator.rendering.news import News
from generator.rendering.verification import STATES, Results

_MOST_NEWS = 2
"""In a row; the rest is on the card."""

_LINK = re.compile(r'href="(https?://[^"]+)"')

_STATUSES = ["passed", "failed", "skipped", "compiled", "xfailed", "not-run"]
_EXTENT = {
    "snippets": "All of them.",
    "ran": "Those that were run, whatever came of it.",
    "skipped": "Those that were not, as the page asks.",
    "compiled": "Those whose syntax was checked, and no more.",
    "xfailed": "Of those that were run, those that failed as the page says.",
}
_OF_ENTRY = {
    "type": "object",
    "required": ["entry", "state", "lastRun", "seconds", "lookedUp", "parameters", "peakMemory", "downloaded"],
    "additionalProperties": False,
    "properties": {
        "entry": {"type": "string", "description": "As it is called in code."},
        "state": {
            "enum": [*STATES, "exists", "missing"],
            "description": "Of the page's code with it. exists: not run, and there when last looked up. missing: not.",
        },
        "lastRun": {"type": ["string", "null"], "format": "date-time", "description": "When that was run, in UTC."},
        "seconds": {"type": ["number", "null"], "minimum": 0, "description": "How long that took."},
        "lookedUp": {"type": ["string", "null"], "format": "date-time", "description": "When it last was, in UTC."},
        "parameters": {"type": ["integer", "null"], "minimum": 0, "description": "Counted in its own run."},
        "peakMemory": {"type": ["integer", "null"], "minimum": 0, "description": "Bytes, in its own run."},
        "downloaded": {"type": ["integer", "null"], "minimum": 0, "description": "Bytes, in its own run."},
    },
}
_OF_LANGUAGE = {
    "type": "object",
    "required": ["translated", "state", "results", "lastRun", "seconds", "extent", "snippets", "entries"],
    "additionalProperties": False,
    "properties": {
        "translated": {"type": "boolean", "description": "Whether the page has a section in this language."},
        "state": {"enum": list(STATES), "description": "Of what readers of this language are shown."},
        "results": {
            "enum": [*get_args(Results), None],
            "description": "What is known of what the code computed. random: its weights were, and nothing is known. "
            "compared: it is what the page says. recorded: it is shown as it came. varies: it was another each time. "
            "Null where there is nothing.",
        },
        "lastRun": {"type": ["string", "null"], "format": "date-time", "description": "When that was run, in UTC."},
        "seconds": {
            "type": ["number", "null"],
            "minimum": 0,
            "description": "How long that took; null where other code was run.",
        },
        "extent": {
            "description": "How many of the snippets were run; null where this code was not.",
            "oneOf": [
                {
                    "type": "object",
                    "required": list(_EXTENT),
                    "additionalProperties": False,
                    "properties": {
                        name: {"type": "integer", "minimum": 0, "description": text} for name, text in _EXTENT.items()
                    },
                },
                {"type": "null"},
            ],
        },
        "snippets": {
            "type": "array",
            "description": "What came of each snippet, the sample first; empty where this code was not run.",
            "items": {
                "type": "object",
                "required": ["line", "status", "seconds"],
                "additionalProperties": False,
                "properties": {
                    "line": {"type": "integer", "minimum": 1, "description": "Of its fence in the page."},
                    "status": {"enum": _STATUSES},
                    "seconds": {"type": "number", "minimum": 0},
                },
            },
        },
        "entries": {
            "type": "array",
            "description": "The entries that a reader can choose, the page's own among them; empty without a choice.",
            "items": _OF_ENTRY,
        },
    },
}
_MODEL = {
    "type": "object",
    "required": ["id", "title", "findings", "links", "languages"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "findings": {"type": "integer", "minimum": 0, "description": "What the check of the page found."},
        "links": {
            "type": "object",
            "required": ["total", "alive"],
            "additionalProperties": False,
            "properties": {
                "total": {"type": "integer", "minimum": 0, "description": "Links to other sites."},
                "alive": {
                    "type": ["integer", "null"],
                    "minimum": 0,
                    "description": "How many led somewhere when last asked; null where nobody asked.",
                },
            },
        },
        "languages": {"type": "object", "additionalProperties": _OF_LANGUAGE},
    },
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Status of a hub",
    "type": "object",
    "required": ["models"],
    "additionalProperties": False,
    "properties": {
        "models": {"type": "array", "items": _MODEL},
        "guides": {"type": "array", "items": _MODEL, "description": "Pages that tell how to choose among models."},
    },
}
"""What `api/v1/status.json` is made by."""


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a page to other sites."""

    total: int
    alive: int | None


def render_status_json(records: Sequence[PageRecord]) -> Iterator[RenderedFile]:
    """The status of all models and guides for programs, and the schema of that."""
    ordered = sorted(records, key=lambda record: record.id)
    entries = [record.status for record in ordered if not record.is_guide]
    guides = [from_json(record.status, dict[str, Any]) for record in ordered if record.is_guide]
    yield json_list_file(STATUS_JSON, "models", entries, {"guides": guides} if guides else {})
    yield json_file(STATUS_SCHEMA, SCHEMA)


def status_of(shown: ShownPage, hub: Hub, findings: int, links: Links) -> dict[str, Any]:
    """What programs are told of one model's state."""
    return {
        "id": shown.id,
        "title": shown.page.front_matter.title,
        "findings": findings,
        "links": {"total": links.total, "alive": links.alive},
        "languages": {language.code: _of_language(shown, language.code) for language in hub.languages},
    }


def status_row(
    shown: ShownPage, language: Language, hub: Hub, findings: int, links: Links, news: Sequence[News]
) -> dict[str, Any]:
    """What the template of a row of the status page is told of a model.

    Args:
        news: of the model, the latest first.
    """
    strip = next(iter(strips_of(shown.history, shown.own_entry(language.code), _code_of(shown, language))), None)
    return {
        "id": shown.id,
        "title": shown.page.front_matter.title_in(language.code),
        "translated": _translated(shown, hub),
        "findings": findings,
        "links": links,
        "verification": shown.verification(language.code),
        "urgency": shown.verification(language.code).urgency,
        "places": _places(shown, language.code),
        "fault": _fault(shown, language.code),
        "strip": strip,
        "news": _news_in(strip, news) if strip else (),
    }


def _translated(shown: ShownPage, hub: Hub) -> Sequence[tuple[Language, bool]]:
    """Each language, and whether the page has a section in it; nothing where there is but one."""
    if hub.has_one_language:
        return ()
    return [(each, shown.page.section(each.code) is not None) for each in hub.languages]


def _code_of(shown: ShownPage, language: Language) -> str:
    """The language whose code a reader is shown."""
    return shown.section_for(language.code).language


def _news_in(strip: Strip, news: Sequence[News]) -> Sequence[News]:
    """The latest changes among the runs of a strip; its first run alone is none."""
    runs = {id(cell.run) for cell in strip.cells}
    return [one for one in news if one.turn.before is not None and id(one.turn.run) in runs][:_MOST_NEWS]


def _fault(shown: ShownPage, language: str) -> Mapping[str, Any] | None:
    """Which snippet failed, at which line of the page, and where that is on the card; None where none did."""
    verification, places = shown.verification(language), _places(shown, language)
    for index, snippet in enumerate(verification.snippets):
        if snippet.status == "failed" and snippet.error:
            return {"number": index + 1, "line": snippet.error.line, "place": places[index]}
    return None


def outer_links(shown: ShownPage, alive_links: Mapping[str, int] | None) -> Links:
    """Every address once, however often the page links to it."""
    urls = {shown.page.front_matter.github_link}
    for text in shown.texts.values():
        urls.update(unescape(url) for part in text.parts if isinstance(part, str) for url in _LINK.findall(part))
    alive = None if alive_links is None else sum(asked_address(url) in alive_links for url in urls)
    return Links(len(urls), alive)


def _of_language(shown: ShownPage, language: str) -> dict[str, Any]:
    verification = shown.verification(language)
    run = verification.run
    return {
        "translated": shown.page.section(language) is not None,
        "state": verification.state,
        "results": verification.results,
        "lastRun": run.started if run else None,
        "seconds": round(run.seconds, 3) if run and verification.snippets else None,
        "extent": {name: getattr(run.extent, name) for name in _EXTENT} if run and verification.snippets else None,
        "snippets": [
            {"line": line, "status": snippet.status, "seconds": round(snippet.seconds, 3)}
            for line, snippet in zip(_lines(shown, language), verification.snippets, strict=False)
        ],
        "entries": [_of_entry(entry) for entry in shown.entries_for(language) if entry.name],
    }


def _of_entry(entry: Offered) -> dict[str, Any]:
    last, run = entry.verification.run, entry.run
    return {
        "entry": entry.name,
        "state": entry.state,
        "lastRun": last.started if last else None,
        "seconds": round(run.seconds, 3) if run else None,
        "lookedUp": entry.check.started if entry.check else None,
        **entry.measured,
    }


def _lines(shown: ShownPage, language: str) -> list[int]:
    """Where the snippets stand that a reader of this language is shown."""
    section = shown.section_for(language)
    return [snippet.fence_line for snippet in shown.page.snippets_in(section)]


def _places(shown: ShownPage, language: str) -> list[str]:
    """The anchor of each snippet on its card; empty for one that its author hides."""
    snippets = shown.page.snippets_in(shown.section_for(language))
    hidden = [snippet.directives.is_unseen for snippet in snippets]
    return ["" if is_hidden else f"#L{line}" for is_hidden, line in zip(hidden, _lines(shown, language), strict=True)]
