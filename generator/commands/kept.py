"""What a build leaves for the next one: of every part of a site what it was made from, and the files that came of it.

It is only ever a saving of time. What is kept tells that a part need not be made again; where it is missing, damaged
or of another version, the part is made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from pathlib import Path

from generator.commands.blobs import Blobs
from generator.commands.jobs import Finished, Made
from generator.files import remove
from generator.keeping import keep, recall
from generator.model.diagnostic import Diagnostic
from generator.rendering.link_check import BrokenLink
from generator.seen import Sightings
from generator.site_files import Changes, SiteFile


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page, as it was made."""

    key: str
    """Of its text, its evidence and all that is the same for every page."""
    day: str
    """On which it was made, where another day may make something else of it."""
    made: Made
    relatives: tuple[str, ...]
    """The ids of the models that its cards name, in their order."""
    related: str
    """Digest of what they say of these."""
    finished: Finished | None

    @property
    def files(self) -> Iterator[SiteFile]:
        """All that it is on the site."""
        yield from self.made.files
        if self.finished:
            yield from self.finished.files


@dataclass(frozen=True, slots=True)
class Part:
    """Any other part of the site."""

    key: str
    """Of all that it was made from."""
    files: tuple[SiteFile, ...]
    links: str = ""
    """Digest of what they link to as it is kept; empty where nobody asks what they link to."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of a site."""

    world: str = ""
    """Digest of what every part is made with."""
    sightings: Sightings = field(default_factory=dict)
    pages: Mapping[str, KeptPage] = field(default_factory=dict)
    """By the path of the page's file."""
    runs: Mapping[str, tuple[str, str | Diagnostic]] = field(default_factory=dict)
    """Path of each file of evidence to its digest, and the page it is of or what is wrong with it."""
    changes: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    """Folder of pages to the commit that was asked about, and the time of the last change of each file up to it."""
    parts: Mapping[str, Part] = field(default_factory=dict)
    """By name."""
    lists: str = ""
    """Digest of all that the parts were made from, but for the search; empty where they were not made."""
    notes: tuple[str, ...] = ()
    """What the site lacks that it could have, and why."""
    broken: tuple[BrokenLink, ...] | None = None
    """Which links are broken; None where nobody has looked."""
    of_links: tuple[Diagnostic, ...] = ()
    """Where the broken ones stand."""
    nonce: str = ""
    """Another one after every making during which templates changed: processes may have read either."""
    spare: Changes | None = None
    """What tells the files of the spare folder from these; None where nothing is known of them."""

    @property
    def records(self) -> dict[str, str]:
        """See `records_of`."""
        return records_of(self.pages)

    @property
    def links(self) -> dict[str, str]:
        """Digest of what each part of the site links to, by its name."""
        of_pages = {path: page.finished.links for path, page in self.pages.items() if page.finished}
        return of_pages | {name: part.links for name, part in self.parts.items() if part.links}

    @property
    def blobs(self) -> set[str]:
        """The digests of all that is kept apart."""
        return {*self.records.values(), *self.links.values()}


NOTHING = Kept()


def records_of(pages: Mapping[str, KeptPage]) -> dict[str, str]:
    """By the path of each page that is shown, the digest of its record; in the order of the paths."""
    return {path: page.made.record for path, page in sorted(pages.items()) if page.made.record}


def read_kept(file: Path) -> Kept:
    """What the last build left, if it is whole."""
    found = recall(file, chain([Kept], repeat(tuple[str, KeptPage])))
    return replace(found[0], pages=dict(found[1:])) if found else NOTHING


def write_kept(kept: Kept, blobs: Blobs, file: Path) -> None:
    """Leave it for the next build. Raises OSError, and UnicodeEncodeError where a file's name is no text."""
    blobs.keep_only(kept.blobs)  # first: what is kept names what is there
    if file.is_dir():
        remove(file)
    keep(chain([replace(kept, pages={})], kept.pages.items()), file)
