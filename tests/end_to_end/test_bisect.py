"""`bisect` on a repository of commits, with real kernels."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.assets.clone import CloneError, commit_named, commits_between
from generator.evidence.bisecting import bisect
from tests.kernels import a_hub_root, hubpages
from tests.pages import a_page, write

NUMBER = 32
CULPRIT = 20
"""Index of the commit that breaks the page."""
SAMPLE = """\
import io
import urllib.request
import zipfile


class hub:
    # What MegEngine's does, without loading MegEngine six times.
    def load(repository, entry):
        archive = urllib.request.urlopen(f"https://github.com/{repository}/archive/master.zip").read()
        files, names = zipfile.ZipFile(io.BytesIO(archive)), {}
        (hubconf,) = [name for name in files.namelist() if name.endswith("/hubconf.py")]
        exec(files.read(hubconf).decode(), names)
        return names[entry]()


net = hub.load("tiny/models", "net")
print(net(2))"""
HUBCONF = """\
import {module}


def net():
    return lambda number: number{attribute} * {factor}
"""


@dataclass(frozen=True)
class Clone:
    """A repository with a first commit and so many after it."""

    folder: Path
    first: str
    commits: list[str]


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    environ = {"GIT_AUTHOR_DATE": "2026-01-02T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-02T00:00:00Z"}
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, env={**os.environ, **environ}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def a_clone(folder: Path, hubconf: Callable[[int], str], number: int = NUMBER) -> Clone:
    """A repository whose nth commit, from -1, has this hubconf.py."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "master")
    commits = []
    for index in range(-1, number):
        (folder / "hubconf.py").write_text(hubconf(index), encoding="utf-8")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", f"Change {index}")
        commits.append(git(folder, "rev-parse", "HEAD"))
    return Clone(folder, commits[0], commits[1:])


def first_asked(number: int) -> int:
    """The commit that the search runs first."""
    return next(bisect(number))


def hubconf(index: int) -> str:
    """Broken from the culprit on; the first commit that is asked for needs a module that nobody has."""
    module = "no_such_module" if index == first_asked(NUMBER) else "math"
    return HUBCONF.format(module=module, attribute=".nothing" if index >= CULPRIT else "", factor=index + 100)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with a page that loads a repository, and nothing locked."""
    root = a_hub_root(tmp_path_factory.mktemp("bisect"))
    write(root, net=a_page(sample=SAMPLE))
    return root


def test_commit_among_32_is_found_in_six_runs_with_one_that_cannot_be_judged(root: Path) -> None:
    """By running the page; the hub has neither a lock, a store nor evidence more than before."""
    clone = a_clone(root / "clone", hubconf)
    before = sorted(root.rglob("hub*"))
    page = root / "hub_pages" / "net.md"
    options = ["--repository", clone.folder, "--good", clone.first, "--bad", "master", "--format", "json"]
    called = hubpages("-C", root, "bisect", page, *options)
    assert called.status == 0, called.err
    found = called.json
    assert [one["subject"] for one in found["suspects"]] == [f"Change {CULPRIT}"]
    assert found["suspects"][0]["sha"] == clone.commits[CULPRIT]
    assert found["commits"] == NUMBER
    assert len(found["tried"]) <= 6
    judged = {one["subject"]: one["judgement"] for one in found["tried"]}
    assert judged[f"Change {first_asked(NUMBER)}"] == "unjudged"
    assert judged[f"Change {CULPRIT}"] == "bad"
    assert judged[f"Change {CULPRIT - 1}"] == "good"
    (bad,) = {one["reason"] for one in found["tried"] if one["judgement"] == "bad"}
    assert "nothing" in bad
    assert sorted(root.rglob("hub*")) == before
    assert not [path for path in (root / ".hub").iterdir() if path.name.startswith("bisecting")]


def test_what_cannot_be_searched_is_said_before_anything_runs(root: Path, tmp_path: Path) -> None:
    """No clone, no such commit, the wrong order, nothing known to be good, no repository."""
    clone = a_clone(tmp_path / "clone", lambda index: f"# {index}\n", 2)
    page, ends = root / "hub_pages" / "net.md", ["--good", clone.first, "--bad", "HEAD"]

    def asked(*options: str | Path) -> str:
        called = hubpages("-C", root, "bisect", page, *options)
        assert (called.status, called.out) == (2, "")
        return called.err

    assert "is no clone" in asked("--repository", tmp_path, *ends)
    assert "there is no 'nowhere'" in asked("--repository", clone.folder, "--good", "nowhere")
    assert "no ancestor" in asked("--repository", clone.folder, "--good", "HEAD", "--bad", clone.first)
    assert "--good COMMIT" in asked("--repository", clone.folder)
    assert "loads tiny/models" in asked("--repository", clone.folder, "--of", "other/models", *ends)
    assert "--assets replay" in asked("--repository", clone.folder, *ends, "--assets", "live")


def test_commits_are_those_of_the_line_that_was_published(tmp_path: Path) -> None:
    """What was merged is one commit, the merge; a revision that looks like an option is none."""
    clone = a_clone(tmp_path / "clone", lambda index: f"# {index}\n", 2)
    git(clone.folder, "checkout", "--quiet", "-b", "side", clone.first)
    (clone.folder / "other.py").write_text("1\n")
    git(clone.folder, "add", "--all")
    git(clone.folder, "commit", "--quiet", "--message", "Beside\n\nand more")
    git(clone.folder, "checkout", "--quiet", "master")
    git(clone.folder, "merge", "--quiet", "--no-ff", "--message", "Merge it", "side")
    found = commits_between(clone.folder, clone.first, commit_named(clone.folder, "master"))
    assert [one.subject for one in found] == ["Change 0", "Change 1", "Merge it"]
    assert {one.day for one in found} == {"2026-01-02"}
    with pytest.raises(CloneError, match="there is no"):
        commit_named(clone.folder, "--output=/tmp/x")
