"""Serve the site while it is being written."""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic

from generator.assets.lock import LockError
from generator.commands.blobs import Blobs
from generator.commands.inputs import Wanted
from generator.commands.kept import NOTHING, Kept
from generator.commands.root import HubRoot, NoHubError
from generator.commands.site import make_site
from generator.config import ConfigError, read_config
from generator.files import in_words, is_editors, temporary_folder
from generator.model.diagnostic import Diagnostic
from generator.parallel import Mapper, pool
from generator.publishing import PublishError
from generator.rendering.template_folders import TemplatesError, template_folders
from generator.reporting.characters import terminal_line
from generator.searching.background import BackgroundIndex
from generator.serving import FilesOf, LiveServer, PortTakenError, Shown

_LIVE_FILES = ("live.js", "live.css")

_SITE = "site"

_LOOK = 0.4
"""Seconds after which it is asked again which folders there are."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of making the site once."""

    kept: Kept = NOTHING
    """What it was made of, for the next time."""
    files: Collection[str] = ()
    """The paths of all its files."""
    findings: Sequence[Diagnostic] = ()
    notes: Sequence[str] = ()
    """What the site lacks that it could have, and why."""
    fault: str = ""
    """Why nothing could be made; the site is then the last that could."""
    seconds: float = 0.0

    @property
    def problems(self) -> list[str]:
        """What keeps the site from being what the files say, a line each: errors of pages, and no warnings."""
        errors = [finding for finding in self.findings if finding.severity == "error"]
        lines = [f"{one.path}:{one.line}:{one.column}: {one.message} ({one.rule})" for one in errors]
        return [self.fault, *lines] if self.fault else lines


def serve(
    root: HubRoot,
    ports: Sequence[int],
    announce: Callable[[str], None],
    report: Callable[[Rebuilt], None],
    evidence: Sequence[Path] = (),
) -> None:
    """Serve the hub on loopback and make its site again whenever something changes, until KeyboardInterrupt.

    Raises PortTakenError where none of the ports is free.

    Args:
        ports: the first that is free is used; 0 is any.
        report: is told of every time.
    """
    import watchfiles  # noqa: F401 - of an extra, and told here where it is missing: nothing is watched yet

    changes: SimpleQueue[None] = SimpleQueue()
    with ExitStack() as stack:
        server = stack.enter_context(closing(_server(ports, _live_files(root.folder))))
        index = stack.enter_context(closing(BackgroundIndex(root.search_index, lambda: changes.put(None))))
        work = _Work(
            root.folder, server.address, evidence, Blobs(), index, stack.enter_context(pool()), _place(root, stack)
        )
        is_over = threading.Event()
        stack.callback(is_over.set)
        # Watch first: what changes while the site is made must not be missed.
        watched = (root.folder, [*evidence, *root.evidence, *root.entry_checks], changes, is_over)
        threading.Thread(target=_watch, args=watched, daemon=True).start()

        def rebuild(before: Rebuilt) -> Rebuilt:
            rebuilt = _rebuild(work, before)
            problems = [terminal_line(problem) for problem in rebuilt.problems]
            server.show(Shown(FilesOf(work.place / _SITE, rebuilt.files), problems))
            report(replace(rebuilt, notes=[note for note in rebuilt.notes if note not in before.notes]))  # each once
            return rebuilt

        rebuilt = rebuild(Rebuilt())
        announce(server.address)
        while True:
            _next(changes)
            rebuilt = rebuild(rebuilt)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the site is made with, each time."""

    folder: Path
    """The hub's root."""
    address: str
    evidence: Sequence[Path]
    blobs: Blobs
    index: BackgroundIndex
    mapper: Mapper
    place: Path
    """Where the site and all that is needed between two makings is."""


def _place(root: HubRoot, stack: ExitStack) -> Path:
    """A folder for this process alone, beside the hub's other caches where these can be written."""
    beside = root.made.parent
    with suppress(OSError):
        beside.mkdir(exist_ok=True)
        return stack.enter_context(temporary_folder("serving-", beside))
    return stack.enter_context(temporary_folder("hubpages-serving-"))


def _rebuild(work: _Work, before: Rebuilt) -> Rebuilt:
    """The site as the files now are, with the last good state of every page that is now wrong."""
    started = monotonic()
    try:
        config = read_config(work.folder / "hub.toml")
        # What `build` makes for the hub's address is made here for this one.
        root = HubRoot(work.folder, replace(config, base_url=config.base_url and work.address))
        wanted = Wanted(root, work.place / _SITE, (), work.evidence, keeps_last=True)
        index = work.index if config.search else None
        site, kept = make_site(wanted, before.kept, work.blobs, work.mapper, index, work.place)
        work.blobs.keep_only(kept.blobs)
    except (ConfigError, LockError, NoHubError, PublishError, TemplatesError, OSError) as error:
        return replace(before, findings=(), fault=in_words(error), seconds=monotonic() - started)
    return Rebuilt(kept, site.files, site.findings, site.notes, seconds=monotonic() - started)


def _next(changes: SimpleQueue[None]) -> None:
    """Wait for a change, and take all that came with it."""
    while True:
        try:
            changes.get(timeout=1)  # without an end, Windows would not hear of Ctrl-C
            break
        except Empty:
            pass
    while not changes.empty():
        changes.get()


def _server(ports: Sequence[int], live: dict[str, bytes]) -> LiveServer:
    for port in ports[:-1]:
        with suppress(PortTakenError):
            return LiveServer(port, live)
    return LiveServer(ports[-1], live)


def _live_files(root: Path) -> dict[str, bytes]:
    folders = [folder / "live" for folder in template_folders(root)]
    found = {name: next(folder / name for folder in folders if (folder / name).is_file()) for name in _LIVE_FILES}
    return {name: path.read_bytes() for name, path in found.items()}


def _watch(root: Path, evidence: Sequence[Path], changes: SimpleQueue[None], is_over: threading.Event) -> None:
    """Tell of every change of what the site is made from, also in folders that are made later."""
    is_first = True
    while not is_over.is_set():
        folders = _existing(root, evidence)
        stop = threading.Event()
        # Of the root nothing but its settings: what else is below it may be much, and none of it the site's.
        threads = [
            threading.Thread(target=_watch_some, args=(*some, changes, stop), daemon=True)
            for some in ((folders, True), ([root], False))
        ]
        for thread in threads:
            thread.start()
        while not is_over.wait(_LOOK) and _existing(root, evidence) == folders:
            if not is_first:  # nobody saw what happened in a folder before it was watched
                changes.put(None)
                is_first = True
        is_first = False
        stop.set()
        for thread in threads:
            thread.join()


def _watch_some(folders: Sequence[Path], recursive: bool, changes: SimpleQueue[None], stop: threading.Event) -> None:
    from watchfiles import watch

    def matters(_: object, path: str) -> bool:
        name = Path(path).name
        return not is_editors(name) if recursive else name == "hub.toml"

    with suppress(FileNotFoundError):  # a folder that is gone by now; `_watch` will see that
        for _ in watch(
            *folders,
            watch_filter=matters,
            recursive=recursive,
            stop_event=stop,
            debounce=100,
            step=20,
            rust_timeout=500,
            raise_interrupt=False,
        ):
            changes.put(None)


def _existing(root: Path, evidence: Sequence[Path]) -> list[Path]:
    return [folder for folder in (*_pages(root), *template_folders(root), *evidence) if folder.is_dir()]


def _pages(root: Path) -> list[Path]:
    """Where hub.toml says that pages are; nowhere while it cannot be read."""
    with suppress(ConfigError):
        return [HubRoot(root, read_config(root / "hub.toml")).pages]
    return []
