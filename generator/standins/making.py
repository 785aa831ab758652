"""Stand-in weights: random, of the right shapes, made from a hub repository's own code where it publishes real ones.

They go into the store, and into a lock of their own, an overlay for the proxy, so that nobody takes their digests for
published ones. The same archive, seed and kernel environment make the same bytes.
"""

import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from generator.assets.hubconf import repository_of_archive_url
from generator.assets.lock import add_open, normalise_url, read_lock
from generator.assets.store import Store
from generator.decoding import from_json
from generator.files import write_whole
from generator.model.asset import Asset
from generator.model.entry import LoadCall
from generator.running.probe import probe
from generator.standins.process import SCRIPT, Builder, StandInError

SEED = 0


@dataclass(frozen=True, slots=True)
class StandIn:
    """Weights for one entry, in the store and in the overlay."""

    call: LoadCall
    asset: Asset | None
    """Under the URL where the published weights are; None for an entry that loads none as it is called."""
    built: bool
    """Whether this call built them, for this entry or another of the same URL; else they were at hand."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An entry for which none could be made."""

    call: LoadCall
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
    placed: Mapping[str, str] = field(default_factory=dict)
    """URL to the path below the framework's home folder where a file has to be before a script asks for it."""


def make_standins(
    calls: Sequence[LoadCall],
    lock: Path,
    overlay: Path,
    builder: Builder,
    on_build: Callable[[LoadCall, int, int], None] = lambda call, number, total: None,
) -> list[StandIn | Failure]:
    """Make sure that each entry has stand-in weights; return one answer a call, in their order.

    Each model is built in a process of its own of the kernel environment, from the locked archive alone. Entries whose
    weights are published under one URL share one file, built for the first of them. Weights of a backbone that an
    entry loads by itself come into the overlay with it, and so does what the framework's loader asks a repository's
    host before it gets an archive.

    Args:
        calls: what is loaded.
        lock: the lock with the repositories' archives; it is read and not changed.
        overlay: the stand-ins' lock. Beside it, `.json`, is what they were made of.
        builder: what builds them, with the store where the archives are and where the stand-ins go.
        on_build: told of each entry before it is built, and that it is the first of seven, say.

    Raises KernelError or SandboxError where no kernel could run either, LockError for what is no lock, and OSError.
    """
    store, locked = builder.store, read_lock(lock)
    found = {call: _find_archive(call, locked, builder) for call in calls}
    answers: dict[LoadCall, StandIn | Failure] = {one: said for one, said in found.items() if isinstance(said, Failure)}
    archives = {one: archive for one, archive in found.items() if isinstance(archive, Asset)}
    if archives:
        overlay.parent.mkdir(parents=True, exist_ok=True)
        _answer_before([archive.url for archive in archives.values()], locked, overlay, builder)
        keys = _keys(archives, builder)
        answers |= _at_hand(keys, overlay, store)
    urls = _find_urls({one: archive for one, archive in archives.items() if one not in answers}, builder)
    at_hand = (answer.asset for answer in answers.values() if isinstance(answer, StandIn))
    known = {asset.url: asset for asset in at_hand if asset}
    making = _Making(archives, keys if archives else {}, known, overlay, builder)
    to_build = list(dict.fromkeys(url or call for call, url in urls.items() if making.is_to_build(url)))
    for call, url in urls.items():
        if making.is_to_build(url):
            on_build(call, to_build.index(url or call) + 1, len(to_build))
        answers[call] = making.answer(call, url)
    return [answers[call] for call in calls]


@dataclass(frozen=True, slots=True)
class _Making:
    """What is made, and what is known of it so far."""

    archives: Mapping[LoadCall, Asset]
    keys: Mapping[LoadCall, str]
    known: dict[str, Asset]
    """By URL, the weights that the overlay has by now."""
    overlay: Path
    builder: Builder
    others: dict[str, tuple[Sequence[str], Mapping[str, str]]] = field(default_factory=dict)
    """By the URL of an entry's own weights, where everything is that it loads, and what has to lie where."""

    def is_to_build(self, url: str | StandInError) -> bool:
        """Whether weights are not there yet; where only building an entry tells its URL, that is empty."""
        return not isinstance(url, StandInError) and url not in self.known

    def answer(self, call: LoadCall, url: str | StandInError) -> StandIn | Failure:
        """Make an entry's weights unless they are there, and remember what they were made of."""
        try:
            if isinstance(url, StandInError):
                raise url
            own = url if url in self.known else self._build(call, url)
        except StandInError as failure:
            return Failure(call, str(failure))
        asset = self.known[own] if own else None
        size = (asset.sha256, asset.size) if asset else ("", 0)
        made = _Made(self.keys[call], own, *size, *self.others.get(own, ((), {})))
        _remember(call, made, self.overlay, self.builder.store)
        return StandIn(call, asset, built=True)

    def _build(self, call: LoadCall, url: str) -> str:
        """Bring an entry's weights into the overlay, and of what it is built on that which is not known by name.

        Returns where its own weights are published, empty where it has none. Raises StandInError where it cannot be
        built, with what it loaded by then in the overlay.
        """
        with self.builder.built(self.archives[call], call, SEED) as built:
            # Where the entry does not say which file is its own, it is the last: what it is built on it loads before.
            own = url or next(reversed(list(built.needed)), "")
            if built.own:
                self.known[own] = add_open(own, built.own, self.overlay, self.builder.store)
            for other in [one for one in built.needed if one not in self.known]:
                asset = add_open(other, built.needed[other], self.overlay, self.builder.store)
                if not built.own:
                    self.known[other] = asset
            if built.failure:
                raise StandInError(built.failure)
            self.others[own] = sorted(built.needed), built.placed
            return own


def placed_for(calls: Iterable[LoadCall], overlay: Path, store: Store) -> Mapping[str, Path]:
    """What has to lie below the framework's home folder before a script runs that loads this: files by their paths."""
    made, locked = _read_made(overlay), read_lock(overlay)
    rows = [one for call in calls if (one := made.get(_name(call)))]
    found = {place: locked[url] for one in rows for url, place in one.placed.items() if url in locked}
    return {place: store.path_of(asset.sha256) for place, asset in found.items()}


def _answer_before(archives: Collection[str], locked: Collection[str], overlay: Path, builder: Builder) -> None:
    """Lock what the loader asks before it gets these archives, where nobody has recorded it."""
    made = read_lock(overlay)
    repositories = {repository_of_archive_url(url) for url in archives}
    own = [url for url in locked if repository_of_archive_url(url) in repositories]
    for url, answer in builder.framework.asked_before(own).items():
        web, digest = normalise_url(url), hashlib.sha256(answer).hexdigest()
        is_there = web in made and made[web].sha256 == digest and builder.store.has(digest)
        if not is_there and web not in locked:
            add_open(web, io.BytesIO(answer), overlay, builder.store)


def _find_archive(call: LoadCall, locked: Mapping[str, Asset], builder: Builder) -> Asset | Failure:
    try:
        urls = list(map(normalise_url, builder.framework.archives.urls_of(call.repository)))
    except ValueError as error:
        return Failure(call, str(error))
    url = next((one for one in urls if one in locked), urls[0])
    if url not in locked:
        return Failure(call, f"its repository is not in hub.lock; run: hubpages assets add {url} FILE")
    if not builder.store.has(locked[url].sha256):
        return Failure(call, f"its repository is not in the store; run: hubpages assets add {url} FILE")
    return locked[url]


def _find_urls(missing: Mapping[LoadCall, Asset], builder: Builder) -> dict[LoadCall, str | StandInError]:
    """Where the weights of each are published, with one question for each archive."""
    found: dict[LoadCall, str | StandInError] = {}
    for archive in dict.fromkeys(missing.values()):
        asked = [call for call, its_archive in missing.items() if its_archive == archive]
        urls = builder.find_urls(archive, [call.entry for call in asked])
        found |= {call: urls[call.entry] for call in asked}
    return found


def _keys(archives: Mapping[LoadCall, Asset], builder: Builder) -> dict[LoadCall, str]:
    """By call, everything that could change the bytes of its weights, as one digest."""
    environment = asdict(probe(builder.python, "cpu", builder.framework.name))
    script = hashlib.sha256(SCRIPT.read_bytes() + builder.framework.source.encode()).hexdigest()
    same = [SEED, environment, script, *([builder.packages.name] if builder.packages else [])]
    return {
        call: hashlib.sha256(json.dumps([archive.sha256, *same]).encode()).hexdigest()
        for call, archive in archives.items()
    }


def _at_hand(keys: Mapping[LoadCall, str], overlay: Path, store: Store) -> dict[LoadCall, StandIn]:
    """Those that were made before of the same, and still are what the overlay serves."""
    locked = read_lock(overlay)
    made = _read_made(overlay)
    found: dict[LoadCall, StandIn] = {}
    for call, key in keys.items():
        one = made.get(_name(call))
        if one is None or one.key != key:
            continue
        if not one.url:
            found[call] = StandIn(call, None, built=False)
            continue
        asset = Asset(one.url, one.sha256, one.size)
        needed = [locked.get(url) for url in one.needs]
        whole = all(other is not None and store.has(other.sha256) for other in needed)
        if whole and locked.get(one.url) == asset and store.has(one.sha256):
            found[call] = StandIn(call, asset, built=False)
    return found


def _name(call: LoadCall) -> str:
    return f"{call.repository} {call.entry} {call.given}".rstrip()


def _read_made(overlay: Path) -> dict[str, _Made]:
    try:
        return from_json(overlay.with_suffix(".json").read_bytes(), dict[str, _Made])
    except (OSError, msgspec.DecodeError):
        # It only saves time.
        return {}


def _remember(call: LoadCall, made: _Made, overlay: Path, store: Store) -> None:
    with store.guarded():
        rows = {**_read_made(overlay), _name(call): made}
        write_whole(
            overlay.with_suffix(".json"), msgspec.json.format(msgspec.json.encode(rows, order="sorted"), indent=1)
        )
