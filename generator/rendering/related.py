"""Models that are like another one: they share its tags and the data sets it was trained or measured on."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice

from markupsafe import Markup

from generator.model.addresses import list_value
from generator.model.hub import Hub, Language
from generator.model.record import ROOT, PageRecord, ToldIn
from generator.rendering.environment import Templates

MOST = 4
"""How many a card names."""

_SHARED = "\1"
"""Stands where it is said what all relatives have in common."""


def related_pages(records: Sequence[PageRecord]) -> Mapping[str, tuple[str, ...]]:
    """Page id to the ids of its nearest relatives; a guide has none.

    Pages with the same tags and data sets come first, then those with the same tags, then those with its rarest tag.
    Each group is a ring, of which a page names those that follow it: so every page is named by others, and the work
    does not grow with the size of a group.
    """
    groups: dict[Hashable, list[str]] = defaultdict(list)
    keys: dict[str, tuple[Hashable, ...]] = {}
    of_tag: dict[str, int] = defaultdict(int)
    models = [record for record in records if not record.is_guide]
    for record in models:
        for tag in record.tags:
            of_tag[tag] += 1
    for record in sorted(models, key=lambda record: record.order):
        tags = tuple(sorted(record.tags))
        rarest = min(tags, key=lambda tag: (of_tag[tag], tag), default="")
        data = tuple(sorted(map(list_value, record.datasets)))
        keys[record.id] = (("data", tags, data), ("tags", tags), ("tag", rarest))
        for key in keys[record.id]:
            groups[key].append(record.id)
    places = {(key, name): index for key, names in groups.items() for index, name in enumerate(names)}
    found: dict[str, tuple[str, ...]] = {record.id: () for record in records}
    for name, of_page in keys.items():
        near = (other for key in of_page for other in _after(groups[key], places[key, name]))
        found[name] = tuple(islice(dict.fromkeys(near), MOST))
    return found


def related_told(
    relatives: Mapping[str, Sequence[str]], records: Sequence[PageRecord], hub: Hub, templates: Templates
) -> Mapping[str, Mapping[str, str]]:
    """Page id and language code to what the page's card says of its relatives; empty where it has none.

    Raises TemplatesError.

    Args:
        relatives: the ids of each page's.
        records: of all of these.
    """
    by_id = {record.id: record for record in records}
    around = {language.code: _around(language, templates) for language in hub.languages}
    return {
        page_id: {
            code: _told([by_id[name].told[code] for name in names], *html) if names else ""
            for code, html in around.items()
        }
        for page_id, names in relatives.items()
    }


def _told(relatives: Sequence[ToldIn], around: str, around_alike: str) -> str:
    """What a card says of its relatives; of those of one state what that is once."""
    said = {each.claims for each in relatives}
    if len(relatives) < 2 or len(said) != 1:
        return around.replace(ROOT, "".join(f"{each.related}\n" for each in relatives))
    (shared,) = said
    rows = "".join(f"{each.related.replace(shared, '', 1)}\n" for each in relatives)
    return around_alike.replace(_SHARED, shared).replace(ROOT, rows)


def with_related(card: bytes, mark: str, told: str, root: str) -> bytes:
    """A card with this in the place of the mark, where its template has one.

    Args:
        root: what leads from the card to the site's root.
    """
    return card.replace(mark.encode(), told.replace(ROOT, root).encode())


def retold(card: bytes, before: str, told: str, root: str) -> bytes:
    """A finished card that says something else of its relatives; the same where it says nothing of any."""
    return with_related(card, before.replace(ROOT, root), told, root) if before else card


def _around(language: Language, templates: Templates) -> tuple[str, str]:
    """What stands around the relatives, with `ROOT` in their place; and around those of one state, with its mark."""
    one, other = (
        str(templates.fragment("related.html", language, items=Markup(ROOT), shared=Markup(shared))) + "\n"
        for shared in ("", _SHARED)
    )
    return one, other


def _after(ring: Sequence[str], place: int) -> Iterator[str]:
    for step in range(1, min(len(ring), MOST + 1)):
        yield ring[(place + step) % len(ring)]
