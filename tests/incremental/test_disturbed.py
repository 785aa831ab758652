"""Builds beside one another, builds that are killed, and caches that cannot be used."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from generator import publishing
from generator.commands.build import build
from generator.commands.root import HubRoot
from generator.config import read_config
from generator.files import held_folder
from tests.incremental.hubs import a_hub, assert_alike, built, built_clean, files_of, page_file
from tests.incremental.steps import OF_PAGES, OF_THE_REST, Step, edit_above, edit_title, remove_page
from tests.kernels import ROOT, hubpages
from tests.pages import a_page, write


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """One that was built."""
    folder = a_hub(tmp_path / "hub")
    built(folder)
    return folder


def assert_clean(hub: Path, *paths: Path, out: Path | None = None) -> None:
    """One more build gives what a clean one gives."""
    assert_alike(built(hub, *paths, out=out), built_clean(hub, hub.parent / "clean", *paths))


def a_process(hub: Path, *before: str) -> subprocess.Popen[str]:
    """`hubpages build` without a search."""
    command = [*before, sys.executable, "-m", "generator", "-C", str(hub), "build", "--no-search"]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)


def number_titles(hub: Path, number: int) -> None:
    """Put a number into the titles of two pages; a third one names them."""
    for name, words in (("one", "One"), ("two", "Two")):
        write(hub, **{name: a_page(title=f"{words} {number}.")})


READER = """
import re, select, sys
from pathlib import Path

site, read = Path(sys.argv[1]), 0
print("reading", flush=True)

def numbers(path):
    return {int(number) for number in re.findall(r"(?:One|Two) (\\d+)[.]", (site / path).read_text("utf-8"))}

while not select.select([sys.stdin], [], [], 0)[0]:
    for card in ("one", "two", "still"):
        before, own, after = map(numbers, ("en/index.html", f"en/models/{card}/index.html", "en/index.html"))
        is_one = len(before) == len(own) == len(after) == 1
        if not is_one or not min(before) <= min(own) <= min(after):
            sys.exit(f"{card} is of {own} between {before} and {after}")
        read += 1
print("alike", read > 10)
"""


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="other systems cannot exchange folders")
def test_a_reader_never_meets_a_mixture(tmp_path: Path) -> None:
    """Who goes from a list to a card and back is on one edition or goes to a later one; each is of one number."""
    hub = tmp_path
    write(hub, still=a_page(title="Still"))
    number_titles(hub, 0)
    built(hub)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, hub / "site"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout
    assert reader.stdout.readline() == "reading\n"
    for number in range(1, 60):
        number_titles(hub, number)
        built(hub)
    said, _ = reader.communicate("enough\n", timeout=60)
    assert said == "alike True\n"


@pytest.mark.parametrize("change", [edit_title, remove_page])
def test_build_that_is_overtaken_is_not_mixed(hub: Path, monkeypatch: pytest.MonkeyPatch, change: Step) -> None:
    """Another one publishes the site of later pages, just before this one takes the files that it has not made."""
    bring = publishing.Edition._bring

    def overtaken(*arguments: object) -> None:
        monkeypatch.setattr(publishing.Edition, "_bring", bring)
        change(hub, 3)
        assert a_process(hub).wait(60) == 0
        bring(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing.Edition, "_bring", overtaken)
    edit_above(hub, 0)
    assert_alike(built(hub), built_clean(hub, hub.parent / "clean"))
    assert_clean(hub)


def test_builds_at_the_same_time_are_no_harm(hub: Path) -> None:
    """Each ends well, the site is that of either, and the next build is the clean one."""
    for number in range(3):
        edit_title(hub, number)
        first = a_process(hub)
        edit_above(hub, number)
        second = a_process(hub)
        for process in (first, second):
            assert process.wait(120) in (0, 1), process.communicate()
        assert_clean(hub)


def test_build_beside_another_one_leaves_its_cache_alone(hub: Path) -> None:
    """What that one is about to leave there is of its own site."""
    before = sorted((path, path.lstat().st_ino, path.lstat().st_mtime_ns) for path in (hub / ".hub").rglob("*"))
    edit_above(hub, 0)
    with held_folder(hub / ".hub" / "cache") as is_held:
        assert is_held
        process = a_process(hub)
        assert process.wait(60) == 0
        after = sorted((path, path.lstat().st_ino, path.lstat().st_mtime_ns) for path in (hub / ".hub").rglob("*"))
        assert after == before
    assert_clean(hub)


@pytest.mark.skipif(os.name == "nt", reason="no signal ends a process there without a word")
def test_build_after_killed_ones_is_the_clean_one(hub: Path) -> None:
    """Whatever was changed before each of them, and whenever they were killed."""
    chance = random.Random(7)
    for _ in range(10):
        for step in chance.choices([*OF_PAGES, *OF_THE_REST], k=2):
            step(hub, chance.randrange(100))
        process = a_process(hub)
        with suppress(subprocess.TimeoutExpired):  # the moment is any; what is asked is the outcome
            process.wait(chance.uniform(0.3, 2.5))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if chance.random() < 0.4:
            assert_clean(hub)
    assert_clean(hub)
    assert not [path for path in hub.iterdir() if path.name.startswith(".site")]


@pytest.mark.parametrize(
    "mount", ["-o size=12k none $HUB/.hub/cache", "-o ro none $HUB/.hub", "-o size=12k none $HUB/.hub"]
)
def test_cache_that_cannot_be_written_costs_only_time(tmp_path: Path, mount: str) -> None:
    """A full one, and one that is read alone: with pictures, and documents to be indexed."""
    hub = a_hub(tmp_path / "hub")
    for name in ("evidence", "entries"):
        shutil.rmtree(hub / ".hub" / name, ignore_errors=True)
    (hub / ".hub" / "cache").mkdir()
    script = f'mount -t tmpfs {mount} && exec "$@"'
    within = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    environ = {**os.environ, "HUB": str(hub)}
    if subprocess.run([*within, "true"], env=environ, capture_output=True).returncode:
        pytest.skip("no folder can be mounted here")
    clean = built_clean(hub, tmp_path / "clean", search=True)
    for _ in range(2):
        called = hubpages("-C", hub, "build", before=within, HUB=str(hub))
        assert called.status == 0, called.err
    assert files_of(hub / "site") == clean.files


def test_site_on_another_disk_is_the_same(hub: Path) -> None:
    """Where no file of the cache can be linked to."""
    if not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == hub.stat().st_dev:
        pytest.skip("there is no other disk")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        for number in range(3):
            edit_above(hub, number)
            assert_clean(hub, out=Path(other) / "site")


def test_sites_in_turns_are_the_same(hub: Path) -> None:
    """In two folders, of one cache."""
    for number in range(4):
        edit_title(hub, number)
        for name in ("site", "other"):
            assert_clean(hub, out=hub.parent / "sites" / name)
        assert_clean(hub)


def test_findings_name_the_site_as_it_was_named(hub: Path) -> None:
    """However that was before."""
    (hub / "templates" / "row.html").write_text('<li><a href="{{ root }}nowhere/">x</a></li>')
    for out in (hub / "site", hub / "evidence" / ".." / "site"):
        found = build(HubRoot(hub, read_config(hub / "hub.toml")), (), out, search=False).findings
        places = {one.path for one in found if "nowhere" in one.message}
        assert places
        assert all(path.startswith(f"{out}/") for path in places)


def test_site_of_some_pages_is_the_same(hub: Path) -> None:
    """After that of all, and the other way round."""
    for number in range(2):
        edit_above(hub, number)
        assert_clean(hub, page_file(hub, "Two"))
        assert_clean(hub)
        assert_clean(hub, page_file(hub, "Two"), page_file(hub, "三"))
