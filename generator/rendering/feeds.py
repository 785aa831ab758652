"""An Atom feed (RFC 4287) of the latest changes for each language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from generator.model.addresses import card_place, feed, place_in
from generator.model.hub import Hub, Language
from generator.model.record import PageRecord
from generator.model.site import RenderedFile

_ENTRIES = 50
"""Readers keep what they have seen: only what is new need be told."""

_NEVER = "1970-01-01T00:00:00Z"

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_feeds(
    records: Sequence[PageRecord], hub: Hub, strings: Mapping[str, Mapping[str, str]]
) -> Iterator[RenderedFile]:
    """The feed of each language: pages that are written in it and whose last change is known, the latest first.

    A feed must say when it last changed: one without any entry says that it never did.
    """
    dated = [(_utc(record.updated), record) for record in records if record.updated]
    dated.sort(key=lambda row: row[1].id)
    dated.sort(key=lambda row: row[0], reverse=True)
    for language in hub.languages:
        own = [row for row in dated if language.code in row[1].languages][:_ENTRIES]
        yield _feed(own, hub, language, strings[language.code])


def _feed(
    rows: Sequence[tuple[str, PageRecord]], hub: Hub, language: Language, words: Mapping[str, str]
) -> RenderedFile:
    home = hub.base_url + place_in(language)
    path = feed(language)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language.lang)}>\n'
        f"<id>{escape(hub.base_url + path)}</id>\n"
        f"<title>{_text(hub.title_in(language))} · {_text(words['feed_title'])}</title>\n"
        f"<updated>{rows[0][0] if rows else _NEVER}</updated>\n"
        f"<author><name>{_text(hub.title_in(language))}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(hub.base_url + path)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(home)}/>\n'
    ]
    parts += [_entry(updated, record, hub, language) for updated, record in rows]
    return RenderedFile(path, ("".join(parts) + "</feed>\n").encode())


def _entry(updated: str, record: PageRecord, hub: Hub, language: Language) -> str:
    url = hub.base_url + place_in(language, card_place(record.id))
    categories = "".join(
        f"<category term={quoteattr(tag)} label={quoteattr(_clean(hub.tags[tag][language.code]))}/>\n"
        for tag in record.tags
    )
    return (
        f"<entry>\n<id>{escape(url)}</id>\n<title>{_text(record.title_in(language.code))}</title>\n<updated>{updated}</updated>\n"
        f"<author><name>{_text(record.author)}</name></author>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(url)}/>\n'
        f"{categories}<summary>{_text(record.told[language.code].summary)}</summary>\n</entry>\n"
    )


def _utc(time: str) -> str:
    """A time in UTC, so that times sort and say the same wherever the commit was made."""
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold at all."""
    return _NOT_XML.sub("", text)
