"""What the search box answers with at once, before the index of all words does: a file of names for each language."""

from collections.abc import Mapping, Sequence
from typing import Any

from generator.model.addresses import MODELS, place_in, search_names_file
from generator.model.hub import Hub, Language
from generator.model.record import PageRecord
from generator.model.site import ListPage
from generator.rendering.environment import Templates


def search_names(ordered: Sequence[PageRecord], hub: Hub, language: Language, templates: Templates) -> ListPage:
    """Title, summary, state, task, tags and entries of every model that is written in a language, in lists' order."""
    own = [record for record in ordered if language.code in record.languages]
    states = sorted({record.told[language.code].state for record in own})
    tags = sorted({tag for record in own for tag in record.tags})
    found: Mapping[str, Any] = {
        "place": place_in(language, MODELS),
        "states": {state: templates.word(language, f"state_{state}") for state in states},
        "tags": {tag: " ".join([tag, *hub.tags[tag].values()]) for tag in tags},
        "models": tuple(_model(record, language) for record in own),
    }
    return ListPage(search_names_file(language), "", language.code, "", (), found)


def _model(record: PageRecord, language: Language) -> tuple[object, ...]:
    told = record.told[language.code]
    return record.id, record.title, told.summary, told.state, record.task, record.tags, record.entries
