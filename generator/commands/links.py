"""The broken links of a site; where little was made again, only what that may have changed is looked at."""

from collections.abc import Iterable, Mapping
from itertools import chain

from generator.commands.blobs import Blobs
from generator.commands.kept import Kept
from generator.decoding import from_msgpack
from generator.rendering.link_check import BrokenLink, FileLinks, broken_links
from generator.site_files import SiteFile


def find_broken(
    made: Kept, files: Mapping[str, SiteFile], before: Kept, files_before: Mapping[str, SiteFile], blobs: Blobs
) -> tuple[BrokenLink, ...]:
    """The links that lead to none of a site's files. Raises LostBlobError.

    Args:
        made: all that was made; of what is kept of its broken links nothing is used.
        files: all files of it.
        before: what was kept when the site was last made.
        files_before: its files.
    """
    links, known = made.links, before.links
    changed = [name for name in links if known.get(name) != links[name]]
    is_known = before.broken is not None and made.world == before.world and files.keys() == files_before.keys()
    if before.broken is not None and is_known and not changed and len(links) == len(known):
        return before.broken
    pairs = ((known.get(name), links[name]) for name in changed)
    is_going_on = is_known and not before.broken and _are_more(pairs, blobs)
    ids = _Ids(made, files, blobs)
    found = blobs.get_all(links[name] for name in (changed if is_going_on else links))
    return tuple(broken_links(chain.from_iterable(map(_decoded, found)), ids.of))


def _are_more(changed: Iterable[tuple[str | None, str]], blobs: Blobs) -> bool:
    """Whether all that could be linked to still can be: then what did not change has no broken links, if it had none.

    Args:
        changed: digests of what was and what is known of the links of each part that did.
    """
    for before, now in changed:
        old, new = (_decoded(blobs.get(one)) if one else [] for one in (before, now))
        if not all(one.ids <= other.ids for one, other in zip(old, new, strict=False)):
            return False
    return True


def _decoded(links: bytes) -> list[FileLinks]:
    return from_msgpack(links, list[FileLinks])


class _Ids:
    """What can be linked to in each file of a site, read where it is asked for."""

    def __init__(self, made: Kept, files: Mapping[str, SiteFile], blobs: Blobs) -> None:
        self._files, self._blobs = files, blobs
        self._known: dict[str, frozenset[str]] = {}
        of_pages = ((page.finished.files, page.finished.links) for page in made.pages.values() if page.finished)
        of_parts = ((part.files, part.links) for part in made.parts.values() if part.links)
        self._links = {file.path: digest for of_each, digest in chain(of_pages, of_parts) for file in of_each}

    def of(self, path: str) -> frozenset[str] | None:
        """None where there is no such file; nothing of one that has no places, such as a picture."""
        if path not in self._files:
            return None
        if path not in self._known:
            self._known[path] = frozenset()
            if digest := self._links.get(path):
                self._known |= {one.path: one.ids for one in _decoded(self._blobs.get(digest))}
        return self._known[path]
