"""The front matter's JSON Schema: an editor that knows it completes and checks a page's head while it is written."""

from collections.abc import Collection
from typing import Any

import yaml

from generator.frameworks import names
from generator.model.front_matter import KEYS, METRIC_KEYS, Key, Kind
from generator.model.hub import Hub, Language
from generator.model.page import GUIDE, MODEL

# An address as the rule bad-github-link has it; reading strips the spaces around.
_WEB_ADDRESS = r"^\s*[Hh][Tt]{2}[Pp][Ss]?://([^\s/?#@\[\]]*@)?[^\s/?#@:\[\]]+(:[0-9]*)?([/?#]\S*)?\s*$"

_ID = r"\(*[A-Za-z0-9.-]+\+?\)*"
# A licence, or several that are joined; or what `hubpages new` writes for one that is not known yet.
_LICENSE = rf"^\s*({_ID}( (AND|OR|WITH) {_ID})*|TODO: .*)\s*$"
_LICENSES = ("Apache-2.0", "MIT", "BSD-3-Clause", "GPL-3.0-only", "CC-BY-4.0", "CC-BY-NC-4.0", "LicenseRef-NAME")
"""What an editor proposes."""


def front_matter_schema(hub: Hub, templates: Collection[str]) -> dict[str, Any]:
    """JSON Schema (2020-12) of a page's front matter: what reading and the rules that are errors ask of it.

    What only YAML can do is not in it: aliases, keys set twice, deep nesting, a text over several lines. A key that is
    not known is let through, as in reading, which tells of it and ignores it. Of licences it sees
    the form alone: which there are is the rule unknown-license's to say.

    Args:
        hub: its tags and languages are the ones allowed.
        templates: names that `template` may have.
    """
    only = hub.languages[0] if hub.has_one_language else None
    of_languages = {language.code: _text(language.name) for language in hub.languages}
    special: dict[str, dict[str, Any]] = {
        "template": {"enum": sorted(templates)},
        "summary": {
            "properties": of_languages,
            "required": [language.code for language in hub.languages if language.required],
            "additionalProperties": False,
        },
        "titles": {"properties": of_languages, "additionalProperties": False},
        "tags": {"items": {"type": "string", "oneOf": [_tag(tag, hub) for tag in hub.tags]}},
        "github-link": {"pattern": _WEB_ADDRESS},
        "license": {"pattern": _LICENSE, "examples": list(_LICENSES)},
        "weights-license": {"pattern": _LICENSE, "examples": list(_LICENSES)},
        "kind": {"enum": [MODEL, GUIDE]},
        "framework": {"enum": list(names())},
        "task": {"oneOf": [_tag(tag, hub) for tag in hub.tags]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Front matter of a page of {hub.title}",
        "type": "object",
        "properties": {
            key.name: _as_text_too(
                {
                    **_described(key),
                    **({"maxItems": key.most} if key.most else {}),
                    "examples": [yaml.safe_load(key.example)],
                    **special.get(key.name, {}),
                },
                only if key.kind == "texts" else None,
            )
            for key in KEYS
        },
        "required": [key.name for key in KEYS if key.is_required],
        "dependentRequired": {key.name: [key.needs] for key in KEYS if key.needs},
        "additionalProperties": True,
    }


def _as_text_too(schema: dict[str, Any], only: Language | None) -> dict[str, Any]:
    """What a map of languages may be where the hub has but one: that map, or its text alone."""
    if only is None:
        return schema
    told = {name: schema.pop(name) for name in ("description",)}
    return {**told, "oneOf": [_text(only.name), {name: of for name, of in schema.items() if name != "examples"}]}


def _described(key: Key) -> dict[str, Any]:
    return {"description": key.description, **_KINDS[key.kind]}


def _text(description: str) -> dict[str, Any]:
    return {"description": description, **_KINDS["text"]}


def _tag(tag: str, hub: Hub) -> dict[str, Any]:
    names = [hub.tags[tag][language.code] for language in hub.languages if language.code in hub.tags[tag]]
    return {"const": tag, "description": " · ".join(names)}


_KINDS: dict[Kind, dict[str, Any]] = {
    "text": {"type": "string", "pattern": r"\S"},
    "texts": {"type": "object", "additionalProperties": {"type": "string", "pattern": r"\S"}},
    "list": {"type": "array", "items": {"type": "string", "pattern": r"\S"}, "minItems": 1},
}
_METRIC = {key.name: _described(key) for key in METRIC_KEYS}
_METRIC["better"]["enum"] = ["higher", "lower"]
_KINDS["metrics"] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": _METRIC,
        "required": [key.name for key in METRIC_KEYS if key.is_required],
    },
    "minItems": 1,
    "uniqueItems": True,
}
