"""Where scripts of a fleet's machine get what they download: the caller's store, or what was sent from there."""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator.assets.proxy import ProxyAddress
from generator.assets.store import Store
from generator.assets.supply import supplying
from generator.files import claim_file, remove_left_over, temporary_folder, write_whole
from generator.model.limits import Limits
from generator.scheduling.downloads import Downloads
from generator.scheduling.host import PROXY_FOLDER, serving

_MARK = ".shared-"
"""How the name of a file begins by which nodes see that a store is the caller's."""


@dataclass(frozen=True, slots=True)
class Served:
    """What scripts are served on every node. It travels as it is: the lock's files lie on the caller's machine."""

    lock: str
    overlay: str | None
    """The stand-ins' lock."""
    made: str | None
    """What they were made of."""
    store: Path
    """The hub's store, as the caller's machine names it."""
    mark: str
    """The name of a file in that store: where it is found too, the store is shared."""


@contextmanager
def sharing(downloads: Downloads) -> Iterator[Served]:
    """What travels of what the caller's proxy would serve, while the context lasts.

    Raises OSError where the store cannot be written to.
    """
    store, overlay = downloads.store.folder, downloads.overlay
    texts = [path.read_text(encoding="utf-8") if path and path.exists() else None for path in _files_of(downloads)]
    store.mkdir(parents=True, exist_ok=True)
    remove_left_over(_MARK, store)
    descriptor, mark = claim_file(_MARK, store)
    try:
        yield Served(texts[0] or "", (texts[1] or "") if overlay else None, texts[2], store.resolve(), mark.name)
    finally:
        mark.unlink(missing_ok=True)
        os.close(descriptor)


def _files_of(downloads: Downloads) -> tuple[Path, Path | None, Path | None]:
    overlay = downloads.overlay
    return downloads.lock, overlay, overlay.with_suffix(".json") if overlay else None


@dataclass(frozen=True, slots=True)
class Larder:
    """Where a node's scripts get what they download: for any process of that machine."""

    address: ProxyAddress
    downloads: Downloads
    is_shared: bool
    """Whether the store is the caller's own."""


@contextmanager
def larder(served: Served, limits: Limits, fetch: Callable[[str, Store], None]) -> Iterator[Larder]:
    """A proxy of this machine while the context lasts, over the caller's store where it is shared, else over a cache.

    Args:
        fetch: gets one file by its digest into a store, unless nobody has it; called once at a time for each digest.

    Raises ProxyError, and OSError where the cache cannot be written to.
    """
    is_shared = (served.store / served.mark).exists()
    store = Store(served.store if is_shared else _cache())
    with ExitStack() as stack:
        state = stack.enter_context(temporary_folder(PROXY_FOLDER))
        supply = None if is_shared else stack.enter_context(supplying(_one_at_a_time(fetch, store)))
        overlay = state / "standins.lock" if served.overlay else None
        downloads = Downloads(state / "hub.lock", store, "replay", overlay, supply=supply)
        for path, text in zip(_files_of(downloads), (served.lock, served.overlay, served.made), strict=True):
            if path and text:
                write_whole(path, text, durable=False)
        proxy = stack.enter_context(serving(downloads, limits))
        yield Larder(proxy.address, downloads, is_shared)


def _cache() -> Path:
    """Where a node keeps what it was sent, for the next time."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "hubpages" / "assets"


def _one_at_a_time(fetch: Callable[[str, Store], None], store: Store) -> Callable[[str], None]:
    """Fetch each file once, however many ask for it meanwhile."""
    locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def bring(sha256: str) -> None:
        with locks[sha256]:
            if not store.has(sha256):
                fetch(sha256, store)

    return bring


def receive(sha256: str, pieces: Iterable[bytes], store: Store) -> None:
    """Keep a file that comes in pieces, if it is the one of this digest; none come of one that nobody has."""
    with store.incoming() as incoming:
        for piece in pieces:
            incoming.write(piece)
        if incoming.finish() == sha256:
            incoming.keep()


def pieces_of(sha256: str, store: Store, size: int) -> Iterator[bytes]:
    """A file of the store in pieces of at most `size` bytes; none where it is not there."""
    with suppress(FileNotFoundError), store.path_of(sha256).open("rb") as file:
        while piece := file.read(size):
            yield piece
