"""Downloads on their way from their hosts into the store and the lock, for any number of readers at once."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import BinaryIO
from urllib.request import OpenerDirector

from generator.assets.fetching import FetchError, fetch
from generator.assets.lock import LockError, lock_incoming, read_lock
from generator.assets.store import Incoming, Store
from generator.model.asset import AssetStatus
from generator.model.limits import Limits


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of a download."""

    status: AssetStatus
    sha256: str | None = None
    """Digest of the file, now in the store; None where none arrived whole."""
    size: int | None = None
    reason: str | None = None
    previous: str | None = None
    """The digest that the lock had, where that is another."""
    answer: int = HTTPStatus.OK
    """The HTTP status for whoever asks now."""


class Download:
    """One file on its way from its host. Its methods may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed = Condition()
        self._path: Path | None = None
        self._size: int | None = None
        self._received = 0
        self._ending: Ending | None = None

    @property
    def ending(self) -> Ending | None:
        """What came of it; None while it lasts."""
        return self._ending

    @property
    def size(self) -> int | None:
        """Length of the file in bytes, as far as it is known yet."""
        return self._size

    def wait_for_head(self) -> None:
        """Wait until the host has answered, or will not."""
        with self._changed:
            self._changed.wait_for(lambda: self._path is not None or self._ending is not None)

    def wait_for_end(self) -> Ending:
        """Wait until the file is in the store, or will not be."""
        with self._changed:
            self._changed.wait_for(lambda: self._ending is not None)
            assert self._ending is not None
            return self._ending

    def wait_beyond(self, position: int, stop: int | None) -> int:
        """Wait for more than `position` bytes; return up to where the bytes before `stop` may be given away.

        The last of them may not before the download has ended well: a client that has the whole of what it asked
        for finds it recorded. It is `position` itself when the download ended.
        """

        def available() -> int:
            received = self._received if stop is None else min(self._received, stop)
            return max(position, received - 1)

        with self._changed:
            self._changed.wait_for(lambda: self._ending is not None or available() > position)
            return position if self._ending is not None else available()

    def open(self) -> BinaryIO | None:
        """Open what there is so far; what comes later can be read from the same file.

        None when the download has failed. Raises OSError for a file that has left the store.
        """
        if self._ending is None and self._path is not None:
            try:
                return self._path.open("rb")
            except FileNotFoundError:
                # It is just entering the store.
                self.wait_for_end()
        if self._ending is None or self._ending.sha256 is None:
            return None
        return self._store.path_of(self._ending.sha256).open("rb")

    def begin(self, path: Path, size: int | None) -> None:
        """The host has answered; the file grows there."""
        with self._changed:
            self._path, self._size = path, size
            self._changed.notify_all()

    def grow(self, received: int) -> None:
        """So many bytes are in the file."""
        with self._changed:
            self._received = received
            self._changed.notify_all()

    def end(self, ending: Ending) -> None:
        """Nothing more will come."""
        with self._changed:
            self._ending = ending
            if ending.size is not None:
                self._size = ending.size
            self._changed.notify_all()


class Recorder:
    """Fetches each URL once for all who ask for it, into one store and one lock."""

    def __init__(self, lock_path: Path, store: Store, opener: OpenerDirector, limits: Limits, *, update: bool) -> None:
        self._lock_path = lock_path
        self._store = store
        self._opener = opener
        self._limits = limits
        self._received = 0
        self._update = update
        self._downloads: dict[str, Download] = {}
        self._arriving: set[Path] = set()
        self._closed = False
        self._mutex = Lock()
        # Held while a file enters the store, so that the process does not end between the store and the lock.
        self._entering = Lock()

    def download(self, url: str, headers: Mapping[str, str]) -> Download:
        """The download of a normalised URL: the one that is under way or done, or a new one.

        What failed is tried again; what came well is the same file for everyone until this recorder closes.
        """
        with self._mutex:
            known = self._downloads.get(url)
            if known is None or not self._is_good(known):
                known = self._downloads[url] = Download(self._store)
                Thread(target=self._run, args=(known, url, headers), name=f"download {url}", daemon=True).start()
            return known

    def close(self) -> None:
        """Give up what is under way and delete what came of it."""
        with self._entering:
            self._closed = True
            with self._mutex:
                for path in self._arriving:
                    path.unlink(missing_ok=True)

    def _is_good(self, download: Download) -> bool:
        ending = download.ending
        return ending is None or (ending.sha256 is not None and self._store.has(ending.sha256))

    def _run(self, download: Download, url: str, headers: Mapping[str, str]) -> None:
        try:
            ending = self._fetch(download, url, headers)
        except FetchError as error:
            previous = self._locked_digest(url) if error.status == "gone" else None
            ending = Ending(error.status, reason=str(error), previous=previous, answer=error.answer)
        except (OSError, LockError) as error:
            ending = Ending("refused", reason=f"it cannot be kept: {error}", answer=HTTPStatus.BAD_GATEWAY)
        except BaseException:
            # Whoever waits for it must hear of it; the thread then says what it was.
            download.end(Ending("refused", reason="the recorder broke down", answer=HTTPStatus.BAD_GATEWAY))
            raise
        download.end(ending)

    def _fetch(self, download: Download, url: str, headers: Mapping[str, str]) -> Ending:
        source = fetch(url, headers, self._opener)
        try:
            with self._store.incoming() as incoming:
                with self._mutex:
                    self._arriving.add(incoming.path)
                try:
                    self._count(source.size or 0, 0)
                    download.begin(incoming.path, source.size)
                    for piece in source.pieces():
                        self._count(incoming.size + len(piece), len(piece))
                        incoming.write(piece)
                        download.grow(incoming.size)
                    return self._enter(url, incoming)
                finally:
                    with self._mutex:
                        self._arriving.discard(incoming.path)
        finally:
            source.close()

    def _count(self, size: int, more: int) -> None:
        """So much of a file, and so much more of all. Raises FetchError where either is too much."""
        with self._mutex:
            self._received += more
        if size > self._limits.file_bytes:
            raise FetchError(f"it is larger than {self._limits.file_bytes:,} bytes (file_bytes in hub.toml)")
        if self._received > self._limits.disk_bytes:
            raise FetchError(
                f"with it, more than {self._limits.disk_bytes:,} bytes were fetched (disk_bytes in hub.toml)"
            )

    def _enter(self, url: str, incoming: Incoming) -> Ending:
        with self._entering:
            if self._closed:
                raise FetchError("the proxy was stopped")
            asset, previous = lock_incoming(url, incoming, self._lock_path, self._store, update=self._update)
        if previous is None:
            return Ending("recorded", asset.sha256, asset.size)
        if previous == asset:
            return Ending("served", asset.sha256, asset.size)
        return Ending("changed", asset.sha256, asset.size, previous=previous.sha256)

    def _locked_digest(self, url: str) -> str | None:
        with suppress(LockError, OSError):
            locked = read_lock(self._lock_path).get(url)
            return locked.sha256 if locked else None
        return None
