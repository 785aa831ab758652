"""Stand-in weights: random, of the right shapes, made from a hub repository's own code where it publishes real ones.

They go into the store, and into a lock of their own, an overlay for the proxy, so that nobody takes their digests for
published ones. The same archive, seed and kernel environment make the same bytes.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from generator.assets.archive import archive_url
from generator.assets.lock import add_asset, normalise_url, read_lock
from generator.assets.store import Store
from generator.files import write_whole
from generator.model.asset import Asset
from generator.standins.process import (
    SCRIPT,
    Confine,
    StandInError,
    built_weights,
    find_urls,
    fingerprint,
    unconfined,
)

OVERLAY = "standins.lock"
"""The stand-ins' lock, in the folder that `make_standins` is given."""

SEED = 0

_MADE = "standins.json"

Request = tuple[str, str]
"""A repository as `hub.load` names it, owner/name or owner/name:branch, and an entry of it."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """Weights for one entry, in the store and in the overlay."""

    repository: str
    entry: str
    asset: Asset
    """Under the URL where the published weights are."""
    built: bool
    """Whether this call built them, for this entry or another of the same URL; else they were at hand."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An entry for which none could be made."""

    repository: str
    entry: str
    reason: str
    """In a sentence, often the kernel's: "ModuleNotFoundError: No module named 'ftfy'"."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What a stand-in was made of, in the side file: while that is the same, it is not made again."""

    key: str
    url: str
    sha256: str
    size: int
    needs: Sequence[str] = ()
    """URLs of what else is loaded where the model is built."""


def make_standins(
    requests: Sequence[Request],
    lock: Path,
    store: Store,
    python: Path,
    folder: Path,
    *,
    confine: Confine = unconfined,
    on_build: Callable[[Request], None] = lambda request: None,
) -> list[StandIn | Failure]:
    """Make sure that each entry has stand-in weights; return one answer a request, in their order.

    Each model is built in a process of its own of the kernel environment, from the locked archive alone. Entries whose
    weights are published under one URL share one file, built for the first of them. Weights of a backbone that an
    entry loads by itself come into the overlay with it.

    Args:
        requests: repositories and entries.
        lock: the lock with the repositories' archives; it is read and not changed.
        store: where the archives are, and where the stand-ins go.
        python: interpreter of the kernel environment.
        folder: where the overlay `standins.lock` is, and `standins.json`, which says what they were made of.
        confine: puts a command into a sandbox; what runs is a stranger's code.
        on_build: told of each entry before it is built.

    Raises StandInError where the kernel environment itself does not work, LockError for what is no lock, and OSError.
    """
    answers: dict[Request, StandIn | Failure] = {}
    archives: dict[Request, Asset] = {}
    locked = read_lock(lock)
    for request in dict.fromkeys(requests):
        archive = _find_archive(request, locked, store)
        if isinstance(archive, Asset):
            archives[request] = archive
        else:
            answers[request] = archive
    if archives:
        folder.mkdir(parents=True, exist_ok=True)
        keys = _keys(archives, fingerprint(python))
        answers |= _at_hand(keys, folder, store)
    missing = {request: archive for request, archive in archives.items() if request not in answers}
    known = {answer.asset.url: answer.asset for answer in answers.values() if isinstance(answer, StandIn)}
    needs: dict[str, Sequence[str]] = {}
    for request, url in _find_urls(missing, store, python, confine).items():
        if isinstance(url, Failure):
            answers[request] = url
            continue
        if url not in known:
            on_build(request)
            try:
                with built_weights(_path(missing[request], store), request[1], SEED, python, confine) as built:
                    known[url] = add_asset(url, built.file, folder / OVERLAY, store)
                    needs[url] = _add_needed(built.needed, known, folder, store)
            except StandInError as failure:
                answers[request] = Failure(*request, str(failure))
                continue
        answers[request] = StandIn(*request, known[url], built=True)
        made = _Made(keys[request], url, known[url].sha256, known[url].size, needs.get(url, ()))
        _remember(request, made, folder, store)
    return [answers[request] for request in requests]


def _add_needed(needed: Mapping[str, Path], known: Mapping[str, Asset], folder: Path, store: Store) -> Sequence[str]:
    """Bring what an entry is built on into the overlay, but not in place of what was asked for by name."""
    files = {_web_url(url): file for url, file in needed.items()}
    for url in files.keys() - known.keys():
        add_asset(url, files[url], folder / OVERLAY, store)
    return sorted(files)


def _find_archive(request: Request, locked: Mapping[str, Asset], store: Store) -> Asset | Failure:
    try:
        url = normalise_url(archive_url(request[0]))
    except ValueError as error:
        return Failure(*request, str(error))
    if url not in locked:
        return Failure(*request, f"its repository is not in hub.lock; run: hubpages assets add {url} FILE")
    if not store.has(locked[url].sha256):
        return Failure(*request, f"its repository is not in the store; run: hubpages assets add {url} FILE")
    return locked[url]


def _find_urls(
    missing: Mapping[Request, Asset], store: Store, python: Path, confine: Confine
) -> dict[Request, str | Failure]:
    """Where the weights of each are published, with one question for each archive."""
    found: dict[Request, str | Failure] = {}
    for archive in dict.fromkeys(missing.values()):
        asked = [request for request, its_archive in missing.items() if its_archive == archive]
        try:
            urls = find_urls(_path(archive, store), [entry for _, entry in asked], python, confine)
        except StandInError as failure:
            found |= {request: Failure(*request, str(failure)) for request in asked}
            continue
        for request in asked:
            url = urls[request[1]]
            found[request] = Failure(*request, str(url)) if isinstance(url, StandInError) else _web(request, url)
    return found


def _web(request: Request, url: str) -> str | Failure:
    try:
        return _web_url(url)
    except StandInError as failure:
        return Failure(*request, str(failure))


def _web_url(url: str) -> str:
    try:
        return normalise_url(url)
    except ValueError as error:
        raise StandInError(f"its weights are at {url!r}, which is no http or https URL") from error


def _path(archive: Asset, store: Store) -> Path:
    return store.path_of(archive.sha256)


def _keys(archives: Mapping[Request, Asset], environment: str) -> dict[Request, str]:
    """By request, everything that could change the bytes of its weights, as one digest."""
    script = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
    return {
        request: hashlib.sha256(json.dumps([archive.sha256, SEED, environment, script]).encode()).hexdigest()
        for request, archive in archives.items()
    }


def _at_hand(keys: Mapping[Request, str], folder: Path, store: Store) -> dict[Request, StandIn]:
    """Those that were made before of the same, and still are what the overlay serves."""
    overlay = read_lock(folder / OVERLAY)
    made = _read_made(folder)
    found: dict[Request, StandIn] = {}
    for request, key in keys.items():
        one = made.get(" ".join(request))
        if one is None or one.key != key:
            continue
        asset = Asset(one.url, one.sha256, one.size)
        needed = [overlay.get(url) for url in one.needs]
        whole = all(other is not None and store.has(other.sha256) for other in needed)
        if whole and overlay.get(one.url) == asset and store.has(one.sha256):
            found[request] = StandIn(*request, asset, built=False)
    return found


def _read_made(folder: Path) -> dict[str, _Made]:
    try:
        rows = json.loads((folder / _MADE).read_text(encoding="utf-8"))
        return {name: _Made(**row) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        # It only saves time.
        return {}


def _remember(request: Request, made: _Made, folder: Path, store: Store) -> None:
    with store.guarded():
        rows = {**_read_made(folder), " ".join(request): made}
        write_whole(folder / _MADE, json.dumps({name: asdict(rows[name]) for name in sorted(rows)}, indent=1))
