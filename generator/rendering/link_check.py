"""Whether every link within the site leads somewhere, asked of what was built and not of what was written."""

import html
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.site import RenderedFile
from generator.rendering.addresses import root_of

# Text has its quotes escaped wherever it stands, so that this only ever matches within a tag.
_ATTRIBUTE = re.compile(rb'\s(id|href|src)="([^"]*)"')
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_CARD = re.compile(r"[^/]+/models/([^/]+)/index\.html")


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link within the site that leads nowhere."""

    path: str
    """The file that holds it."""
    url: str
    """As it stands there."""
    has_page: bool
    """Whether the page is there and only the place on it is not."""


class LinkCheck:
    """Looks at every file of a site as it passes by, and knows at the end which links are broken."""

    def __init__(self, base_url: str = "") -> None:
        self._base_url = base_url
        self._folder = urlsplit(base_url).path or "/"
        self._ids: dict[str, frozenset[str]] = {}
        self._links: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        """Target and anchor to the files that name them, each with the words it does so in."""

    def watch(self, files: Iterable[RenderedFile]) -> Iterator[RenderedFile]:
        """The same files."""
        for file in files:
            self._add(file)
            yield file

    def broken(self) -> list[BrokenLink]:
        """The links of the files so far that lead to none of them."""
        found = []
        for (target, anchor), places in self._links.items():
            ids = next((self._ids[path] for path in _files_of(target) if path in self._ids), None)
            if ids is None or (anchor and anchor not in ids):
                found += [BrokenLink(path, url, ids is not None) for path, url in places]
        return sorted(found, key=lambda link: (link.path, link.url))

    def _add(self, file: RenderedFile) -> None:
        if not file.path.endswith(".html"):
            self._ids[file.path] = frozenset()
            return
        found: dict[bytes, set[bytes]] = {b"id": set(), b"href": set(), b"src": set()}
        for name, value in _ATTRIBUTE.findall(file.data):
            found[name].add(value)
        self._ids[file.path] = frozenset(html.unescape(value.decode()) for value in found[b"id"])
        root = root_of(file.path)
        for value in found[b"href"] | found[b"src"]:
            url = html.unescape(value.decode())
            target = self._target(url, file.path, root)
            if target is not None:
                self._links[target].append((file.path, url))

    def _target(self, url: str, path: str, root: str) -> tuple[str, str] | None:
        """The file or folder that a link names and the place on it; None for one that leads out of the site."""
        place, _, anchor = url.partition("#")
        if self._base_url and place.startswith(self._base_url):
            place = place[len(self._base_url) :]
        elif _SCHEME.match(place):
            return None
        elif not place:
            place = path
        elif place.startswith(root) and root != "./":
            place = place[len(root) :]
        elif place.startswith("/"):
            place = place.removeprefix(self._folder)  # what is not below it is nothing of the site, and not found
        else:
            place = posixpath.join(posixpath.dirname(path), place)
        place = place.partition("?")[0]
        if "%" in place or "%" in anchor:
            place, anchor = unquote(place), unquote(anchor)
        if "./" in place or "//" in place:
            place = posixpath.normpath(place) + ("/" if place.endswith("/") else "")
            place = "" if place in (".", "./") else place
        return place, anchor


def link_findings(broken: Iterable[BrokenLink], pages: Sequence[Page], site: Path) -> list[Diagnostic]:
    """Broken links as findings: at their line of the page that has them, else at that of the site's file."""
    by_id = {page.id: page for page in pages}
    findings: dict[tuple[str, int, str], Diagnostic] = {}
    for link in broken:
        card = _CARD.fullmatch(link.path)
        page = by_id.get(card[1]) if card else None
        line = _line_in(page.source, link.url) if page else 0
        path = page.path if page and line else str(site / link.path)
        what = "has no such place on it" if link.has_page else "is no page or file of the site"
        message = f"this link is broken: {link.url} {what}"
        line = line or _line_of_file(site / link.path, link.url)
        findings[(path, line, link.url)] = Diagnostic(path, line, 1, "broken-link", message, "warning")
    return sorted(findings.values())


def _files_of(target: str) -> tuple[str, ...]:
    """The files that a web server would answer with, the first there is."""
    if not target:
        return ("index.html",)
    return (target + "index.html",) if target.endswith("/") else (target, f"{target}/index.html")


def _line_in(source: str, url: str) -> int:
    for number, line in enumerate(source.split("\n"), start=1):
        if url in line or unquote(url) in line:
            return number
    return 0


def _line_of_file(path: Path, url: str) -> int:
    escaped = html.escape(url)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if f'"{url}"' in line or f'"{escaped}"' in line:
            return number
    return 1
