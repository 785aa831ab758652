"""An index that is made while the site is already shown."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from generator.model.site import RenderedFile, SearchDocument
from generator.searching.pagefind_index import SearchError, index_documents


class BackgroundIndex:
    """Gives the latest index there is, and makes that of what it was last asked about: one at a time."""

    def __init__(self, cache: Path, is_done: Callable[[], None]) -> None:
        """`is_done` is called when there is another index than before, from the thread that made it."""
        self._cache = cache
        self._is_done = is_done
        self._documents: Sequence[SearchDocument] | None = None
        """What the index is of."""
        self._files: Sequence[RenderedFile] = ()
        self._problem = ""
        self._thread: threading.Thread | None = None
        self._is_making = False

    def __call__(self, documents: Sequence[SearchDocument]) -> Sequence[RenderedFile]:
        """The files of the latest index; none while the first is made. Raises SearchError where it could not be."""
        if documents != self._documents and not self._is_making:
            self._is_making = True
            self._thread = threading.Thread(target=self._make, args=(documents,))
            self._thread.start()
        if self._problem:
            raise SearchError(self._problem)
        return self._files

    def _make(self, documents: Sequence[SearchDocument]) -> None:
        try:
            self._files, self._problem = index_documents(documents, self._cache), ""
        except (SearchError, OSError) as error:  # a full disk costs the search alone
            self._problem = str(error)
        self._documents, self._is_making = documents, False
        self._is_done()

    def close(self) -> None:
        """Wait until nothing is made any more."""
        if self._thread:
            self._thread.join()
