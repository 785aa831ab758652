"""Documents to the files of a search index: the one place that calls Pagefind.

Its program is run on a folder made for it. The package's own interface, which takes documents from memory, answers one
document in a tenth of a second, and waits for ever where the program dies.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from generator import __version__
from generator.files import in_words, temporary_folder
from generator.model.addresses import search_file
from generator.model.site import RenderedFile, SearchDocument
from generator.searching.canonical import canonical

_TIMEOUT = 600
_OURS = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json")


class SearchError(Exception):
    """There can be no search on this machine; the message says why."""


def index_documents(documents: Sequence[SearchDocument], cache: Path | None = None) -> list[RenderedFile]:
    """The files of an index over these documents, the same bytes for the same documents.

    Args:
        cache: a folder that keeps the last index, for when nothing has changed since; made where it is missing.

    Raises SearchError where Pagefind is missing or does not run.
    """
    executable = _executable()
    kept = cache / _digest(documents) if cache else None
    if kept and kept.is_dir():
        files = _read(kept)
    else:
        files = canonical(_run(executable, documents))
        if kept:
            with contextlib.suppress(OSError):  # it costs the next build a few seconds, and this one nothing
                _keep(files, kept)
    return [RenderedFile(search_file(name), data) for name, data in sorted(files.items())]


def _executable() -> Path:
    try:
        from pagefind.service import get_executable
    except ImportError as error:
        raise SearchError("Pagefind is not installed") from error
    found = get_executable()
    if found is None:
        raise SearchError("Pagefind's program is not installed: it comes with pagefind[extended]")
    return Path(found)


def _run(executable: Path, documents: Sequence[SearchDocument]) -> Mapping[str, bytes]:
    # Pagefind takes settings from its environment and from files in the folder where it runs.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    with temporary_folder("hubpages-search-") as folder:
        site, out = folder / "site", folder / "out"
        site.mkdir()
        for document in documents:
            path = site / PurePosixPath(document.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(document.html, encoding="utf-8")
        command = [str(executable), "--site", str(site), "--output-path", str(out), "--quiet"]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT,
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
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (path.suffix not in (".js", ".css", ".json") or name in _OURS):
            files[name] = path.read_bytes()
    return files


def _digest(documents: Sequence[SearchDocument]) -> str:
    from importlib.metadata import version

    digest = hashlib.sha256(f"{version('pagefind')} {__version__}".encode())
    for document in sorted(documents, key=lambda document: document.path):
        for text in (document.path, document.html):
            digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _keep(files: Mapping[str, bytes], kept: Path) -> None:
    """This index in the place of all earlier ones; whole, or not there."""
    cache = kept.parent
    cache.mkdir(parents=True, exist_ok=True)
    with temporary_folder(".incoming-", cache) as incoming:
        for name, data in files.items():
            path = incoming / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for old in cache.iterdir():
            if not old.name.startswith("."):  # another build may be about to put its own there
                shutil.rmtree(old, ignore_errors=True)
        incoming.rename(kept)
