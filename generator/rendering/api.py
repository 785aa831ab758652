"""The machine-readable twin of the site. Existing consumers rely on its keys and types: add, never change."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from generator.model.addresses import MODELS_JSON, MODELS_SCHEMA, model_json
from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.site import RenderedFile
from generator.rendering.cards import ShownPage
from generator.rendering.markdown import code_block

_SCHEMA = Path(__file__).with_name("api.schema.json")


def render_api(pages: Sequence[ShownPage], hub: Hub) -> Iterator[RenderedFile]:
    """`api/v1/models.json`, and the schema of it and of `api/v1/models/<id>.json`."""
    yield RenderedFile(MODELS_SCHEMA, _SCHEMA.read_bytes())
    ordered = sorted(pages, key=lambda shown: shown.id)
    tags = {tag: dict(names) for tag, names in hub.tags.items()}
    yield _json(MODELS_JSON, {"models": [_meta(shown.page) for shown in ordered], "tags": tags})


def render_model(shown: ShownPage) -> RenderedFile:
    """`api/v1/models/<id>.json` of one model."""
    sample = code_block(shown.page.sample.code, "python")
    full_text = {
        section.language: str(Markup(sample) + shown.texts[section.language].html) for section in shown.page.sections
    }
    content = {"sampleCode": shown.page.sample.code, "fullText": full_text}
    return _json(model_json(shown.id), {"meta": _meta(shown.page), "content": content})


def _meta(page: Page) -> dict[str, Any]:
    head = page.front_matter
    return {
        "id": page.id,
        "title": head.title,
        "author": head.author,
        "summary": dict(head.summary),
        "githubLink": head.github_link,
        "tags": list(head.tags),
        "updateTime": page.updated,
    }


def _json(path: str, data: object) -> RenderedFile:
    return RenderedFile(path, (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode())
