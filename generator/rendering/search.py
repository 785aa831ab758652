"""What search finds of each card: a document of its own, so that no word of the interface and no output is found."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from markupsafe import escape as _e  # format() of Markup takes several times as long

from generator.model.addresses import card_file
from generator.model.hub import Hub, Language
from generator.model.site import SearchDocument
from generator.rendering.cards import ShownPage
from generator.rendering.search_words import extra_words, han_characters
from generator.rendering.tables import Table

_HEADING = re.compile(r'<h[1-6] id="([^"]*)">(.*?)</h[1-6]>', re.S)
_INLINE = re.compile(r"</?(?:sub|sup|em|strong|code|a|kbd|s|span)\b[^>]*>")
_BLOCK = re.compile(r"<[^>]*>")
_UNSEEN = "\ue000 {} \ue001"
"""Words that are there to be found and not to be read: the script takes them out of what it shows of a text."""

_WEIGHTS = {"title": 10, "summary": 5, "tags": 3, "text": 1}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A heading's text up to the next one."""

    anchor: str
    title: str
    text: str


def search_documents(pages: Sequence[ShownPage], hub: Hub) -> Iterator[SearchDocument]:
    """A document for each page and language: of what its readers are shown, be that in another language."""
    for language in hub.languages:
        for shown in pages:
            yield _document(card_file(language, shown.id), shown, language, hub)


def _document(path: str, shown: ShownPage, language: Language, hub: Hub) -> SearchDocument:
    page, head = shown.page, shown.page.front_matter
    title = head.title_in(language.code)
    others = [head.summary[code] for code in head.summary if code != language.code]
    tags = [name for tag in head.tags for name in (tag, *hub.tags[tag].values())]
    tags += [_tag(shown.task, language, hub)] if shown.task else []
    tags += [text for text in (shown.license, shown.weights_license, *head.datasets) if text]
    chunks = _chunks(shown, language)
    text = (
        f'<h2 id="{_e(chunk.anchor)}">{_e(chunk.title)}</h2><p>{_e(chunk.text)}</p>'
        + _words(f"{chunk.title} {chunk.text}", "text")
        for chunk in chunks
    )
    everything = "".join([*tags, *head.summary.values(), *(chunk.title + chunk.text for chunk in chunks)])
    summary = shown.summary(language.code)
    parts = [
        f'<!doctype html><html lang="{_e(language.lang)}">',
        "<body data-pagefind-body>",
        f'<h1 data-pagefind-meta="title">{_e(title)}</h1>',
        _words(f"{title} {''.join(title.split())} {page.id}", "title"),
        f'<p data-pagefind-meta="summary">{_e(summary)}</p>',
        _words(summary, "summary"),
        _words(" ".join([*tags, *others]), "tags", *tags),
        *text,
        _words(page.sample_code, "text", *han_characters(everything)),
        "</body></html>",
    ]
    return SearchDocument(path, "".join(parts))


def _words(text: str, kind: str, *more: str) -> str:
    words = " ".join([extra_words(text), *more])
    return f'<p data-pagefind-weight="{_WEIGHTS[kind]}">{_UNSEEN.format(_e(words))}</p>'


def _tag(value: str, language: Language, hub: Hub) -> str:
    return hub.tags[value][language.code] if value in hub.tags else value


def _chunks(shown: ShownPage, language: Language) -> list[Chunk]:
    # Code is there to be copied: what it is for is said around it.
    parts = [
        part.html if isinstance(part, Table) else part
        for part in shown.texts[shown.section_for(language.code).language].parts
        if isinstance(part, Markup | Table)
    ]
    before, *pieces = _HEADING.split("\n".join(parts))
    rows = [("", "", before), *zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)]
    return [Chunk(html.unescape(anchor), _text(title), _text(text)) for anchor, title, text in rows if title or text]


def _text(markup: str) -> str:
    """The words of rendered Markdown; its renderer leaves no `<` or `>` but those of tags."""
    return " ".join(html.unescape(_BLOCK.sub(" ", _INLINE.sub("", markup))).split())
