"""Files that come to a machine when they are first asked for: a real proxy over a store that is empty."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from ssl import create_default_context

import pytest

from generator.assets.lock import add_asset
from generator.assets.proxy import ProxyAddress, ProxyError
from generator.assets.store import Store
from generator.model.limits import Limits
from generator.scheduling.downloads import Downloads
from generator.scheduling.larder import Larder, larder, pieces_of, receive, sharing
from generator.scripts.planning import plan
from tests.pages import a_page, read

URL, OTHER_URL = "https://files.invalid/weights.pkl", "https://files.invalid/other.bin"
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def downloads(tmp_path: Path) -> Downloads:
    """A hub that has locked two files, of which it has one."""
    store, lock, file = Store(tmp_path / "store"), tmp_path / "hub.lock", tmp_path / "file"
    file.write_bytes(CONTENT)
    add_asset(URL, file, lock, store)
    file.write_bytes(b"lost")
    lost = add_asset(OTHER_URL, file, lock, store)
    store.remove(lost.sha256)
    return Downloads(lock, store, "replay")


@contextmanager
def elsewhere(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch, fetched: list[str], piece: bytes = b""
) -> Iterator[Larder]:
    """A machine that sees another store under the hub's name; what it fetches may be another piece than asked for."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(downloads.lock.parent / "cache"))

    def fetch(sha256: str, store: Store) -> None:
        fetched.append(sha256)
        receive(sha256, [piece] if piece else pieces_of(sha256, downloads.store, size=1000), store)

    with (
        sharing(downloads) as served,
        larder(replace(served, store=downloads.lock.parent / "nothing"), Limits(), fetch) as found,
    ):
        yield found


def _get(address: ProxyAddress, url: str) -> bytes:
    https = urllib.request.HTTPSHandler(context=create_default_context(cafile=str(address.ca_file)))
    proxies = urllib.request.ProxyHandler(dict.fromkeys(("http", "https"), address.url_for("me")))
    try:
        data: bytes = urllib.request.build_opener(proxies, https).open(url, timeout=60).read()
    except urllib.error.HTTPError as error:
        data = error.read()
    return data


def test_what_is_asked_for_is_fetched_once(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    """In pieces, when the first script asks; the second finds it, and so does the next run."""
    fetched: list[str] = []
    for _ in range(2):
        with elsewhere(downloads, monkeypatch, fetched) as found:
            assert [_get(found.address, URL) for _ in range(2)] == [CONTENT] * 2
            assert [request.status for request in found.address.requests_of("me")] == ["served"] * 2
            assert not found.is_shared
    assert fetched == [downloads.locked()[URL].sha256]


def test_file_that_nobody_has_is_refused_as_it_is_without_a_fleet(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same words, so that the evidence is the same."""
    with elsewhere(downloads, monkeypatch, []) as found:
        assert b"in hub.lock but not in the store" in _get(found.address, OTHER_URL)


def test_other_bytes_than_the_lock_names_are_not_kept(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happened to them on the way."""
    with elsewhere(downloads, monkeypatch, [], piece=b"something else") as found:
        assert b"not in the store" in _get(found.address, URL)
    assert not list((downloads.lock.parent / "cache").glob("hubpages/assets/??/*"))


def test_store_that_a_machine_shares_is_used_as_it_is(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is copied where the same folder is seen."""

    def fetch(sha256: str, store: Store) -> None:
        raise AssertionError

    monkeypatch.setenv("XDG_CACHE_HOME", str(downloads.lock.parent / "cache"))
    with sharing(downloads) as served, larder(served, Limits(), fetch) as found:
        assert found.is_shared
        assert _get(found.address, URL) == CONTENT
    assert not (downloads.lock.parent / "cache").exists()
    assert not list(downloads.store.folder.glob(".shared-*"))


def test_proxy_that_is_gone_is_no_fault_of_the_script(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks what a script has asked for is told that the machine is at fault."""
    with elsewhere(downloads, monkeypatch, []) as found:
        pass
    with pytest.raises(ProxyError, match="the replay proxy is gone"):
        found.address.requests_of("me")


def test_stand_in_that_has_to_lie_somewhere_is_brought(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its script runs: nobody asks the proxy for it."""
    overlay = downloads.lock.with_name("standins.lock")
    overlay.write_bytes(downloads.lock.read_bytes())
    asset = downloads.locked()[URL]
    made = {"key": "", "url": URL, "sha256": asset.sha256, "size": asset.size, "placed": {URL: "checkpoints/net.pkl"}}
    overlay.with_suffix(".json").write_text(json.dumps({"megengine/models resnet18": made}), encoding="utf-8")
    sample = 'from megengine import hub\nhub.load("megengine/models", "resnet18", pretrained=True)'
    (script,) = plan([read(a_page("print(1)", sample=sample))])
    fetched: list[str] = []
    with elsewhere(replace(downloads, overlay=overlay), monkeypatch, fetched) as found:
        placed = found.downloads.placed_for(script)
        assert {place: Path(path).read_bytes() for place, path in placed.items()} == {"checkpoints/net.pkl": CONTENT}
    assert fetched == [asset.sha256]
