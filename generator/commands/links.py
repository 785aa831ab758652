"""The broken links of a site; where little was made again, only what that may have changed is looked at."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import msgspec

from generator.commands.before import files_of
from generator.commands.kept import Kept
from generator.rendering.link_check import BrokenLink, FileLinks, broken_links
from generator.seen import digest_of
from generator.site_files import SiteFile

_NO_LINKS = msgspec.msgpack.encode([])


def find_broken(made: Kept, files: Mapping[str, SiteFile], before: Kept) -> tuple[str, tuple[BrokenLink, ...]]:
    """A digest of all links and files, and the links that lead to none of these files.

    Args:
        made: all that was made; of what is kept of its links nothing is used.
        files: all files of it.
        before: what was kept when the site was last made.
    """
    links, known = dict(_links(made)), dict(_links(before))
    key = digest_of(made.world, *links.values(), sorted(files))
    if key == before.broken[0]:
        return before.broken
    changed = [name for name, data in links.items() if known.get(name) != data]
    is_going_on = _is_as_before(before, files, [(known.get(name, _NO_LINKS), links[name]) for name in changed])
    names = changed if is_going_on else list(links)
    ids = _Ids(made, files)
    found = chain.from_iterable(_decoded(links[name]) for name in names)
    return key, tuple(broken_links(found, ids.of))


def _links(kept: Kept) -> Iterator[tuple[str, bytes]]:
    """What is known of the links of each part of a site, by its name."""
    yield from ((path, page.finished.links) for path, page in kept.pages.items() if page.finished)
    yield from ((name, part.links) for name, part in kept.parts.items() if part.links)


def _is_as_before(before: Kept, files: Mapping[str, SiteFile], changed: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether what did not change links to nothing that is gone: then it had and has no broken links.

    Args:
        changed: what was and what is known of the links of each part that did.
    """
    if not before.broken[0] or before.broken[1] or files.keys() != files_of(before.pages, before.parts).keys():
        return False
    pairs = (zip(_decoded(old), _decoded(new), strict=False) for old, new in changed)
    return all(one.ids <= other.ids for one, other in chain.from_iterable(pairs))


def _decoded(links: bytes) -> list[FileLinks]:
    return msgspec.msgpack.decode(links, type=list[FileLinks])


class _Ids:
    """What can be linked to in each file of a site, read where it is asked for."""

    def __init__(self, made: Kept, files: Mapping[str, SiteFile]) -> None:
        self._files = files
        self._known: dict[str, frozenset[str]] = {}
        of_pages = ((page.finished.files, page.finished.links) for page in made.pages.values() if page.finished)
        of_parts = ((part.files, part.links) for part in made.parts.values() if part.links)
        self._links = {file.path: data for of_each, data in chain(of_pages, of_parts) for file in of_each}

    def of(self, path: str) -> frozenset[str] | None:
        """None where there is no such file; nothing of one that has no places, such as a picture."""
        if path not in self._files:
            return None
        if path not in self._known:
            self._known[path] = frozenset()
            if data := self._links.get(path):
                self._known |= {one.path: one.ids for one in _decoded(data)}
        return self._known[path]
