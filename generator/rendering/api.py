"""The machine-readable twin of the site. Existing consumers rely on its keys and types: add, never change."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from generator.model.addresses import MODELS_JSON, MODELS_SCHEMA, model_json, models_page_json, root_of
from generator.model.hub import Hub
from generator.model.metrics import Reported
from generator.model.record import PageRecord
from generator.model.site import RenderedFile
from generator.rendering.cards import ShownPage
from generator.rendering.json_files import json_file, json_list_file
from generator.rendering.markdown import code_block
from generator.rendering.seen_text import seen_for_programs

PAGE = 100
"""Models in a page of the list."""

_SCHEMA = Path(__file__).with_name("api.schema.json")


def render_api(records: Sequence[PageRecord], hub: Hub) -> Iterator[RenderedFile]:
    """`api/v1/models.json`, the same in pages, and the schema of it and of `api/v1/models/<id>.json`."""
    yield RenderedFile(MODELS_SCHEMA, _SCHEMA.read_bytes())
    entries = [record.meta for record in sorted(records, key=lambda record: record.id)]
    tags = {"tags": {tag: dict(names) for tag, names in hub.tags.items()}}
    yield json_list_file(MODELS_JSON, "models", entries, tags)
    pages = [entries[first : first + PAGE] for first in range(0, len(entries), PAGE)] or [[]]
    for number, page in enumerate(pages, 1):
        around = {
            "total": len(entries),
            "prev": f"{number - 1}.json" if number > 1 else None,
            "next": f"{number + 1}.json" if number < len(pages) else None,
        }
        yield json_list_file(models_page_json(number), "models", page, {**tags, **around})


def render_model(shown: ShownPage) -> RenderedFile:
    """`api/v1/models/<id>.json` of one model."""
    sample = code_block(shown.page.sample.code, "python") if shown.page.sample else ""
    path = model_json(shown.id)
    full_text = {
        section.language: str(Markup(sample) + _html_at(path, shown, section.language))
        for section in shown.page.sections
    }
    content = {"sampleCode": shown.page.sample_code, "fullText": full_text}
    return json_file(path, {"meta": meta_of(shown), "content": content})


def _html_at(path: str, shown: ShownPage, language: str) -> Markup:
    """A text whose pictures are found from this file. What a page writes itself has no such quotes in HTML."""
    html = str(shown.texts[language].html)
    return Markup(html.replace(f'src="{shown.root}assets/', f'src="{root_of(path)}assets/'))  # each part is Markup


def meta_of(shown: ShownPage) -> dict[str, Any]:
    """What programs are told of a model without its text."""
    page, head = shown.page, shown.page.front_matter
    return {
        "id": page.id,
        "title": head.title,
        "author": head.author,
        "summary": dict(head.summary),
        "githubLink": head.github_link,
        "tags": list(head.tags),
        "updateTime": page.updated,
        "license": head.license if shown.license else None,
        "weightsLicense": head.weights_license if shown.weights_license else None,
        "task": page.task or None,
        "datasets": list(head.datasets),
        "metrics": [_metric(results) for results in shown.results()],
        "entries": list(shown.entry_names),
        "seen": {section.language: seen_for_programs(shown, section.language) for section in page.sections},
    }


def _metric(results: Reported) -> dict[str, Any]:
    figures = [{"row": figure.row, "value": figure.value} for figure in results.figures]
    return {
        "name": results.name,
        "dataset": results.dataset,
        "unit": results.unit,
        "better": results.better or None,
        "best": figures[results.figures.index(results.best)],
        "figures": figures,
    }
