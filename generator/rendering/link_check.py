"""Whether every link within the site leads somewhere, asked of what was built and not of what was written."""

import html
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from generator.model.addresses import card_id, root_of
from generator.model.diagnostic import Diagnostic
from generator.model.site import RenderedFile

_ATTRIBUTES = (b'id="', b'href="', b'src="')
_OTHER_CARD = re.compile(r"^\.\./([^/]+)/")
"""From a card to another, which its page names by the file of that one's."""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


class Link(NamedTuple):
    """A link of a file to a place of the site."""

    target: str
    """File or folder below the site's root."""
    anchor: str
    url: str
    """As it stands in the file."""


class FileLinks(NamedTuple):
    """What a file links to, and what can be linked to in it."""

    path: str
    ids: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()
    """Each once, without those that lead to a place of the file itself that is there."""


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link within the site that leads nowhere."""

    path: str
    """The file that holds it."""
    url: str
    """As it stands there."""
    has_page: bool
    """Whether the page is there and only the place on it is not."""


def links_of(file: RenderedFile, base_url: str = "") -> FileLinks:
    """The links within the site that one of its files has, each address once."""
    if not file.path.endswith(".html"):
        return FileLinks(file.path)
    ids = {html.unescape(value.decode()) for value in _values(file.data, _ATTRIBUTES[0])}
    links: dict[str, Link] = {}
    for name in _ATTRIBUTES[1:]:
        for value in _values(file.data, name):
            url = intern(html.unescape(value.decode()))
            if url not in links and (target := _target(url, file.path, base_url)):
                links[url] = Link(*target, url)
    kept = (link for link in links.values() if link.target != file.path or (link.anchor and link.anchor not in ids))
    return FileLinks(file.path, frozenset(ids), tuple(kept))


def _values(data: bytes, name: bytes) -> Iterator[bytes]:
    """The values of an attribute. Text has its quotes escaped wherever it stands, so this is only ever within a tag."""
    at = data.find(name)
    while at >= 0:
        start = at + len(name)
        end = data.find(b'"', start)
        if end < 0:
            return
        if data[at - 1 : at].isspace():  # else it is the end of another attribute's name
            yield data[start:end]
        at = data.find(name, start)


def broken_links(files: Iterable[FileLinks], ids_of: Callable[[str], frozenset[str] | None]) -> list[BrokenLink]:
    """The links of files that lead to none of the site's.

    Args:
        ids_of: what can be linked to in a file, by its path; None where there is no such file.
    """
    answers: dict[str, frozenset[str] | None] = {}  # most targets are those of many files
    found = []
    for file in files:
        for link in file.links:
            if link.target not in answers:
                answers[link.target] = next(
                    (ids for ids in map(ids_of, _files_of(link.target)) if ids is not None), None
                )
            there = answers[link.target]
            if there is None or (link.anchor and link.anchor not in there):
                found.append(BrokenLink(file.path, link.url, there is not None))
    return sorted(found, key=lambda link: (link.path, link.url))


def link_findings(
    broken: Iterable[BrokenLink], source_of: Callable[[str], tuple[str, str]], folder: Path
) -> list[Diagnostic]:
    """Broken links as findings: at their line of the page that has them, else at that of the site's file.

    Args:
        source_of: the path and the text of a page, by its id.
        folder: where the site is.
    """
    findings: dict[tuple[str, int, str], Diagnostic] = {}
    for link in broken:
        page_id = card_id(link.path)
        path, source = source_of(page_id) if page_id else ("", "")
        line = _line_in(source, link.url)
        if not line:
            path, line = str(folder / link.path), _line_of_file(folder / link.path, link.url)
        what = "has no such place on it" if link.has_page else "is no page or file of the site"
        message = f"this link is broken: {link.url} {what}"
        findings[(path, line, link.url)] = Diagnostic(path, line, 1, "broken-link", message, "warning")
    return sorted(findings.values())


def _line_of_file(path: Path, url: str) -> int:
    """The line on which a file of the site has a link; 1 for a file that is gone."""
    try:
        data = path.read_bytes()
    except OSError:
        return 1
    for name in _ATTRIBUTES[1:]:
        for value in _values(data, name):
            if html.unescape(value.decode()) == url:
                return data.count(b"\n", 0, data.find(name + value + b'"')) + 1
    return 1


def _target(url: str, path: str, base_url: str) -> tuple[str, str] | None:
    """The file or folder that a link names and the place on it; None for one that leads out of the site."""
    root = root_of(path)
    if url.startswith(root) and root != "./":
        return _below(url[len(root) :])
    place, _, anchor = url.partition("#")
    if base_url and place.startswith(base_url):
        place = place[len(base_url) :]
    elif _SCHEME.match(place):
        return None
    elif not place:
        place = path
    elif place.startswith("/"):
        place = place.removeprefix(urlsplit(base_url).path or "/")  # what is not below it is nothing of the site
    else:
        place = posixpath.join(posixpath.dirname(path), place)
    return _below(f"{place}#{anchor}")


@lru_cache(maxsize=16384)  # most links of a card are those of every other card
def _below(url: str) -> tuple[str, str]:
    """The file or folder that an address below the site's root names, and the place on it."""
    place, _, anchor = url.partition("#")
    place = place.partition("?")[0]
    if "%" in place or "%" in anchor:
        place, anchor = unquote(place), unquote(anchor)
    if "./" in place or "//" in place:
        place = posixpath.normpath(place) + ("/" if place.endswith("/") else "")
        place = "" if place in (".", "./") else place
    return intern(place), intern(anchor)


def _files_of(target: str) -> tuple[str, ...]:
    """The files that a web server would answer with, the first there is."""
    if not target:
        return ("index.html",)
    return (target + "index.html",) if target.endswith("/") else (target, f"{target}/index.html")


def _line_in(source: str, url: str) -> int:
    written = (url, unquote(url), _OTHER_CARD.sub(r"\1.md", url))
    for number, line in enumerate(source.split("\n"), start=1):
        if any(each in line for each in written):
            return number
    return 0
