"""The front matter's JSON Schema: an editor that knows it completes and checks a page's head while it is written."""

from collections.abc import Collection
from typing import Any

import yaml

from generator.model.front_matter import KEYS, Kind
from generator.model.hub import Hub

# An address as the rule bad-github-link has it; reading strips the spaces around.
_WEB_ADDRESS = r"^\s*[Hh][Tt]{2}[Pp][Ss]?://([^\s/?#@\[\]]*@)?[^\s/?#@:\[\]]+(:[0-9]*)?([/?#]\S*)?\s*$"


def front_matter_schema(hub: Hub, templates: Collection[str]) -> dict[str, Any]:
    """JSON Schema (2020-12) of a page's front matter: what reading and the rules that are errors ask of it.

    What only YAML can do is not in it: aliases, keys set twice, deep nesting, a text over several lines. A key that is
    not known is let through, as in reading, which tells of it and ignores it.

    Args:
        hub: its tags and languages are the ones allowed.
        templates: names that `template` may have.
    """
    special: dict[str, dict[str, Any]] = {
        "template": {"enum": sorted(templates)},
        "summary": {
            "properties": {language.code: _text(language.name) for language in hub.languages},
            "required": [language.code for language in hub.languages if language.required],
            "additionalProperties": False,
        },
        "tags": {"items": {"type": "string", "oneOf": [_tag(tag, hub) for tag in hub.tags]}},
        "github-link": {"pattern": _WEB_ADDRESS},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Front matter of a page of {hub.title}",
        "type": "object",
        "properties": {
            key.name: {
                "description": key.description,
                **_KINDS[key.kind],
                **special.get(key.name, {}),
                "examples": [yaml.safe_load(key.example)],
            }
            for key in KEYS
        },
        "required": [key.name for key in KEYS],
        "additionalProperties": True,
    }


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
