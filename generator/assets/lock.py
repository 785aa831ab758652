"""hub.lock: every asset's URL, SHA-256 and size, in TOML, sorted by URL so that merges stay small."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlsplit, urlunsplit

import tomli_w

from generator.assets.store import Incoming, Store, copy_into
from generator.files import write_whole
from generator.model.asset import Asset

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HEAD = "# Every file that the hub's snippets download. Written by `hubpages assets`; commit it.\n\n"


class LockError(Exception):
    """hub.lock cannot be used; the message says where and what to do."""


def normalise_url(url: str) -> str:
    """The one spelling under which a URL is locked and looked up.

    No fragment, no user name, no default port; the host in lower case and in ASCII; percent escapes as RFC
    3986 (6.2.2) has them, since HTTP clients write them so whatever the snippet says.

    Raises ValueError for anything but an absolute http or https URL.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{url!r} is not an http or https URL")
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS[scheme]) else f":{parts.port}"
    return urlunsplit((scheme, host + port, _normalise_escapes(parts.path) or "/", _normalise_escapes(parts.query), ""))


def read_lock(path: Path) -> Mapping[str, Asset]:
    """The locked assets by URL; none where there is no file yet.

    Raises LockError for a file that is not a lock.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        assets = [_asset_of(row) for row in data.get("asset", [])]
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise LockError(f"{path}: not a lock file ({error}); restore it from version control") from error
    return {asset.url: asset for asset in assets}


def write_lock(path: Path, assets: Iterable[Asset]) -> None:
    """Replace the lock by these assets, whole or not at all."""
    rows = [
        {"url": asset.url, "sha256": asset.sha256, "size": asset.size}
        for asset in sorted(assets, key=lambda asset: asset.url)
    ]
    write_whole(path, _HEAD + tomli_w.dumps({"asset": rows}))


def add_asset(url: str, file: Path, lock_path: Path, store: Store) -> Asset:
    """Copy a file into the store and lock it under its URL, in place of what stood there.

    Raises ValueError for a URL that no snippet could ask for, OSError when the file cannot be read or
    written, LockError when the lock is not one.
    """
    url = normalise_url(url)
    with file.open("rb") as source:
        return add_open(url, source, lock_path, store)


def add_open(url: str, source: BinaryIO, lock_path: Path, store: Store) -> Asset:
    """The same for an open file and a normalised URL."""
    with store.incoming() as incoming:
        copy_into(incoming, source)
        asset, _ = lock_incoming(url, incoming, lock_path, store, update=True)
    return asset


def lock_incoming(
    url: str, incoming: Incoming, lock_path: Path, store: Store, *, update: bool
) -> tuple[Asset, Asset | None]:
    """Keep a wholly written file and lock it under a normalised URL; return it and what was locked there before.

    Without `update` the line of another file stays as it is, and the new one is in the store alone.

    Raises OSError and LockError; the lock is then as before.
    """
    asset = Asset(url, incoming.finish(), incoming.size)
    # Both under one guard: in between, a file that no lock names could be pruned.
    with store.guarded():
        locked = read_lock(lock_path)
        previous = locked.get(url)
        incoming.keep()
        if previous is None or (update and previous != asset):
            write_lock(lock_path, {**locked, url: asset}.values())
    return asset, previous


def _asset_of(row: Mapping[str, object]) -> Asset:
    sha256 = str(row["sha256"])
    # The digest becomes a path in the store, and the lock may come with a stranger's pull request.
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is not a SHA-256 digest")
    return Asset(normalise_url(str(row["url"])), sha256, int(str(row["size"])))


def _normalise_escapes(text: str) -> str:
    def settle(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(settle, text), safe="%!$&'()*+,/:;=?@[]")
