"""Whether every link within the site leads somewhere, asked of what was built and not of what was written."""

import html
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from urllib.parse import unquote, urlsplit

from generator.model.addresses import card_id, root_of
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.site import RenderedFile

# Text has its quotes escaped wherever it stands, so that this only ever matches within a tag.
_ATTRIBUTE = re.compile(rb'\s(id|href|src)="([^"]*)"')
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a file to a place of the site."""

    target: str
    """File or folder below the site's root."""
    anchor: str
    url: str
    """As it stands in the file."""
    line: int
    """Of the file."""


@dataclass(frozen=True, slots=True)
class FileLinks:
    """What a file links to, and what can be linked to in it."""

    path: str
    ids: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link within the site that leads nowhere."""

    path: str
    """The file that holds it."""
    url: str
    """As it stands there."""
    has_page: bool
    """Whether the page is there and only the place on it is not."""
    line: int


def links_of(file: RenderedFile, base_url: str = "") -> FileLinks:
    """The links within the site that one of its files has, each address once."""
    if not file.path.endswith(".html"):
        return FileLinks(file.path)
    ids, lines = set(), dict[bytes, int]()
    line, end = 1, 0
    for match in _ATTRIBUTE.finditer(file.data):
        line, end = line + file.data.count(b"\n", end, match.start(2)), match.start(2)
        if match[1] == b"id":
            ids.add(html.unescape(match[2].decode()))
        else:
            lines.setdefault(match[2], line)
    links = []
    for value, line in lines.items():
        url = intern(html.unescape(value.decode()))
        if target := _target(url, file.path, base_url):
            links.append(Link(intern(target[0]), intern(target[1]), url, line))
    return FileLinks(file.path, frozenset(ids), tuple(links))


def broken_links(files: Sequence[FileLinks]) -> list[BrokenLink]:
    """The links of a site's files that lead to none of them."""
    ids = {file.path: file.ids for file in files}
    found = []
    for file in files:
        for link in file.links:
            there = next((ids[path] for path in _files_of(link.target) if path in ids), None)
            if there is None or (link.anchor and link.anchor not in there):
                found.append(BrokenLink(file.path, link.url, there is not None, link.line))
    return sorted(found, key=lambda link: (link.path, link.url))


def link_findings(broken: Iterable[BrokenLink], pages: Sequence[Page], folder: Path) -> list[Diagnostic]:
    """Broken links as findings: at their line of the page that has them, else at that of the site's file."""
    by_id = {page.id: page for page in pages}
    findings: dict[tuple[str, int, str], Diagnostic] = {}
    for link in broken:
        page = by_id.get(card_id(link.path))
        line = _line_in(page.source, link.url) if page else 0
        path = page.path if page and line else str(folder / link.path)
        what = "has no such place on it" if link.has_page else "is no page or file of the site"
        message = f"this link is broken: {link.url} {what}"
        line = line or link.line
        findings[(path, line, link.url)] = Diagnostic(path, line, 1, "broken-link", message, "warning")
    return sorted(findings.values())


def _target(url: str, path: str, base_url: str) -> tuple[str, str] | None:
    """The file or folder that a link names and the place on it; None for one that leads out of the site."""
    root = root_of(path)
    place, _, anchor = url.partition("#")
    if base_url and place.startswith(base_url):
        place = place[len(base_url) :]
    elif _SCHEME.match(place):
        return None
    elif not place:
        place = path
    elif place.startswith(root) and root != "./":
        place = place[len(root) :]
    elif place.startswith("/"):
        place = place.removeprefix(urlsplit(base_url).path or "/")  # what is not below it is nothing of the site
    else:
        place = posixpath.join(posixpath.dirname(path), place)
    place = place.partition("?")[0]
    if "%" in place or "%" in anchor:
        place, anchor = unquote(place), unquote(anchor)
    if "./" in place or "//" in place:
        place = posixpath.normpath(place) + ("/" if place.endswith("/") else "")
        place = "" if place in (".", "./") else place
    return place, anchor


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
