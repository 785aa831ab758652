"""What cards say of other models, from the records of these; where all records are as they were, from few of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from generator.commands.blobs import Blobs
from generator.commands.kept import Kept, KeptPage
from generator.decoding import from_msgpack
from generator.model.comparison import Column
from generator.model.hub import Hub
from generator.model.record import PageRecord
from generator.rendering.comparing import columns_by
from generator.rendering.environment import Templates
from generator.rendering.related import related_pages, related_told
from generator.seen import digest_of


@dataclass(frozen=True, slots=True)
class Said:
    """What a page's cards say of other models."""

    relatives: tuple[str, ...]
    """The ids of these, in their order."""
    digest: str
    """Of what is said."""
    html: Mapping[str, str]
    """By the code of each language, as is the next."""
    columns: Mapping[str, tuple[Column, ...]]
    """What is compared: the page itself, and its relatives."""


def read_records(digests: Iterable[str], blobs: Blobs) -> list[PageRecord]:
    """Records as they are kept. Raises LostBlobError."""
    return [from_msgpack(data, PageRecord) for data in blobs.get_all(digests)]


def said_of_all(
    pages: Mapping[str, KeptPage], records: list[PageRecord], hub: Hub, templates: Templates
) -> dict[str, Said]:
    """By path, for each page that is shown. Raises TemplatesError.

    Args:
        records: of all these pages.
    """
    relatives = related_pages(records)
    told = related_told(relatives, records, hub, templates)
    columns = columns_by(relatives, records, hub)
    said = {
        page_id: Said(relatives[page_id], _digest(html, columns[page_id]), html, columns[page_id])
        for page_id, html in told.items()
    }
    return {path: said[page.made.page_id] for path, page in pages.items() if page.made.page_id}


def said_again(paths: Iterable[str], kept: Kept, blobs: Blobs, hub: Hub, templates: Templates) -> dict[str, Said]:
    """The same for some pages, where every record is what is kept of it. Raises LostBlobError and TemplatesError."""
    pages = {path: kept.pages[path] for path in paths}
    relatives = {page.made.page_id: page.relatives for page in pages.values()}
    named = {page_id for own, ids in relatives.items() for page_id in (own, *ids)}
    digests = (page.made.record for page in kept.pages.values() if page.made.page_id in named)
    records = read_records(digests, blobs)
    told, columns = related_told(relatives, records, hub, templates), columns_by(relatives, records, hub)
    return {
        path: Said(page.relatives, page.related, told[page.made.page_id], columns[page.made.page_id])
        for path, page in pages.items()
    }


def _digest(html: Mapping[str, str], columns: Mapping[str, tuple[Column, ...]]) -> str:
    """Of what is said of others: a page that says something else of itself is made again for that."""
    others = {code: of[1:] for code, of in columns.items()}
    return digest_of(sorted(html.items()), msgspec.msgpack.encode(sorted(others.items())))
