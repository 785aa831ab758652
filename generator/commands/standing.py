"""What is known of a hub's pages before any of them is read. Loads nothing of what reads and checks pages."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from generator.assets.lock import LockError, read_lock
from generator.assets.store import Store
from generator.commands.checked import CheckedPage, KeptCheck, KnownPage
from generator.commands.inputs import code_of
from generator.commands.root import HubRoot
from generator.model.diagnostic import Diagnostic
from generator.reading.files import page_files, same_ids
from generator.rendering.template_folders import template_folders, template_names
from generator.seen import Seen, digest_of


class Standing:
    """The pages that are to be checked, those beside them, and what is kept of both and still holds."""

    def __init__(self, root: HubRoot, paths: Sequence[Path], kept: KeptCheck) -> None:
        """Raises FileNotFoundError and NoHubError."""
        self.root, self.seen, self.today = root, Seen(kept.sightings), date.today()
        files = page_files(root.pages_or(paths))
        # A page's claims are also about the pages beside it.
        beside = page_files([root.pages]) if paths and root.pages.is_dir() else []
        self.of_ids = same_ids(files)
        self.files = [str(path) for path in files]
        """The pages that are to be read."""
        self.checked = _once(files, self.of_ids)
        """Those of them that are to be checked."""
        self._beside = _once(beside, same_ids(beside))
        self._world = digest_of(code_of(self.seen), root.config)
        self._folders: dict[str, str] = {}
        self._rest: str | None = None
        self.keys = {path: self.key(path, self.seen) for path in [*self.files, *self._beside]}
        """By the path of each: digest of a page and of all that is the same for every page but the facts."""
        self.pages = {path: page for path, key in self.keys.items() if (page := _valid(kept, path, key, self.today))}
        """What is kept of those that need not be read."""

    def key(self, path: str, seen: Seen) -> str:
        """Of a page as it is seen."""
        folder = os.path.dirname(path)  # noqa: PTH120 - of thousands
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return digest_of(self._world, path, self._folders[folder], seen.digest_at(path))

    @property
    def is_unchanged(self) -> bool:
        """Whether all that is asked for is known."""
        return len(self.pages) == len(self.keys) and not self.to_check(self.pages, self.facts(self.pages))

    def to_check(self, pages: Mapping[str, CheckedPage], facts: str) -> list[str]:
        """The pages that must be checked, of which can be read."""
        return [path for path in self.checked if pages[path].known and not self._is_checked(pages[path], facts)]

    def _is_checked(self, page: CheckedPage, facts: str) -> bool:
        return page.facts == facts and all(self.seen.digest_asked(path) == digest for path, digest in page.asked)

    def known(self, pages: Mapping[str, CheckedPage]) -> list[KnownPage]:
        """What pages are checked against of each other."""
        return [page for path in [*self.checked, *self._beside] if (page := pages[path].known)]

    def facts(self, pages: Mapping[str, CheckedPage]) -> str:
        """Digest of all that pages are checked against."""
        if self._rest is None:
            templates = sorted(template_names(template_folders(self.root.folder)))
            self._rest = digest_of(templates, list(self._entries()))
        known = self.known(pages)
        titles = {page.id: page.title for page in known}
        users = {(name, page.id) for page in known for name in page.repositories}
        return digest_of(self._rest, sorted(titles.items()), sorted(users))

    def _entries(self) -> Iterator[str]:
        """Digests of what says which entries hub repositories have."""
        yield self.seen.digest(self.root.lock)
        if not self.root.lock.exists():
            return
        from generator.assets.hubconf import repository_of_archive_url  # loads what looks into archives

        store = Store(self.root.asset_store)
        try:
            assets = read_lock(self.root.lock).values()
        except LockError:  # told where it is needed
            return
        for asset in assets:
            if repository_of_archive_url(asset.url):
                yield self.seen.digest(store.path_of(asset.sha256))


def _once(files: Sequence[Path], of_ids: Sequence[Diagnostic]) -> list[str]:
    """Those whose id no earlier one has."""
    twice = {finding.path for finding in of_ids}
    return [path for path in map(str, files) if path not in twice]


def _valid(kept: KeptCheck, path: str, key: str, today: date) -> CheckedPage | None:
    """What is kept of a page, where it would be read as the same now."""
    page = kept.pages.get(path)
    return page if page and page.key == key and page.day in ("", today.isoformat()) else None
