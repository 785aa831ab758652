"""Several nights of a small hub, on real kernels: what is merged, listed, remembered and told after each."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from tests.kernels import KERNEL_PYTHON, Called, a_hub_root, beside_kernel, hubpages
from tests.pages import a_page, write
from tests.zoo.archive import write_archive

ARCHIVE = "https://github.com/tiny/models/archive/master.zip"
CAT = "https://data.tiny.example/cat.txt"
NET = f"""\
import io
import urllib.request
import zipfile

archive = urllib.request.urlopen("{ARCHIVE}").read()
names = {{}}
exec(zipfile.ZipFile(io.BytesIO(archive)).read("Models-master/hubconf.py").decode(), names)"""
CAT_SAMPLE = f"""\
import urllib.request

text = urllib.request.urlopen("{CAT}").read().decode()"""
PAGES = {
    "net": a_page("print(names['net'](2))", sample=NET, title="net"),
    "cat": a_page("print(text)", sample=CAT_SAMPLE, title="cat"),
    "still": a_page("print('the same')", title="still"),
}


ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass
class Told:
    """What a site says of its models' runs."""

    strips: dict[str, str]
    """By page, what its strip is in words."""
    news: list[str]
    """The titles of the feed of changes, the latest first."""
    badges: dict[str, str]
    """By page, without the day."""


@dataclass
class Hub:
    """A hub, and where its nights are kept."""

    root: Path
    captured: pytest.CaptureFixture[str]
    nights: int = 0

    @property
    def branch(self) -> Path:
        """What all nights are merged into."""
        return self.root / "branch"

    def upstream(self, code: str) -> str:
        """Another commit of the repository; its id."""
        repository = self.root / "repository"
        repository.mkdir(exist_ok=True)
        (repository / "hubconf.py").write_text(code, encoding="utf-8")
        commit = write_archive(repository, self.root / "master.zip")
        assert self.call("assets", "add", ARCHIVE, self.root / "master.zip").status == 0
        return commit

    def call(self, *words: str | Path) -> Called:
        """The command line, in this process: it is called often here."""
        self.captured.readouterr()
        try:
            status = main(["-C", str(self.root), *map(str, words)])
        except SystemExit as ended:  # as argparse ends a wrong call
            status = int(str(ended.code))
        told = self.captured.readouterr()
        return Called(status, told.out, told.err)

    def evidence(self, *words: str | Path, status: int = 0) -> Called:
        """`hubpages evidence`."""
        called = self.call("evidence", *words)
        assert called.status == status, called.err
        return called

    def night(self, *, changed: int) -> Any:
        """Run everything, compare it with what was before, and merge it; the changes by kind and page."""
        self.nights += 1
        new = self.root / f"night-{self.nights}"
        how = ["--fresh", "--assets", "replay", "--sandbox", "none", "--evidence", new]
        hubpages("-C", self.root, "verify", *how)
        self.branch.mkdir(exist_ok=True)
        # A busy machine makes a night slow, and that is not what these nights are about.
        how = ["--factor", "1000", "--format", "json"]
        compared = self.evidence("diff", self.branch, new, *how, status=changed).json
        merged = self.evidence("merge", new, "--into", self.branch, "--format", "json").json
        assert (len(merged["added"]), merged["known"], merged["conflicts"]) == (3, 0, [])
        return {(change["kind"], change["page"]): change for change in compared["changes"]}

    def site(self) -> "Told":
        """What the site that is built after a night tells."""
        how = ["--evidence", self.branch, "--base-url", "https://hub.example.org/"]
        assert self.call("build", *how).status == 0
        site = self.root / "site"
        status = (site / "en" / "status" / "index.html").read_text(encoding="utf-8")
        strips = re.findall(r'models/(\w+)/#Run"><svg class="strip" role="img" aria-label="([^"]+)"', status)
        feed = ET.parse(site / "en" / "status" / "changes" / "feed.xml").getroot()
        badges = {page: json.loads((site / "badges" / f"{page}.json").read_bytes())["message"] for page in PAGES}
        titles = [str(one.findtext(f"{ATOM}title")) for one in feed.findall(f"{ATOM}entry")]
        return Told(
            {page: label.partition(": ")[2] for page, label in strips},
            [title for title in titles if "Slower" not in title],  # as a busy machine makes a night
            {page: told.partition(" · ")[0] for page, told in badges.items()},
        )

    def holds(self) -> dict[str, tuple[str, list[str]]]:
        """By page, the verdict of its newest run and why it holds no more."""
        listed = self.evidence("list", self.branch, "--format", "json").json["runs"]
        newest = {run["page"]: run for run in sorted(listed, key=lambda run: run["started"])}
        return {page: (run["verdict"], [one["why"] for one in run["stale"]]) for page, run in newest.items()}


def moved_environment(folder: Path) -> Path:
    """A kernel environment with one more distribution than the other; its interpreter."""
    python = beside_kernel(folder)
    (own,) = folder.glob("lib/python*/site-packages")
    told = own / "moved-2.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: moved\nVersion: 2.0\n")
    return python


def test_nights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A commit that breaks a page, one that mends it with another output, a file that is gone, packages that move."""
    hub = Hub(a_hub_root(tmp_path), capsys)
    write(hub.root, **PAGES)
    (hub.root / "cat.txt").write_text("a cat\n")
    assert hub.call("assets", "add", CAT, hub.root / "cat.txt").status == 0

    first = hub.upstream("def net(number): return number * 10\n")
    assert set(hub.night(changed=0)) == {("new", page) for page in PAGES}
    assert hub.holds() == dict.fromkeys(PAGES, ("passed", []))
    site = hub.site()
    assert site.strips == dict.fromkeys(PAGES, "Code runs 1×")
    assert sorted(site.news) == sorted(f"{page}: First run on record: Code runs" for page in PAGES)
    assert site.badges == dict.fromkeys(PAGES, "runs")

    second = hub.upstream("def net(number): return number.nothing\n")
    assert hub.holds()["net"] == ("passed", ["pins"])
    found = hub.night(changed=1)
    assert set(found) == {("broken", "net")}
    assert found["broken", "net"]["commits"] == [{"repository": "tiny/models", "old": first, "new": second}]
    assert "AttributeError" in found["broken", "net"]["told"]
    assert hub.holds()["net"] == ("failed", [])
    site = hub.site()
    assert site.strips == {"net": "Code runs 1×, Fails 1×", "cat": "Code runs 2×", "still": "Code runs 2×"}
    assert site.news[:-3] == ["net: No longer runs"]
    assert site.badges == {"net": "Fails", "cat": "runs", "still": "runs"}

    third = hub.upstream("def net(number): return number * 30\n")
    found = hub.night(changed=0)
    assert set(found) == {("mended", "net")}
    assert found["mended", "net"]["commits"] == [{"repository": "tiny/models", "old": second, "new": third}]
    site = hub.site()
    assert site.strips["net"] == "Code runs 2×, Fails 1×"
    assert site.news[:-4] == ["net: Runs again"]
    assert site.badges["net"] == "runs"
    compared = f"https://github.com/tiny/models/compare/{second}...{third}"
    assert compared in (hub.root / "site" / "en" / "status" / "changes" / "index.html").read_text(encoding="utf-8")

    hub.upstream("def net(number): return number * 40\n")
    (hub.root / "hub.lock").write_text("".join(_without(CAT, (hub.root / "hub.lock").read_text())))
    found = hub.night(changed=1)
    assert set(found) == {("output", "net"), ("broken", "cat"), ("link", "cat")}
    assert [line for line in found["output", "net"]["difference"] if line[:1] in "+-"][2:] == ["-60", "+80"]
    assert CAT in found["link", "cat"]["told"]
    text = hub.evidence("issues", hub.root / "night-3", hub.root / "night-4").out
    assert [(one["title"], one["isOpen"]) for one in json.loads(text)] == [("cat does not run", True)]
    site = hub.site()
    assert sorted(site.news[:-5]) == ["cat: No longer runs", "net: Same code, other output"]
    assert site.badges == {"net": "runs", "cat": "Fails", "still": "runs"}

    assert hub.call("assets", "add", CAT, hub.root / "cat.txt").status == 0
    settings = (hub.root / "hub.toml").read_text(encoding="utf-8")
    python = moved_environment(tmp_path / "moved")
    (hub.root / "hub.toml").write_text(settings.replace(str(KERNEL_PYTHON), str(python)), encoding="utf-8")
    found = hub.night(changed=0)
    assert set(found) == {("mended", "cat")}
    assert found["mended", "cat"]["environment"] == "moved (none) → 2.0"
    listed = hub.evidence("list", hub.branch, "--format", "json").json["runs"]
    (left,) = next(run["stale"] for run in listed if run["page"] == "still" and not run["holds"])
    assert (left["why"], left["detail"]) == ("environment", "it ran since with moved (none) → 2.0")

    site = hub.site()
    assert site.news[:-7] == ["cat: Runs again"]
    assert site.strips == {"net": "Code runs 4×, Fails 1×", "cat": "Code runs 4×, Fails 1×", "still": "Code runs 5×"}
    card = (hub.root / "site" / "en" / "models" / "still" / "index.html").read_text(encoding="utf-8")
    assert "packages changed" in card

    shown = hub.evidence("show", "net", hub.branch, "--format", "json").json
    assert [run["verdict"] for run in shown] == ["passed", "passed", "passed", "failed", "passed"]
    assert all(run["file"] for run in shown)
    _prune(hub)


def _prune(hub: Hub) -> None:
    """Of the page that never changed one of each environment stays whole; of the others all that differed."""
    before = sorted(path.name for path in hub.branch.glob("*"))
    told = hub.evidence("prune", hub.branch, "--keep", "1", "--dry-run", "--format", "json").json
    assert sorted(path.name for path in hub.branch.glob("*")) == before
    done = hub.evidence("prune", hub.branch, "--keep", "1", "--format", "json").json
    assert told == done | {"dryRun": True}
    assert sorted(path.name for path in hub.branch.glob("*")) == sorted(set(before) - set(done["files"]))
    shown = {page: hub.evidence("show", page, hub.branch, "--format", "json").json for page in PAGES}
    assert {page: len(runs) for page, runs in shown.items()} == dict.fromkeys(PAGES, 5)
    assert [bool(run["file"]) for run in shown["still"]] == [True, True, False, False, True]
    assert all(run["file"] for run in shown["net"])
    notebooks = {path.name.partition(".")[0] for path in hub.branch.glob("*.ipynb")}
    assert notebooks == {path.stem for path in hub.branch.glob("*.json")}


def _without(url: str, lock: str) -> list[str]:
    """A lock without the table of one file."""
    head, *tables = lock.split("[[asset]]")
    return [head, *(f"[[asset]]{table}" for table in tables if url not in table)]


def test_commands_say_what_is_wrong_with_a_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there, a page that nobody ran, a factor below one; findings end with 1."""
    root = a_hub_root(tmp_path)
    write(root, still=PAGES["still"])
    own = root / ".hub" / "evidence"
    own.mkdir(parents=True)

    def asked(*words: str | Path) -> tuple[int, str]:
        called = Hub(root, capsys).call("evidence", *words)
        return called.status, called.err.strip().splitlines()[-1]

    assert asked("merge", root / "nowhere") == (2, f"hubpages: {root / 'nowhere'} is not a folder of evidence")
    assert asked("diff", root / "nowhere", own)[0] == 2
    assert asked("diff", own, own, "--factor", "0.5")[0] == 2
    assert asked("show", "still")[0] == 2
    assert asked("list") == (0, "0 newest runs; 0 of them still hold")
    (own / "broken.json").write_text("{")
    assert asked("list")[0] == 1
    assert asked("merge", own, "--into", root / "other")[0] == 1
    assert asked("diff", own, own)[0] == 1


def test_own_evidence_is_the_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is merged without a word more is what `build` and `verify` read."""
    root = a_hub_root(tmp_path)
    write(root, still=PAGES["still"])
    night = root / "night"
    assert hubpages("-C", root, "verify", "--evidence", night, "--sandbox", "none").status == 0
    hub = Hub(root, capsys)
    hub.evidence("merge", night)
    called = hubpages("-C", root, "verify", "--format", "json", "--sandbox", "none")
    assert "1 of them passed before" in called.err
    assert hub.evidence("show", "still").out.splitlines()[1].split()[2:4] == ["still", "zh_CN,"]
