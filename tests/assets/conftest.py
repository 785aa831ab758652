"""A small hub with a proxy over it, shared by the tests that only ask it things."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.assets.lock import add_asset, read_lock, write_lock
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.model.asset import Asset

from .hosts import Host, a_host
from .hub import CONTENT, LOST_URL, PLAIN_URL, URL, Hub
from .studio import Studio, a_hub, recorder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with nothing in it."""
    return Store(tmp_path / "store")


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """A store with one file, locked under an https and an http URL, and one locked file that is lost."""
    folder = tmp_path_factory.mktemp("hub")
    hub = Hub(folder / "hub.lock", Store(folder / "store"), folder / "state")
    file = folder / "file"
    file.write_bytes(CONTENT)
    for url in (URL, PLAIN_URL):
        add_asset(url, file, hub.lock_path, hub.store)
    write_lock(hub.lock_path, [*read_lock(hub.lock_path).values(), Asset(LOST_URL, "0" * 64, 9)])
    return hub


@pytest.fixture(scope="package")
def proxy(hub: Hub) -> Iterator[ReplayProxy]:
    """A proxy that replays the hub."""
    with ReplayProxy.start(hub.lock_path, hub.store, hub.state) as proxy:
        yield proxy


@pytest.fixture
def client(request: pytest.FixtureRequest) -> str:
    """A client name of the test's own, so that it sees its own requests only."""
    return re.sub(r"[^A-Za-z0-9]+", "-", request.node.name)[-64:]


@pytest.fixture(scope="package")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host over HTTPS whose CA the system does not know."""
    with a_host(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="package")
def studio(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Studio]:
    """A proxy that records into an empty hub."""
    hub = a_hub(tmp_path_factory.mktemp("hub"))
    with recorder(hub, host) as proxy:
        yield Studio(host, hub, proxy)
