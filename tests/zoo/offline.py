"""Code run by the kernel's Python on a root's files, without a proxy and without a network."""

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from generator.assets.lock import read_lock
from generator.assets.store import Store
from tests.zoo import KERNEL_PYTHON

# Downloads come from the root's files, as a proxy would serve them; weights lie where megengine.hub looks first.
OFFLINE = """
import json, os, shutil, urllib.request
import requests

FILES = json.loads(os.environ["ZOO_FILES"])


class Answer:
    status_code, headers = 200, {}

    def __init__(self, url):
        self.path = FILES[url]

    def iter_content(self, size):
        with open(self.path, "rb") as file:
            yield from iter(lambda: file.read(size), b"")


requests.get = lambda url, **_: Answer(url)
urllib.request.urlretrieve = lambda url, name: shutil.copy(FILES[url], name)
"""


def files_of(root: Path) -> dict[str, Path]:
    """Where each locked file of a root lies, by URL."""
    store = Store(root / ".hub" / "assets")
    return {asset.url: store.path_of(asset.sha256) for asset in read_lock(root / "hub.lock").values()}


def home_of(root: Path, folder: Path) -> Path:
    """Make an empty folder an MGE_HOME in which all weights lie under the names that megengine.hub gives them."""
    (folder / "serialized").mkdir(parents=True)
    for url, path in files_of(root).items():
        if url.endswith((".pkl", ".model")):
            prefix = hashlib.sha256(url.encode()).hexdigest()[:6]
            (folder / "serialized" / f"{prefix}_{url.rsplit('/', 1)[-1]}").symlink_to(path)
    return folder


def run_in_kernel(code: str, root: Path, home: Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
    """Run code with the kernel's Python in the folder ``home``, with the root's files in place of the network.

    Raises AssertionError, with the end of its standard error, when its exit status is not the expected one.
    """
    files = {url: str(path) for url, path in files_of(root).items()}
    environment = {
        **os.environ,
        "MGE_HOME": str(home),
        "ZOO_FILES": json.dumps(files),
        "CUDA_VISIBLE_DEVICES": "",
    }
    call = [str(KERNEL_PYTHON), "-c", OFFLINE + code]
    done = subprocess.run(call, env=environment, cwd=home, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == expect, done.stderr[-3000:]
    return done


def last_line(done: subprocess.CompletedProcess[str]) -> Any:
    """What a script printed last, from JSON."""
    return json.loads(done.stdout.strip().splitlines()[-1])
