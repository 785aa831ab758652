"""Sites rendered in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.config import Config
from generator.model.history import NO_HISTORY, History
from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.run import EntryCheck, ScriptRun
from generator.model.site import PagePictures, RenderedFile, SearchDocument, SiteContext
from generator.rendering.environment import load_templates
from generator.rendering.search import search_documents
from generator.rendering.template_folders import template_folders
from generator.rendering.verification import PageRuns
from generator.rendering.whole_site import render_site, show_page, with_known_tags
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from generator.searching.documents import Documents, write_document
from generator.searching.pagefind_index import index_documents

ROOT = Path(__file__).parents[2]
HUB = Config().hub
NOTHING = SiteContext()


def site_files(
    *pages: Page,
    evidence: Mapping[str, Sequence[ScriptRun]] | None = None,
    known: SiteContext = NOTHING,
    hub: Hub = HUB,
    pictures: Mapping[str, PagePictures] | None = None,
    checks: Mapping[str, Sequence[EntryCheck]] | None = None,
    histories: Mapping[str, History] | None = None,
    index: Callable[[Sequence[SearchDocument]], Sequence[RenderedFile]] | None = None,
) -> list[RenderedFile]:
    """Every file of the site of these pages; with a search, if it is given what makes an index."""
    templates = load_templates(template_folders(ROOT))
    shown = [
        show_page(
            with_known_tags(page, hub),
            [*plan([page]), *(variant for script in plan([page]) for variant in variants(script))],
            PageRuns(
                (evidence or {}).get(page.id, ()),
                (checks or {}).get(page.id, ()),
                (histories or {}).get(page.id, NO_HISTORY),
            ),
            entry_uses(page.sample_code),
            (pictures or {}).get(page.id, {}),
        )
        for page in pages
    ]
    found = index(list(search_documents(shown, hub))) if index else ()
    known = replace(known, has_search=bool(found))
    return [*found, *render_site(shown, hub, templates, known)]


def indexed(found: Sequence[SearchDocument], cache: Path | None = None) -> list[RenderedFile]:
    """The index of these documents."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        digests = {document.path: write_document(document, folder) for document in found}
        return index_documents(Documents(folder, digests), cache)


def a_site(
    *pages: Page,
    evidence: Mapping[str, Sequence[ScriptRun]] | None = None,
    known: SiteContext = NOTHING,
    hub: Hub = HUB,
    pictures: Mapping[str, PagePictures] | None = None,
    checks: Mapping[str, Sequence[EntryCheck]] | None = None,
    histories: Mapping[str, History] | None = None,
) -> dict[str, str]:
    """The same as text, by path."""
    files = site_files(
        *pages, evidence=evidence, known=known, hub=hub, pictures=pictures, checks=checks, histories=histories
    )
    return {file.path: file.data.decode("utf-8", "replace") for file in files}


VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "wbr"})
"""Elements that have no end."""


class Elements(HTMLParser):
    """The elements of a page: what a browser would make of it, and not what it looks like in the source."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inline_scripts: list[dict[str, str | None]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(html)
        self.close()
        self.unbalanced += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))
        is_data = dict(attrs).get("type") == "application/ld+json"
        if tag == "script" and not is_data and not (dict(attrs).get("src") or "").lstrip("./").startswith("assets/"):
            self.inline_scripts.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A void element may be written as one that ends at once, as those of SVG are."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note an end that closes nothing."""
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Collect the text."""
        self.text += data

    def attributes(self, tag: str, name: str) -> list[str]:
        """One attribute of every element of a kind."""
        return [str(attributes[name]) for found, attributes in self.tags if found == tag and name in attributes]
