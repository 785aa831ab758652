"""Atom feeds (RFC 4287) for each language: of the latest changes of pages, and of what changed when they were run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from generator.model.addresses import NEWS, card_place, feed, news_feed, place_in
from generator.model.hub import Hub, Language
from generator.model.record import PageRecord, ToldNews
from generator.model.site import RenderedFile

_ENTRIES = 50
"""Readers keep what they have seen: only what is new need be told."""

_NEVER = "1970-01-01T00:00:00Z"

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a feed tells of one change. All but the last is plain text."""

    id: str
    title: str
    updated: str
    url: str
    summary: str
    more: str = ""
    """XML."""


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
        entries = [_of_page(updated, record, hub, language) for updated, record in own]
        title = f"{hub.title_in(language)} · {strings[language.code]['feed_title']}"
        yield _feed(feed(language), title, "", entries, hub, language)


def render_news_feeds(
    records: Sequence[PageRecord], hub: Hub, strings: Mapping[str, Mapping[str, str]]
) -> Iterator[RenderedFile]:
    """Likewise of what changed from run to run, in all models."""
    for language in hub.languages:
        every = ((news, record) for record in records for news in record.told[language.code].news)
        latest = sorted(every, key=lambda one: (one[0].started, one[0].id), reverse=True)[:_ENTRIES]
        entries = [_of_news(news, record, hub, language) for news, record in latest]
        title = f"{hub.title_in(language)} · {strings[language.code]['run_news']}"
        yield _feed(news_feed(language), title, NEWS, entries, hub, language)


def _feed(path: str, title: str, place: str, entries: Sequence[_Entry], hub: Hub, language: Language) -> RenderedFile:
    """A feed of what stands at a place below the language's folder, the latest entry first."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language.lang)}>\n'
        f"<id>{escape(hub.base_url + path)}</id>\n"
        f"<title>{_text(title)}</title>\n"
        f"<updated>{entries[0].updated if entries else _NEVER}</updated>\n"
        f"<author><name>{_text(hub.title_in(language))}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(hub.base_url + path)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(hub.base_url + place_in(language, place))}/>\n'
    ]
    return RenderedFile(path, "".join([*parts, *map(_xml, entries), "</feed>\n"]).encode())


def _xml(entry: _Entry) -> str:
    return (
        f"<entry>\n<id>{escape(entry.id)}</id>\n<title>{_text(entry.title)}</title>\n"
        f"<updated>{entry.updated}</updated>\n"
        f'{entry.more}<link rel="alternate" type="text/html" href={quoteattr(entry.url)}/>\n'
        f"<summary>{_text(entry.summary)}</summary>\n</entry>\n"
    )


def _of_page(updated: str, record: PageRecord, hub: Hub, language: Language) -> _Entry:
    url = hub.base_url + place_in(language, card_place(record.id))
    categories = "".join(
        f"<category term={quoteattr(tag)} label={quoteattr(_clean(hub.tags[tag][language.code]))}/>\n"
        for tag in record.tags
    )
    author = f"<author><name>{_text(record.author)}</name></author>\n"
    return _Entry(
        url, record.title_in(language.code), updated, url, record.told[language.code].summary, author + categories
    )


def _of_news(news: ToldNews, record: PageRecord, hub: Hub, language: Language) -> _Entry:
    identity = f"{hub.base_url}{place_in(language, NEWS)}#{news.id}"
    url = f"{hub.base_url}{place_in(language, card_place(record.id))}#Run"
    return _Entry(identity, news.title, _utc(news.started), url, news.summary)


def _utc(time: str) -> str:
    """A time in UTC, so that times sort and say the same wherever the commit was made."""
    try:
        return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):  # a file of evidence that somebody has written by hand
        return _NEVER


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold at all."""
    return _NOT_XML.sub("", text)
