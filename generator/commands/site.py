"""The one way from a hub to its site: `build` goes it once and publishes, `serve` goes it at every change."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from generator.commands.check import error_rules, read_and_check
from generator.commands.root import HubRoot
from generator.evidence.keeping import read_evidence
from generator.memory import Memory
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.site import Pictures, RenderedFile, SearchDocument, SiteContext
from generator.reading.page_pictures import read_pictures
from generator.rendering.environment import load_templates, template_folders
from generator.rendering.link_check import broken_links, link_findings, links_of
from generator.rendering.search import search_documents, search_filters
from generator.rendering.whole_site import render_site, show_pages, with_known_tags
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan
from generator.searching.pagefind_index import SearchError

Index = Callable[[Sequence[SearchDocument]], Sequence[RenderedFile]]
"""Documents to the files of a search index; none where there is none yet. Raises SearchError."""


@dataclass(frozen=True, slots=True)
class Site:
    """A hub's site."""

    pages: Sequence[Page]
    """Those that it shows."""
    files: Iterator[RenderedFile]
    """Made as they are asked for, once: a large hub's fill a memory. Raises TemplatesError."""
    findings: Sequence[Diagnostic]
    """What is wrong with pages and evidence; of links see `check_links`."""
    notes: Sequence[str]
    """What the site lacks that it could have, and why."""
    lacks_search: bool = False
    """Whether it was to have a search, and none can be made on this machine."""


def make_site(
    root: HubRoot,
    memory: Memory,
    paths: Sequence[Path] = (),
    evidence: Sequence[Path] = (),
    index: Index | None = None,
    before: Sequence[Page] = (),
) -> Site:
    """The site of every page without an error, from the evidence at hand.

    Args:
        memory: what was made before, and is made anew only where something that it is made from has changed.
        paths: pages and folders of them; by default the hub's.
        evidence: more folders of runs.
        index: makes the search; without one the site has none.
        before: pages as they last were; one that has an error now is shown so.

    Raises FileNotFoundError, ConfigError and TemplatesError.
    """
    hub = root.config.hub
    read, findings = read_and_check(root, paths, error_rules(root), memory)
    broken = {finding.path for finding in findings if finding.severity == "error"}
    sound = [*(page for page in read if page.path not in broken), *(page for page in before if page.path in broken)]
    pages = [with_known_tags(page, hub) for page in sorted(sound, key=lambda page: page.path)]
    runs, evidence_findings = memory.read("evidence", read_evidence, [*evidence, *root.evidence])
    templates = memory.read("templates", partial(load_templates, memory=memory), template_folders(root.folder))
    uses = {page.id: memory.recall(f"{page.id} uses", entry_uses, page.sample.code) for page in pages}
    shown = show_pages(pages, plan(pages), runs, uses, read_pictures(pages, root.page_pictures), memory)
    pictures, notes = _pictures(root, pages, templates.strings, memory)
    documents = list(search_documents(shown, hub, templates)) if index else []
    try:
        found = index(documents) if index else ()
        no_search = []
    except SearchError as error:
        found, no_search = (), [f"the site has no search: {error}"]
    by_path = Counter(finding.path for finding in findings)
    known = SiteContext(
        findings={page.id: by_path[page.path] for page in pages},
        alive_links=_alive_links(root.alive_links),
        pictures=pictures,
        search=search_filters(shown, hub, templates) if found else None,
    )
    files = chain(found, render_site(shown, hub, templates, known))
    return Site(pages, files, [*findings, *evidence_findings], [*notes, *no_search], bool(no_search))


def check_links(
    files: Iterable[RenderedFile], pages: Sequence[Page], root: HubRoot, folder: Path, memory: Memory
) -> list[Diagnostic]:
    """The broken links among all files of a site; one that no page's author wrote is one of the file in this folder."""
    base_url = root.config.base_url
    links = [memory.recall(f"{file.path} links", links_of, file, base_url) for file in files]
    return link_findings(broken_links(links), pages, folder)


def _pictures(
    root: HubRoot, pages: Sequence[Page], strings: Mapping[str, Mapping[str, str]], memory: Memory
) -> tuple[Pictures, list[str]]:
    """The pictures that are shown with links, and what is to be said of them and of all else that needs an address."""
    if not root.config.base_url:
        return {}, ["no sitemap, feeds or pictures for links: base_url is not set (in hub.toml, or with --base-url)"]
    if not root.config.social_images:
        return {}, []
    from generator.rendering.social_images import social_images  # drawing is slow to load, and not every site has it

    pictures = social_images(pages, root.config.hub, strings, root.social_images, memory.map)
    if not pictures:
        return {}, ["no pictures for links: no font with Chinese characters was found (Debian: fonts-noto-cjk)"]
    return pictures, []


def _alive_links(cache_file: Path) -> Mapping[str, int] | None:
    """What asking about links to other sites taught, however long ago; None where nobody asked."""
    try:
        found = json.loads(cache_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
