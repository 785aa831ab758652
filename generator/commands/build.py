"""Render the site."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from generator.commands.check import error_rules, read_and_check
from generator.commands.root import HubRoot
from generator.evidence.keeping import read_evidence
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.site import RenderedFile, SearchDocument, SiteContext
from generator.parallel import pool
from generator.publishing import publish
from generator.reading.pictures import read_pictures
from generator.rendering.environment import Templates, load_templates, template_folders
from generator.rendering.link_check import LinkCheck, link_findings
from generator.rendering.whole_site import render_site
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan
from generator.searching.pagefind_index import SearchError, index_documents


class Indexing:
    """Makes the search index, or keeps why there is none."""

    def __init__(self, cache: Path) -> None:
        self.problem = ""
        self._cache = cache

    def __call__(self, documents: Sequence[SearchDocument]) -> Sequence[RenderedFile]:
        """The files of an index; none where Pagefind does not run here."""
        try:
            return index_documents(documents, self._cache)
        except SearchError as error:
            self.problem = str(error)
            return ()


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` wrote and found."""

    pages: int
    files: int
    findings: Sequence[Diagnostic]
    notes: Sequence[str]
    """What the site lacks that it could have, and why."""
    no_search: str = ""
    """Why the site has no search, where it was to have one."""


def build(
    root: HubRoot, paths: Sequence[Path], out: Path, evidence: Sequence[Path] = (), *, search: bool = True
) -> Built:
    """Render every page without an error and put the site in `out`, from the evidence at hand.

    Where an index for the search cannot be made on this machine, the site is built without one.

    Raises FileNotFoundError, TemplatesError and PublishError; the site is then as it was.
    """
    pages, findings = read_and_check(root, paths, error_rules(root))
    broken = {finding.path for finding in findings if finding.severity == "error"}
    sound = [page for page in pages if page.path not in broken]
    runs, evidence_findings = read_evidence([*evidence, *root.evidence])
    templates = load_templates(template_folders(root.folder))
    pictures, notes = _pictures(root, sound, templates)
    templates = replace(templates, pictures=pictures)
    known = known_of(root, sound, findings)
    index = Indexing(root.folder / ".hub" / "search") if search and root.config.search else None
    files = render_site(sound, plan(sound), runs, root.config.hub, templates, known, index)
    links = LinkCheck(root.config.base_url)
    number = publish(links.watch(files), out)
    findings = [*findings, *evidence_findings, *link_findings(links.broken(), sound, out)]
    return Built(len(sound), number, findings, notes, index.problem if index else "")


def _pictures(
    root: HubRoot, pages: Sequence[Page], templates: Templates
) -> tuple[Mapping[tuple[str, str], RenderedFile], list[str]]:
    """The pictures that are shown with links, and what is to be said of them and of all else that needs an address."""
    if not root.config.base_url:
        return {}, ["no sitemap, feeds or pictures for links: base_url is not set (in hub.toml, or with --base-url)"]
    if not root.config.social_images:
        return {}, []
    from generator.rendering.social_images import social_images  # drawing is slow to load, and not every site has it

    with pool() as mapper:
        pictures = social_images(pages, root.config.hub, templates.strings, root.social_images, mapper)
    if not pictures:
        return {}, ["no pictures for links: no font with Chinese characters was found (Debian: fonts-noto-cjk)"]
    return pictures, []


_uses = lru_cache(maxsize=4096)(entry_uses)  # the pages of a hub that is served are asked at every change


def known_of(root: HubRoot, pages: Sequence[Page], findings: Sequence[Diagnostic]) -> SiteContext:
    """What is known of the pages besides what they say and how they ran."""
    return SiteContext(
        page_pictures=read_pictures(pages, root.page_pictures),
        entries={page.id: _uses(page.sample.code) for page in pages},
        findings=_findings_by_page(pages, findings),
        alive_links=_alive_links(root.folder / ".hub" / "links.json"),
    )


def _findings_by_page(pages: Sequence[Page], findings: Sequence[Diagnostic]) -> Mapping[str, int]:
    by_path = Counter(finding.path for finding in findings)
    return {page.id: by_path[page.path] for page in pages}


def _alive_links(cache_file: Path) -> Mapping[str, int] | None:
    """What asking about links to other sites taught, however long ago; None where nobody asked."""
    try:
        found = json.loads(cache_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
