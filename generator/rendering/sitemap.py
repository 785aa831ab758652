"""sitemap.xml, as https://www.sitemaps.org and Google's extension for languages have it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from generator.model.addresses import CHOOSER, SITEMAP, alternates, card_place, place_in, sitemap_part
from generator.model.hub import Hub
from generator.model.record import PageRecord
from generator.model.site import ListPage, RenderedFile

MOST_ADDRESSES = 50_000
MOST_BYTES = 50 * 1024 * 1024
"""What one file may hold. A larger map is several, and sitemap.xml the list of them."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MAP = f'{_XML}<urlset xmlns="{_SCHEMA}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
_MAP_END = "</urlset>\n"
_INDEX = f'{_XML}<sitemapindex xmlns="{_SCHEMA}">\n'


def render_sitemap(records: Sequence[PageRecord], lists: Iterable[ListPage], hub: Hub) -> Iterator[RenderedFile]:
    """Every page that has an address of its own, with its other languages: lists, and cards in the languages that they
    are written in. A card that is shown in another one points at its original."""
    codes = {card_place(record.id): set(record.languages) for record in records}
    of_lists: dict[str, set[str]] = defaultdict(set)
    for page in lists:
        if page.path.endswith("index.html") and (page.path != CHOOSER or hub.has_one_language):
            of_lists[page.here].add(page.language)
    updated = {card_place(record.id): record.updated for record in records if record.updated}
    if updated:
        updated[""] = max(updated.values(), key=datetime.fromisoformat)
    entries: dict[str, str] = {}
    for here, of in (codes | of_lists).items():
        rest = _rest(here, of, hub, updated.get(here))
        places = [place_in(language, here) for language in hub.languages if language.code in of]
        for place in [*places, ""] if here == "" else places:
            entries[place] = f"<url><loc>{escape(hub.base_url + place)}</loc>{rest}</url>\n"
    yield from _files([entries[place] for place in sorted(entries)], hub)


def _rest(here: str, codes: set[str], hub: Hub, updated: str | None) -> str:
    """What is said of a page in all its languages alike."""
    lines = [f"<lastmod>{escape(updated)}</lastmod>"] if updated else []
    lines += [
        f'<xhtml:link rel="alternate" hreflang={quoteattr(other.lang)} href={quoteattr(hub.base_url + other.path)}/>'
        for other in alternates(hub, here, codes)
    ]
    return "".join(lines)


def _files(entries: Sequence[str], hub: Hub) -> Iterator[RenderedFile]:
    parts = list(_parts(entries))
    if len(parts) == 1:
        yield RenderedFile(SITEMAP, parts[0])
        return
    named = [RenderedFile(sitemap_part(number), part) for number, part in enumerate(parts, 1)]
    yield from named
    listed = "".join(f"<sitemap><loc>{escape(hub.base_url + file.path)}</loc></sitemap>\n" for file in named)
    yield RenderedFile(SITEMAP, f"{_INDEX}{listed}</sitemapindex>\n".encode())


def _parts(entries: Sequence[str]) -> Iterator[bytes]:
    part: list[bytes] = []
    room = MOST_BYTES - len(_MAP) - len(_MAP_END)
    size = 0
    for entry in entries:
        data = entry.encode()
        if part and (len(part) == MOST_ADDRESSES or size + len(data) > room):
            yield _whole(part)
            part, size = [], 0
        part.append(data)
        size += len(data)
    yield _whole(part)


def _whole(part: Sequence[bytes]) -> bytes:
    return b"".join([_MAP.encode(), *part, _MAP_END.encode()])
