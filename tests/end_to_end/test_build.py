"""`hubpages build`, as it is called: its report, its exit status, and the same bytes wherever it runs."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.seeds import SEEDS
from tests.kernels import ROOT, hubpages
from tests.pages import a_page, write

BASE = "https://hub.example.org/x/"


def site_of(folder: Path) -> dict[str, bytes]:
    """Every file of the site."""
    site = folder / "site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def built_elsewhere(folder: Path, **environment: str) -> dict[str, bytes]:
    """The site of the same pages, from a process and a folder of its own."""
    folder.mkdir(parents=True)
    write(folder, **SEEDS, chinese=a_page(title="中文", en=None))
    (folder / "hub.toml").write_text(f'base_url = "{BASE}"\n', encoding="utf-8")
    command = [sys.executable, "-m", "generator", "build"]
    called = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True
    )
    assert called.returncode == 0, called.stderr
    return site_of(folder)


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the seed of hashes, time zone, locale, language and folder, and with pictures drawn anew."""
    one = built_elsewhere(tmp_path / "one", PYTHONHASHSEED="1", TZ="Asia/Shanghai", LC_ALL="C", LANG="C")
    two = built_elsewhere(
        tmp_path / "another folder" / "二", PYTHONHASHSEED="2", TZ="America/New_York", LC_ALL="C.UTF-8", PYTHONUTF8="1"
    )
    assert any(path.endswith(".png") for path in one)
    assert sorted(one) == sorted(two)
    assert [path for path in one if one[path] != two[path]] == []


def test_second_build_writes_only_what_changed(tmp_path: Path) -> None:
    """The rest keeps its time and its place on the disk; what no page makes any more is gone."""
    write(tmp_path, one=a_page(title="One"), two=a_page(title="Two"), three=a_page(title="Three"))
    assert hubpages("-C", tmp_path, "build").status == 0
    before = {path: (data, (tmp_path / "site" / path).stat().st_ino) for path, data in site_of(tmp_path).items()}
    write(tmp_path, two=a_page(title="Two", zh="新的正文"))
    (tmp_path / "hub_pages" / "three.md").unlink()
    assert hubpages("-C", tmp_path, "build").status == 0
    after = {path: (data, (tmp_path / "site" / path).stat().st_ino) for path, data in site_of(tmp_path).items()}
    assert not [path for path in after if "/three" in path]
    same = [path for path in after if path in before and after[path][0] == before[path][0]]
    assert {"zh/models/one/index.md", "api/v1/models/one.json", "en/models/two/index.md"} <= set(same)
    assert {path: after[path] for path in same} == {path: before[path] for path in same}
    assert after["zh/models/two/index.html"][1] != before["zh/models/two/index.html"][1]


def test_what_an_address_is_needed_for_is_said_once(tmp_path: Path) -> None:
    """Not once a page; and nothing of it where the address is given."""
    write(tmp_path, one=a_page(), two=a_page(title="Two"))
    called = hubpages("-C", tmp_path, "build")
    assert called.err.count("base_url is not set") == 1
    assert not (tmp_path / "site/sitemap.xml").exists()
    called = hubpages("-C", tmp_path, "build", "--base-url", BASE.rstrip("/"))
    assert called.status == 0
    assert "base_url" not in called.err
    assert f"<loc>{BASE}zh/</loc>" in (tmp_path / "site/sitemap.xml").read_text(encoding="utf-8")
    assert list((tmp_path / "site/assets").glob("card.*.png"))


def test_pictures_can_be_turned_off(tmp_path: Path) -> None:
    """In one line."""
    write(tmp_path, one=a_page())
    (tmp_path / "hub.toml").write_text(f'base_url = "{BASE}"\nsocial_images = false\n', encoding="utf-8")
    assert hubpages("-C", tmp_path, "build").status == 0
    assert not list((tmp_path / "site/assets").glob("card.*.png"))
    assert "og:image" not in (tmp_path / "site/zh/models/one/index.html").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="no signal ends a process there without a word")
def test_builds_that_are_killed_leave_a_whole_site_and_nothing_else(tmp_path: Path) -> None:
    """At whatever moment: no site is missing or mixed, and the next build tidies up after the dead."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environ = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "generator", "-C", str(tmp_path), "build", "--base-url", BASE]
    versions = [{"one": a_page(title=f"One {n}"), "two": a_page(title=f"Two {n}", zh=f"正文{n}")} for n in range(2)]
    sites = []
    started = time.monotonic()
    for pages in versions:
        write(tmp_path, **pages)
        subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
        sites.append(site_of(tmp_path))
    seconds = (time.monotonic() - started) / 2
    chance = random.Random(12)
    for number in range(12):
        write(tmp_path, **versions[number % 2])
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL, start_new_session=True)
        with suppress(subprocess.TimeoutExpired):  # the moment is any; what is asked is the outcome
            process.wait(chance.uniform(0.2, 1.1) * seconds)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert site_of(tmp_path) in sites
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hub", "hub_pages", "site", "tmp"]
    assert list(temporary.iterdir()) == []
    assert len(list((tmp_path / ".hub" / "search").iterdir())) == 1
    assert {path.suffix for path in (tmp_path / ".hub" / "social").iterdir()} == {".png"}


PRESSED = """
import os, runpy, signal, sys

moment, folder = sys.argv[1:]

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == moment:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
sys.argv[1:] = ["-C", folder, "build"]
runpy.run_module("generator", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="no process can be interrupted alone there")
@pytest.mark.parametrize(
    "moment",
    ["generator.cli", "argparse", "msgspec", "generator.cli.build", "generator.commands.making", "yaml", "minify"],
)
def test_ctrl_c_while_modules_are_loaded_is_no_fault(tmp_path: Path, moment: str) -> None:
    """From the first moment on, the status is that of an interruption. Each moment is a module that `build` loads."""
    write(tmp_path, one=a_page())
    done = subprocess.run([sys.executable, "-c", PRESSED, moment, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (130, False), done.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("url", ["example.org", "javascript:alert(1)", "https://a b/", 'https://a/"x', "https://a/?x="])
def test_address_that_is_none_is_a_wrong_call(tmp_path: Path, url: str) -> None:
    """And the site is not touched."""
    write(tmp_path, one=a_page())
    called = hubpages("-C", tmp_path, "build", "--base-url", url)
    assert called.status == 2
    assert "base_url" in called.err
    assert not (tmp_path / "site").exists()


def test_strict_counts_warnings(tmp_path: Path) -> None:
    """A broken link does not keep a page off the site, and does not pass either where somebody asked."""
    write(tmp_path, one=a_page(zh="[x](../gone/)"))
    assert hubpages("-C", tmp_path, "build").status == 0
    assert hubpages("-C", tmp_path, "build", "--strict").status == 1
