"""A site made again: the pages that changed, what is about many pages, the links among them."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import msgspec

from generator.commands.before import SEARCH, Before, files_of
from generator.commands.blobs import Blobs
from generator.commands.check import error_rules, plain_facts
from generator.commands.inputs import key_of, world_of
from generator.commands.jobs import Finished, Finishing, Made
from generator.commands.kept import Kept, KeptPage, Part, records_of
from generator.commands.links import find_broken
from generator.commands.page_check import criteria_of
from generator.commands.page_job import Workshop, finish_cards, make_page, render_lists
from generator.commands.relatives import Said, read_records, said_again, said_of_all
from generator.files import BESIDE, remove_left_over
from generator.model.record import PageRecord
from generator.model.site import ListPage, RenderedFile, SiteContext
from generator.parallel import Mapper
from generator.publishing import Edition, Spare, edition
from generator.reading.source import decode
from generator.rendering.link_check import link_findings
from generator.rendering.lists import lists
from generator.rendering.template_folders import template_folders
from generator.rendering.whole_site import files_for_programs
from generator.seen import Seen, State, digest_of
from generator.site_files import changes

_STATIC = "static"
"""Name of the part that is the same for every hub; all others are called by the path of their file."""


class Making:
    """One making of a site, step by step."""

    def __init__(self, before: Before, blobs: Blobs, mapper: Mapper) -> None:
        self.before, self.blobs, self.mapper = before, blobs, mapper
        self.wanted, self.kept, self.inputs, self.index = before.wanted, before.kept, before.inputs, before.index
        self.root, self.hub = before.wanted.root, before.wanted.root.config.hub
        self.pages: dict[str, KeptPage] = dict(before.pages)
        self.parts: dict[str, Part] = {}
        self.lists = ""
        """Digest of all that these are made from, but for the search."""
        self.notes: list[str] = []
        self.later: dict[str, tuple[State, str]] = {}
        """What was seen of files after they were read."""
        self.last: set[str] = set()
        """Pages that have an error now, and are shown as they last were."""
        self._last_read: tuple[Mapping[str, str], list[PageRecord]] = {}, []
        """Records, kept for whoever needs the same ones next."""

    def make(self) -> Kept:
        """Make what is not as it was, publish the site, and return what to keep of it."""
        with edition(self.wanted.out, self._spare()) as made:
            shop = self._workshop(made)
            self._make_pages(shop)
            self._make_parts(made, shop)
            files = files_of(self.pages, self.parts)
            made.publish(files)
        inputs, sightings = self.inputs, {**self.inputs.seen.sightings, **self.later}
        # Where something else is in the site, or in the way of a file, it is nothing to begin the next one in.
        spare_now = changes(self.before.files, files) if self.before.is_as_kept else None
        of_inputs = inputs.world, sightings, self.pages, inputs.runs, inputs.changes
        of_parts = self.parts, self.lists, tuple(self.notes)
        left = Kept(*of_inputs, *of_parts, nonce=self.kept.nonce, spare=spare_now)
        broken = find_broken(left, files, self.kept, self.before.files, self.blobs)
        of_links = link_findings(broken, _sources(self.pages), self.wanted.out)
        return replace(left, broken=broken, of_links=tuple(of_links))

    def trusted(self, made: Kept) -> Kept:
        """Of what was made, what the next time may believe."""
        if world_of(self.wanted, Seen(made.sightings), self.inputs.facts_digest) == made.world:
            return made
        # Nobody knows what was made with the world as it was and what as it is.
        pages = {path: replace(page, key="") for path, page in made.pages.items()}
        return Kept("", made.sightings, pages, nonce=secrets.token_hex(16))

    def _spare(self) -> Spare | None:
        """The folder that the edition begins with, where there is a place for one."""
        if not self.before.place:
            return None
        known = self.kept.spare.undone(self.before.files) if self.kept.spare else {}
        return Spare(self.before.place / "spare", known)

    def _workshop(self, made: Edition) -> Workshop:
        for folder in (self.root.social_images, self.root.page_pictures):
            remove_left_over(BESIDE, folder)
        facts = self.inputs.facts or plain_facts(self.root)
        return Workshop(
            self.root,
            criteria_of(self.root, facts, error_rules(self.root), self.inputs.today),
            tuple(template_folders(self.root.folder)),
            digest_of(self.inputs.world, self.kept.nonce),
            made.place,
            str(made.aside),
            str(self.before.documents_folder) if self.wanted.has_search else "",
            f"\0{secrets.token_hex(16)}\0",
            _alive_links(self.root.alive_links),
        )

    def _make_pages(self, shop: Workshop) -> None:
        """Make the pages that are not valid any more, and those whose cards say something else of others now."""
        stale = [path for path in self.inputs.jobs if path not in self.pages]
        self._take(stale, shop)
        lost = self._without_documents(set(stale))
        self._take(lost, shop)
        self._finish_pages({*stale, *lost}, shop)

    def _without_documents(self, taken: Set[str]) -> list[str]:
        """Of the pages but those that were made just now, such as would be missing in an index that is to be made."""
        documents = self.before.documents(self.pages)
        if not self.index or documents.key == self.before.kept_search.key:
            return []
        documents.tidy()
        pages = {path: page for path, page in self.pages.items() if path not in taken}
        lost = self.before.documents(pages).lost()
        return [path for path, page in pages.items() if any(name in lost for name, _ in page.made.documents)]

    def _finish_pages(self, taken: Set[str], shop: Workshop) -> None:
        """Finish the cards of pages that were taken, and take and finish those that say something else of others."""
        records = self.records
        if self.kept.world == self.inputs.world and records == self.kept.records:  # then all others say what they said
            cards = taken & records.keys() - self.last
            return self._finish(said_again(cards, self.kept, self.blobs, self.hub, shop.templates), shop)
        said = said_of_all(self.pages, self._read(records), self.hub, shop.templates)
        others = {path: one for path, one in said.items() if self.pages[path].related != one.digest}
        again = others.keys() - taken - self.last
        self._take(sorted(again), shop)
        if again and self.records != records:  # one of them has changed this very moment
            return self._finish_pages(taken | again, shop)
        return self._finish(others, shop)

    def _finish(self, others: Mapping[str, Said], shop: Workshop) -> None:
        """Finish the cards of pages, with what each says of others."""
        made = {path: self.pages[path].made for path in sorted(others)}
        before = self._said_before(shop) if others.keys() & self.last else {}
        tasks = [
            Finishing(
                one.page_id,
                others[path].html,
                others[path].columns,
                one.cards,
                before[path].html if path in self.last else {},
            )
            for path, one in made.items()
        ]
        all_finished = self.mapper(partial(finish_cards, shop=shop), tasks)
        for (path, one), (files, links) in zip(made.items(), all_finished, strict=True):
            page, said, finished = self.pages[path], others[path], Finished(files, self.blobs.put(links))
            done = replace(one, cards=None)
            self.pages[path] = KeptPage(page.key, page.day, done, said.relatives, said.digest, finished)

    def _said_before(self, shop: Workshop) -> Mapping[str, Said]:
        """What pages say of others on the cards that visitors see."""
        return said_of_all(self.kept.pages, self._read(self.kept.records), self.hub, shop.templates)

    def _take(self, paths: Sequence[str], shop: Workshop) -> None:
        """Make these pages but for their cards."""
        jobs = [self.inputs.jobs[path] for path in paths]
        all_made = [self._received(*one) for one in self.mapper(partial(make_page, shop=shop), jobs)]
        now = Seen(self.inputs.seen.sightings)
        for path, made in zip(paths, all_made, strict=True):
            day = self.inputs.today.isoformat() if made.is_dated else ""
            page = KeptPage(self._key_now(path, made, now), day, made, (), "", None)
            before = self.kept.pages.get(path)
            is_shown = self.wanted.keeps_last and not made.page_id and before and self.before.are_there(before.files)
            if before and is_shown:  # as it last was, with what is wrong with it now
                self.last.add(path)
                shown = replace(before.made, findings=made.findings, asked=made.asked)
                page = replace(before, key=page.key, day=day, made=shown)
            self.pages[path] = page
        self.later.update(now.sightings)

    def _received(self, made: Made, record: bytes) -> Made:
        return replace(made, record=self.blobs.put(record)) if record else made

    def _key_now(self, path: str, made: Made, now: Seen) -> str:
        """The key of a page that was made just now; empty where something changed meanwhile: it is of either then."""
        key = key_of(self.inputs.jobs[path], now, self.inputs.world)
        is_steady = key == self.inputs.keys[path] and all(now.digest_asked(one) == digest for one, digest in made.asked)
        return key if is_steady else ""

    @property
    def records(self) -> dict[str, str]:
        """By the path of each page that is shown, the digest of its record; in the order of the paths."""
        return records_of(self.pages)

    def _read(self, records: Mapping[str, str]) -> list[PageRecord]:
        """Raises LostBlobError."""
        if self._last_read[0] != records:
            self._last_read = records, read_records(records.values(), self.blobs)
        return self._last_read[1]

    def _make_parts(self, made: Edition, shop: Workshop) -> None:
        """Make what is about many pages or none."""
        search, records = self.before.search_key(self.pages), self.records
        self.lists = digest_of(self.inputs.world, bool(search), list(records.items()))
        if self.before.has_lists(self.lists):
            self.parts = {name: part for name, part in self.kept.parts.items() if name != SEARCH}
            self.notes = list(self.kept.notes)
        else:
            self._make_all_lists(self._read(records), bool(search), made, shop)
        before = self.before.kept_search
        if self.index and search == before.key:
            self.parts[SEARCH] = before
        elif self.index and search:
            self.parts[SEARCH] = Part(search, tuple(made.put(file) for file in self.index.files()))

    def _make_all_lists(self, records: Sequence[PageRecord], has_search: bool, made: Edition, shop: Workshop) -> None:
        templates, pictures = shop.templates, self._hub_pictures(shop)
        self._put(_STATIC, [*templates.static, *pictures.values()], made)
        known = SiteContext(alive_links=shop.alive_links, pictures={"": pictures}, has_search=has_search)
        pages = list(lists(records, self.hub, templates, known))
        self._make_lists(pages, shop)
        for file in files_for_programs(records, pages, self.hub, templates):
            self._put(file.path, [file], made)

    def _make_lists(self, pages: Sequence[ListPage], shop: Workshop) -> None:
        keys = [digest_of(self.inputs.world, msgspec.msgpack.encode(page)) for page in pages]
        stale: list[tuple[str, ListPage]] = []
        for key, page in zip(keys, pages, strict=True):
            if before := self.before.kept_part(page.path, key):
                self.parts[page.path] = before
            else:
                stale.append((key, page))
        made = self.mapper(partial(render_lists, shop=shop), [page for _, page in stale])
        for (key, page), (file, links) in zip(stale, made, strict=True):
            self.parts[page.path] = Part(key, (file,), self.blobs.put(links))

    def _put(self, name: str, files: Sequence[RenderedFile], made: Edition) -> None:
        """A part that is at hand."""
        key = digest_of(*(part for file in files for part in (file.path, file.data)))
        self.parts[name] = self.before.kept_part(name, key) or Part(key, tuple(map(made.put, files)))

    def _hub_pictures(self, shop: Workshop) -> Mapping[str, RenderedFile]:
        """The pictures that are shown with links to what is no card; what there can be none of is noted."""
        if not self.root.config.base_url:
            what = "no sitemap, feeds or pictures for links"
            self.notes.append(f"{what}: base_url is not set (in hub.toml, or with --base-url)")
        elif self.root.config.social_images:
            from generator.rendering.social_images import hub_images  # drawing is slow to load

            if pictures := hub_images(self.hub, shop.templates.strings, self.root.social_images):
                return pictures
            self.notes.append(
                "no pictures for links: no font with Chinese characters was found (Debian: fonts-noto-cjk)"
            )
        return {}


def _sources(pages: Mapping[str, KeptPage]) -> Callable[[str], tuple[str, str]]:
    """The path and the text of each page by its id, read once where it is asked for."""
    paths = {page.made.page_id: path for path, page in pages.items() if page.made.page_id}

    @cache
    def source_of(page_id: str) -> tuple[str, str]:
        path = paths.get(page_id, "")
        try:
            return path, decode(Path(path).read_bytes(), path)[0]
        except OSError:  # gone by now
            return "", ""

    return source_of


def _alive_links(cache_file: Path) -> Mapping[str, int] | None:
    """What asking about links to other sites taught, however long ago; None where nobody asked."""
    try:
        found = json.loads(cache_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
