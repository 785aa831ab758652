"""An index that is made while the site is already shown."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from generator.model.site import RenderedFile
from generator.searching.documents import Documents, SearchError
from generator.searching.pagefind_index import index_documents


class BackgroundIndex:
    """Gives the latest index there is, and makes that of what it was last asked about: one at a time."""

    def __init__(self, cache: Path, is_done: Callable[[], None]) -> None:
        """`is_done` is called when there is another index than before, from the thread that made it."""
        self._cache = cache
        self._is_done = is_done
        self._of = ""
        """Key of the documents whose index there is."""
        self._asked = ""
        """Key of those whose index was asked for last, whatever came of it."""
        self._files: Sequence[RenderedFile] = ()
        self._problem = ""
        self._thread: threading.Thread | None = None
        self._is_making = False

    def start(self, documents: Documents, known: str) -> str:
        """Begin, unless an index is being made or there is one of these documents; return the key of the latest's.

        Raises SearchError where there can be none.
        """
        if self._is_making:
            if documents.key != self._asked:  # they change while they are read: what is made is an index of neither
                self._asked = ""
        elif documents.key != self._asked:
            self._asked, self._is_making = documents.key, True
            self._thread = threading.Thread(target=self._make, args=(documents,))
            self._thread.start()
        if self._problem:
            raise SearchError(self._problem)
        return self._of

    def files(self) -> Sequence[RenderedFile]:
        """The latest index; nothing while the first is made."""
        return self._files

    def _make(self, documents: Documents) -> None:
        try:
            self._files, self._problem = index_documents(documents, self._cache), ""
            self._of = documents.key if self._asked == documents.key else "of a mixture"
        except (SearchError, OSError) as error:  # a full disk costs the search alone
            self._problem = str(error)
        self._is_making = False
        self._is_done()

    def close(self) -> None:
        """Wait until nothing is made any more."""
        if self._thread:
            self._thread.join()
