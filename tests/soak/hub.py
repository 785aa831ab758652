"""The hub that is broken and mended: small pages that need no model, and what some of them download."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from tests.kernels import KERNEL_PYTHON
from tests.pages import a_page, write

ONE, TWO = "http://files.example.org/one.bin", "https://files.example.org/two.bin"
ASSETS = {ONE: b"one" * 20_000, TWO: b"two" * 20_000}
"""What is locked, by URL: one of each kind of request that the proxy answers."""

RAISES = "raises"
"""The page that fails by its own fault."""

_FETCH = """\
import hashlib, urllib.request
data = urllib.request.urlopen("{url}").read()
print(len(data), "bytes")
assert hashlib.sha256(data).hexdigest() == "{sha256}", "not the locked file\""""
_SLOW = """\
import time
for number in range(15):
    time.sleep(0.05)
    print(number)"""


def _fetch(url: str) -> str:
    return _FETCH.format(url=url, sha256=hashlib.sha256(ASSETS[url]).hexdigest())


PAGES = {
    "prints": a_page("print('a')", title="Prints"),
    "loads_one": a_page(_fetch(ONE), title="Loads one"),
    "loads_two": a_page(_fetch(TWO), "print('loaded')", title="Loads two"),
    "loads_both": a_page(_fetch(TWO), _fetch(ONE), title="Loads both", en=None),
    "loops": a_page(_SLOW, title="Loops"),
    RAISES: a_page("print('before')", "1 / 0", title="Raises"),
}


Digests = dict[str, str]
"""Of a site's files, by their path in it."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub's folder, and that of the temporary files of whatever runs there."""

    folder: Path
    temporary: Path
    outside: Path
    """For what belongs to neither: what programs print, the files that are locked, sites built afresh."""

    @property
    def evidence(self) -> Path:
        """Its own runs."""
        return self.folder / ".hub" / "evidence"

    @property
    def store(self) -> Path:
        """What its pages download."""
        return self.folder / ".hub" / "assets"

    @property
    def site(self) -> Path:
        """What `build` writes."""
        return self.folder / "site"


def a_hub(folder: Path) -> Hub:
    """A place for a hub below a folder, with nothing in it yet. Paths are short: a kernel's socket lies among them."""
    hub = Hub(folder / "hub", folder / "t", folder / "o")
    for path in (hub.folder, hub.temporary, hub.outside):
        path.mkdir(parents=True)
    return hub


def write_hub(hub: Hub) -> None:
    """The hub's pages and settings, and beside it the files that are to be locked."""
    settings = {
        "base_url": "https://hub.example.org/",
        "kernel": {"python": str(KERNEL_PYTHON)},
        "verify": {"assets": "replay"},
    }
    (hub.folder / "hub.toml").write_text(tomli_w.dumps(settings), encoding="utf-8")
    write(hub.folder, **PAGES)
    write_assets(hub)


def write_assets(hub: Hub) -> dict[str, Path]:
    """The files that are locked, outside of the store; their paths by URL."""
    found = {url: hub.outside / url.rpartition("/")[2] for url in ASSETS}
    for url, path in found.items():
        path.write_bytes(ASSETS[url])
    return found


def copy_hub(source: Hub, target: Hub, known: list[str], *, is_built: bool) -> None:
    """The same pages, lock and store, and of what is known of these pages the evidence; and the site where it is built.

    Args:
        known: ids of pages.
    """
    made = {"evidence", "entries"} | (set() if is_built else {"cache", "search", "social", "pictures"})

    def left_out(here: str, names: list[str]) -> set[str]:
        top = set() if is_built else {"site"}
        return {name for name in names if name in (made if Path(here).name == ".hub" else top)}

    shutil.copytree(source.folder, target.folder, dirs_exist_ok=True, ignore=left_out)
    target.evidence.mkdir(parents=True)
    (target.evidence / "history").mkdir()
    for page in known:
        for path in source.evidence.rglob(f"{page}[-.]*"):
            shutil.copy2(path, target.evidence / path.relative_to(source.evidence))
    write_assets(target)


def digests(site: Path) -> Digests:
    """Every file of a site; none where there is no site."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in site.rglob("*")
        if path.is_file()
    }
