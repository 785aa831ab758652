"""What the search answers with at once, before the index of all words does: a file of names for each language."""

from collections.abc import Mapping, Sequence
from typing import Any

from generator.model.addresses import MODELS, place_in, search_names_file
from generator.model.hub import Hub, Language
from generator.model.record import PageRecord
from generator.model.site import ListPage


def search_names(ordered: Sequence[PageRecord], hub: Hub, language: Language, facts: str) -> ListPage:
    """What every page is called and what lists say of it, in lists' order: behind the models come the guides.

    Args:
        facts: path of the file by which they are narrowed.
    """
    told = [record.told[language.code] for record in ordered]
    claims = {each: index for index, each in enumerate(sorted({(each.sign, *each.said) for each in told}))}
    tags = sorted({tag for record in ordered for tag in record.tags})
    found: Mapping[str, Any] = {
        "place": place_in(language, MODELS),
        "facets": facts,
        "claims": tuple(claims),
        "tags": {tag: " ".join([tag, *hub.tags[tag].values()]) for tag in tags},
        "models": tuple(_model(record, language, claims) for record in ordered),
    }
    return ListPage(search_names_file(language), "", language.code, "", (), found)


def _model(record: PageRecord, language: Language, claims: Mapping[tuple[str, str, str], int]) -> tuple[object, ...]:
    """Its id, title, summary, claims, task, tags and entries.

    Where its summary or its text is in another language than the list, both languages come behind.
    """
    told = record.told[language.code]
    own = claims[told.sign, *told.said]
    known = record.id, record.title_in(language.code), told.summary, own, record.task, record.tags, record.entries
    is_own = told.summary_lang == told.lang == language.lang
    return known if is_own else (*known, told.summary_lang, told.lang)
