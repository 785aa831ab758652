"""What can be found of a site's cards, as files that wait to be indexed."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from generator.files import remove_tree
from generator.model.site import RenderedFile, SearchDocument
from generator.seen import Seen, digest_of


class SearchError(Exception):
    """There can be no search on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Documents:
    """HTML files that are no pages of the site: they are read by the indexer alone."""

    folder: Path
    digests: Mapping[str, str]
    """Path of each below the folder, which is that of the card, to the digest of what it holds."""

    @property
    def key(self) -> str:
        """What tells them from others."""
        return digest_of(sorted(self.digests.items()))

    def lost(self) -> set[str]:
        """The paths of those that are not there as they were written."""
        seen = Seen()
        return {path for path, digest in self.digests.items() if seen.digest(self.folder / path) != digest}

    def copied_to(self, folder: Path) -> "Documents":
        """The same in a new folder and in their order: the order of a folder is often that in which it was filled.

        Those that are missing stay so. Nothing else comes along. Raises OSError.
        """
        for path in sorted(self.digests):
            document, place = f"{self.folder}/{path}", f"{folder}/{path}"  # a Path for each takes longer than a link
            os.makedirs(place.rpartition("/")[0], exist_ok=True)  # noqa: PTH103
            with suppress(FileNotFoundError, NotADirectoryError):
                try:
                    os.link(document, place, follow_symlinks=False)
                except PermissionError:  # some disks have no links
                    shutil.copyfile(document, place)
        return Documents(folder, self.digests)

    def tidy(self) -> None:
        """Remove all else from the folder. Raises OSError."""
        for path in _all_in(str(self.folder)):
            if path[len(str(self.folder)) + 1 :].replace(os.sep, "/") not in self.digests:
                os.unlink(path)  # noqa: PTH108


def write_document(document: SearchDocument, folder: Path) -> str:
    """Put a document into a folder of them; return the digest of what it holds, as `Seen` gives it. Raises OSError."""
    data = document.html.encode()
    path = folder / document.path
    try:
        _write(data, path)
    except OSError:  # a file where a folder is needed, or the other way round
        _clear(path, folder)
        _write(data, path)
    return hashlib.sha256(data).hexdigest()


def _write(data: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # and is no link to anything
    path.write_bytes(data)


def _clear(path: Path, folder: Path) -> None:
    """Remove what stands in the way of a file below a folder, or of that folder."""
    below = path.relative_to(folder)
    for place in (folder, *(folder / parent for parent in reversed(below.parents[:-1])), path):
        if place.is_symlink() or not place.is_dir():
            place.unlink(missing_ok=True)
    remove_tree(path)


def _all_in(folder: str) -> Iterator[str]:
    """The path of all that is no folder; a link is none."""
    for parent, below, names in os.walk(folder):
        yield from (os.path.join(parent, name) for name in names)  # noqa: PTH118
        yield from (path for name in below if os.path.islink(path := os.path.join(parent, name)))  # noqa: PTH114, PTH118


class Index(Protocol):
    """Makes a search index, and says of which documents the one at hand is."""

    def start(self, documents: Documents, known: str) -> str:
        """Begin, unless an index of these documents is known.

        Args:
            known: the key of the documents whose index is kept; empty for none.

        Returns the key of the documents whose index `files` will give, and empty text for none yet.
        """

    def files(self) -> Sequence[RenderedFile]:
        """The index, when it is made. Raises SearchError where there can be none on this machine."""
