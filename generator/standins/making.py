"""Stand-in weights: random, of the right shapes, made from a hub repository's own code where it publishes real ones.

They go into the store, and into a lock of their own, an overlay for the proxy, so that nobody takes their digests for
published ones. The same archive, seed and kernel environment make the same bytes.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from generator.assets.archive import archive_url
from generator.assets.lock import add_open, normalise_url, read_lock
from generator.assets.store import Store
from generator.files import write_whole
from generator.model.asset import Asset
from generator.running.probe import probe
from generator.standins.process import SCRIPT, Builder, StandInError

SEED = 0

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
    overlay: Path,
    builder: Builder,
    on_build: Callable[[Request, int, int], None] = lambda request, number, total: None,
) -> list[StandIn | Failure]:
    """Make sure that each entry has stand-in weights; return one answer a request, in their order.

    Each model is built in a process of its own of the kernel environment, from the locked archive alone. Entries whose
    weights are published under one URL share one file, built for the first of them. Weights of a backbone that an
    entry loads by itself come into the overlay with it.

    Args:
        requests: repositories and entries.
        lock: the lock with the repositories' archives; it is read and not changed.
        overlay: the stand-ins' lock. Beside it, `.json`, is what they were made of.
        builder: what builds them, with the store where the archives are and where the stand-ins go.
        on_build: told of each entry before it is built, and that it is the first of seven, say.

    Raises KernelError or SandboxError where no kernel could run either, LockError for what is no lock, and OSError.
    """
    store, locked = builder.store, read_lock(lock)
    found = {request: _find_archive(request, locked, store) for request in requests}
    answers: dict[Request, StandIn | Failure] = {one: said for one, said in found.items() if isinstance(said, Failure)}
    archives = {one: archive for one, archive in found.items() if isinstance(archive, Asset)}
    if archives:
        overlay.parent.mkdir(parents=True, exist_ok=True)
        keys = _keys(archives, builder)
        answers |= _at_hand(keys, overlay, store)
    urls = _find_urls({one: archive for one, archive in archives.items() if one not in answers}, builder)
    known = {answer.asset.url: answer.asset for answer in answers.values() if isinstance(answer, StandIn)}
    needs: dict[str, Sequence[str]] = {}
    to_build = [url for url in dict.fromkeys(urls.values()) if isinstance(url, str) and url not in known]
    for request, url in urls.items():
        try:
            if isinstance(url, StandInError):
                raise url
            if url not in known:
                on_build(request, to_build.index(url) + 1, len(to_build))
                known[url], needs[url] = _build(request[1], archives[request], url, known, overlay, builder)
        except StandInError as failure:
            answers[request] = Failure(*request, str(failure))
            continue
        answers[request] = StandIn(*request, known[url], built=True)
        made = _Made(keys[request], url, known[url].sha256, known[url].size, needs.get(url, ()))
        _remember(request, made, overlay, store)
    return [answers[request] for request in requests]


def _build(
    entry: str, archive: Asset, url: str, known: Collection[str], overlay: Path, builder: Builder
) -> tuple[Asset, Sequence[str]]:
    """Bring an entry's weights into the overlay, and of what it is built on that which is not known by name."""
    with builder.built(archive, entry, SEED) as built:
        asset = add_open(url, built.file, overlay, builder.store)
        for other in built.needed.keys() - {url, *known}:
            add_open(other, built.needed[other], overlay, builder.store)
        return asset, sorted(built.needed)


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


def _find_urls(missing: Mapping[Request, Asset], builder: Builder) -> dict[Request, str | StandInError]:
    """Where the weights of each are published, with one question for each archive."""
    found: dict[Request, str | StandInError] = {}
    for archive in dict.fromkeys(missing.values()):
        asked = [request for request, its_archive in missing.items() if its_archive == archive]
        urls = builder.find_urls(archive, [entry for _, entry in asked])
        found |= {request: urls[request[1]] for request in asked}
    return found


def _keys(archives: Mapping[Request, Asset], builder: Builder) -> dict[Request, str]:
    """By request, everything that could change the bytes of its weights, as one digest."""
    environment = asdict(probe(builder.python, "cpu"))
    script = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
    same = [SEED, environment, script, *([builder.packages.name] if builder.packages else [])]
    return {
        request: hashlib.sha256(json.dumps([archive.sha256, *same]).encode()).hexdigest()
        for request, archive in archives.items()
    }


def _at_hand(keys: Mapping[Request, str], overlay: Path, store: Store) -> dict[Request, StandIn]:
    """Those that were made before of the same, and still are what the overlay serves."""
    locked = read_lock(overlay)
    made = _read_made(overlay)
    found: dict[Request, StandIn] = {}
    for request, key in keys.items():
        one = made.get(" ".join(request))
        if one is None or one.key != key:
            continue
        asset = Asset(one.url, one.sha256, one.size)
        needed = [locked.get(url) for url in one.needs]
        whole = all(other is not None and store.has(other.sha256) for other in needed)
        if whole and locked.get(one.url) == asset and store.has(one.sha256):
            found[request] = StandIn(*request, asset, built=False)
    return found


def _read_made(overlay: Path) -> dict[str, _Made]:
    try:
        return msgspec.json.decode(overlay.with_suffix(".json").read_bytes(), type=dict[str, _Made])
    except (OSError, msgspec.DecodeError):
        # It only saves time.
        return {}


def _remember(request: Request, made: _Made, overlay: Path, store: Store) -> None:
    with store.guarded():
        rows = {**_read_made(overlay), " ".join(request): made}
        write_whole(
            overlay.with_suffix(".json"), msgspec.json.format(msgspec.json.encode(rows, order="sorted"), indent=1)
        )
