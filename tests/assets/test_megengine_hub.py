"""The real megengine.hub, unpatched, over the proxy."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from generator.assets.lock import add_asset, read_lock
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store

# Not resolved: the interpreter finds its environment by the name under which it is called.
ENVIRONMENT = Path(__file__).parents[2] / ".venv-megengine"
ARCHIVE_URL = "https://github.com/zoo/models/archive/main.zip"
WEIGHTS_URL = "https://data.megengine.org.cn/zoo/line.pkl"

_HUBCONF = f"""
import megengine.hub as hub
import megengine.module as M

@hub.pretrained("{WEIGHTS_URL}")
def line():
    return M.Linear(3, 2)
"""

_SAVE = """
import sys
import megengine, megengine.module as M
net = M.Linear(3, 2)
net.weight[:] = 7.0
megengine.save(net.state_dict(), sys.argv[1])
"""

_SNIPPET = """
import megengine.hub as hub
net = hub.load("zoo/models:main", "line", pretrained=True)
print("weight", float(net.weight.numpy().mean()))
"""

pytestmark = pytest.mark.skipif(not ENVIRONMENT.is_dir(), reason="no kernel environment")


def test_hub_load_gets_repository_and_weights_by_replay(tmp_path: Path, store: Store) -> None:
    """An unchanged `hub.load(…, pretrained=True)` runs on locked files alone, and both are on record."""
    archive, weights, lock = tmp_path / "main.zip", tmp_path / "line.pkl", tmp_path / "hub.lock"
    with ZipFile(archive, "w") as target:
        target.writestr("models-main/hubconf.py", _HUBCONF)
    _python(_SAVE, {}, str(weights))
    locked = [add_asset(ARCHIVE_URL, archive, lock, store), add_asset(WEIGHTS_URL, weights, lock, store)]
    with ReplayProxy.start(lock, store, tmp_path / "state") as proxy:
        output = _python(_SNIPPET, {**proxy.environment_for("snippet"), "MGE_HOME": str(tmp_path / "home")})
        requests = proxy.requests_of("snippet")
    assert "weight 7.0" in output
    assert {request.status for request in requests} == {"served"}
    # megfile asks twice for the weights, once for their size, with GET both times.
    assert [request.url for request in requests] == [ARCHIVE_URL, WEIGHTS_URL, WEIGHTS_URL]
    assert {(request.sha256, request.size) for request in requests} == {(a.sha256, a.size) for a in locked}


def test_hub_load_is_recorded_and_then_replayed(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real hub fetches repository and weights from their hosts once, and afterwards without them."""
    archive, weights = tmp_path / "main.zip", tmp_path / "line.pkl"
    with ZipFile(archive, "w") as target:
        target.writestr("models-main/hubconf.py", _HUBCONF)
    _python(_SAVE, {}, str(weights))
    internet, internet_store = tmp_path / "internet.lock", Store(tmp_path / "internet")
    locked = [
        add_asset(ARCHIVE_URL, archive, internet, internet_store),
        add_asset(WEIGHTS_URL, weights, internet, internet_store),
    ]
    lock = tmp_path / "hub.lock"
    # A replay stands for the internet, as the proxy through which the recorder reaches it.
    with ReplayProxy.start(internet, internet_store, tmp_path / "far") as far, monkeypatch.context() as environment:
        for name, value in far.environment_for("recorder").items():
            environment.setenv(name, value)
        with ReplayProxy.start(lock, store, tmp_path / "near", mode="record") as proxy:
            _python(_SNIPPET, {**proxy.environment_for("snippet"), "MGE_HOME": str(tmp_path / "first")})
            recorded = proxy.requests_of("snippet")
        assert [request.url for request in far.requests_of("recorder")] == [ARCHIVE_URL, WEIGHTS_URL]
    assert {request.status for request in recorded} == {"recorded"}
    assert read_lock(lock) == {asset.url: asset for asset in locked}
    with ReplayProxy.start(lock, store, tmp_path / "near") as proxy:
        output = _python(_SNIPPET, {**proxy.environment_for("snippet"), "MGE_HOME": str(tmp_path / "second")})
    assert "weight 7.0" in output


def _python(code: str, environment: dict[str, str], *arguments: str) -> str:
    command = [str(ENVIRONMENT / "bin" / "python"), "-c", code, *arguments]
    child = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    sys.stderr.write(child.stderr)
    assert child.returncode == 0
    return child.stdout
