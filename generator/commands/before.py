"""What stands of a site before it is made again, and whether it must be. Loads nothing of what makes pages."""

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from generator.commands.inputs import Inputs, Wanted
from generator.commands.kept import Kept, KeptPage, Part
from generator.publishing import gathered, is_whole
from generator.searching.documents import Documents, Index
from generator.site_files import SiteFile, compare

SEARCH = "search"
"""Name of the part that is the search index."""


class Before:
    """A site as it stands, and all that it is to be made from."""

    def __init__(self, wanted: Wanted, kept: Kept, inputs: Inputs, index: Index | None, place: Path | None) -> None:
        self.wanted, self.kept, self.inputs = wanted, kept, inputs
        self.index, self.place = index, place
        self.files = files_of(kept.pages, kept.parts)
        """All files that were made last, by path."""
        self._present = compare(wanted.out, self.files)
        self.pages = {path: page for path, key in inputs.keys.items() if (page := self._valid(path, key))}
        """The pages that need not be made, by the path of each."""

    def _valid(self, path: str, key: str) -> KeptPage | None:
        """What is kept of a page, where all that it was made from is as it was, and all that came of it is there."""
        page, seen = self.kept.pages.get(path), self.inputs.seen
        if page is None or page.key != key or page.day not in ("", self.inputs.today.isoformat()):
            return None
        is_same = all(seen.digest_asked(asked) == digest for asked, digest in page.made.asked)
        return page if is_same and self.are_there(page.files) else None

    def are_there(self, files: Iterable[SiteFile]) -> bool:
        """Whether visitors see these files, as they were made."""
        known, lost = self.files, self._present.lost
        return all(known.get(file.path) == file and file.path not in lost for file in files)

    def kept_part(self, name: str, key: str) -> Part | None:
        """A part of the site as it was, where it was made from the same and visitors see all of it."""
        part = self.kept.parts.get(name)
        return part if part and part.key == key and self.are_there(part.files) else None

    def has_lists(self, key: str) -> bool:
        """Whether all parts of the site but its search were made from the same, and visitors see all of each."""
        parts = (part for name, part in self.kept.parts.items() if name != SEARCH)
        return key == self.kept.lists and all(self.are_there(part.files) for part in parts)

    @property
    def is_unchanged(self) -> bool:
        """Whether the site is what it would be if it were made now."""
        kept = self.kept
        if kept.world != self.inputs.world or not len(self.pages) == len(self.inputs.keys) == len(kept.pages):
            return False
        key = self.documents(self.pages).key if self.index else ""
        return self.is_as_kept and key == self.kept_search.key

    @property
    def is_as_kept(self) -> bool:
        """Whether visitors see exactly what was made last, and nothing else."""
        return is_whole(self._present)

    @property
    def documents_folder(self) -> Path:
        """Where what can be found waits to be indexed."""
        return (self.place or self.wanted.out.parent / ".hub") / "documents"

    @property
    def kept_search(self) -> Part:
        """The search as it was, where all of it is there."""
        part = self.kept.parts.get(SEARCH)
        is_valid = part and self.kept.world == self.inputs.world and self.are_there(part.files)
        return part if part and is_valid else Part("", ())

    def search_key(self, pages: Mapping[str, KeptPage]) -> str:
        """Of the documents whose index there is, or is being made."""
        return self.index.start(self.documents(pages), self.kept_search.key) if self.index else ""

    def documents(self, pages: Mapping[str, KeptPage]) -> Documents:
        """What can be found of these pages."""
        digests = {path: digest for page in pages.values() for path, digest in page.made.documents}
        return Documents(self.documents_folder, digests)


def files_of(pages: Mapping[str, KeptPage], parts: Mapping[str, Part]) -> dict[str, SiteFile]:
    """All files of a site. Raises PublishError where two are of one name."""
    of_pages = (file for page in pages.values() for file in page.files)
    return gathered(chain(of_pages, (file for part in parts.values() for file in part.files)))
