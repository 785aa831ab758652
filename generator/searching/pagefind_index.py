"""Documents to the files of a search index: the one place that calls Pagefind.

Its program is run on a folder made for it. The package's own interface, which takes documents from memory, answers one
document in a tenth of a second, and waits for ever where the program dies.
"""

import contextlib
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from generator import __version__
from generator.files import in_words, remove, temporary_folder
from generator.keeping import keep, recall
from generator.model.addresses import search_file
from generator.model.site import RenderedFile
from generator.searching.answers import cards_of
from generator.searching.canonical import canonical
from generator.searching.documents import Documents, SearchError
from generator.seen import digest_of

UNFINISHED = "hubpages-search-"
"""How the names of folders begin that an index is made in, in the system's folder for temporary files."""

INDEXED = ".indexed-"
"""Likewise of those that are indexed, beside the documents."""

_TIMEOUT, _TIMEOUT_EACH = 600.0, 0.1
"""Seconds, and for each document as many more."""

_OURS = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json")


class PagefindIndex:
    """Makes one index, beside whatever else is done meanwhile."""

    def __init__(self, cache: Path | None = None) -> None:
        """Raises SearchError where Pagefind is missing.

        Args:
            cache: a folder that keeps the last index, for when nothing has changed since; made where it is missing.
        """
        self._executable = _executable()
        self._cache = cache
        self._documents: Documents | None = None
        self._thread: threading.Thread | None = None
        self._made: list[RenderedFile] | Exception = []

    def start(self, documents: Documents, known: str) -> str:
        """Begin, unless it has begun or an index of these documents is known; return the documents' key."""
        if documents.key not in (known, self._documents and self._documents.key):
            self._documents = documents
            self._thread = threading.Thread(target=self._make, args=(documents,))
            self._thread.start()
        return documents.key

    def files(self) -> Sequence[RenderedFile]:
        """The index, when it is made. Raises SearchError where Pagefind does not run, and OSError."""
        if self._thread:
            self._thread.join()
        if isinstance(self._made, Exception):
            raise self._made
        return self._made

    def _make(self, documents: Documents) -> None:
        try:
            self._made = index_documents(documents, self._cache, self._executable)
        except Exception as error:  # raised where it is asked for
            self._made = error


def index_documents(
    documents: Documents, cache: Path | None = None, executable: Path | None = None
) -> list[RenderedFile]:
    """The files of an index over these documents, the same bytes for the same documents.

    Raises SearchError where Pagefind is missing or does not run.
    """
    executable = executable or _executable()
    kept = cache / _digest(documents) if cache else None
    files = _recalled(kept) if kept else None
    if files is None:
        documents.folder.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(INDEXED, documents.folder.parent) as folder:
            copied = documents.copied_to(folder)
            files, is_whole = canonical(_run(executable, copied)), not copied.lost()
            files = {**files, **cards_of(files)}
        if kept and is_whole:  # else they have changed since their digests were taken
            with contextlib.suppress(OSError):  # it costs the next build a few seconds, and this one nothing
                _keep(files, kept)
    return [RenderedFile(search_file(name), data) for name, data in sorted(files.items())]


def _executable() -> Path:
    """The program that a wheel brings, unless the environment names another, as for the package pagefind.

    That itself is slow to load, and would do nothing else here.
    """
    if named := os.environ.get("PAGEFIND_BINARY_PATH"):
        return Path(named)
    try:
        from pagefind_bin_extended import get_executable  # type: ignore[import-untyped]
    except ImportError as error:
        how = "Pagefind's program is not installed: it comes with" if find_spec("pagefind") else "install"
        raise SearchError(f"{how} pagefind[extended]") from error
    try:
        return Path(get_executable())
    except FileNotFoundError as error:
        raise SearchError(f"Pagefind's program is gone: install pagefind[extended] again ({error})") from error


def _run(executable: Path, documents: Documents) -> Mapping[str, bytes]:
    # Pagefind takes settings from its environment and from files in the folder where it runs.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    with temporary_folder(UNFINISHED) as folder:
        out = folder / "out"
        site = str(documents.folder.absolute())
        command = [str(executable), "--site", site, "--output-path", str(out), "--quiet"]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT + _TIMEOUT_EACH * len(documents.digests),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SearchError(f"Pagefind does not run here ({in_words(error)})") from error
        if done.returncode != 0:
            said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
            raise SearchError(
                f"Pagefind ended with status {done.returncode}: {said[-1] if said else 'it said nothing'}"
            )
        return _read(out)


def _read(folder: Path) -> Mapping[str, bytes]:
    """What a browser asks for, by its name in the index, without the interfaces that come with Pagefind."""
    files = {}
    for parent, _, names in os.walk(folder):
        below = parent[len(str(folder)) + 1 :].replace(os.sep, "/")
        for name in (f"{below}/{each}" if below else each for each in names):
            if not name.endswith((".js", ".css", ".json")) or name in _OURS:
                with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123 - of thousands
                    files[name] = file.read()
    return files


def _digest(documents: Documents) -> str:
    from importlib.metadata import version

    return digest_of(version("pagefind"), __version__, documents.key)


def _recalled(kept: Path) -> Mapping[str, bytes] | None:
    found = recall(kept, [dict[str, bytes]])
    return found[0] if found else None


def _keep(files: Mapping[str, bytes], kept: Path) -> None:
    """This index in the place of all earlier ones: one file, for an index has as many as there are pages, and more."""
    for old in kept.parent.iterdir() if kept.parent.is_dir() else ():
        if not old.name.startswith("."):  # another build may be about to put its own there
            remove(old)
    keep([files], kept)
