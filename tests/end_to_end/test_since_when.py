"""Since when a run holds no more: cards say the day, where version control knows it."""

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from generator.assets.lock import write_lock
from generator.evidence.keeping import keep
from generator.model.asset import Asset, AssetRequest
from tests.kernels import hubpages
from tests.pages import a_page, read, write
from tests.rendering.runs import a_run

URL = "https://data.tiny.example/cat.txt"


class Hub:
    """A hub in a repository, whose only page was run on the fifth of January."""

    def __init__(self, root: Path) -> None:
        self.root = root
        subprocess.run(["git", "init", "--quiet", root], check=True)
        (root / ".gitignore").write_text("site\n.hub\n")
        write(root, tiny=a_page("print(1)"))
        self.lock("1")
        self.commit(1)
        run = a_run(read(a_page("print(1)")), started="2026-01-05T08:00:00+00:00")
        given = AssetRequest(URL, "served", "1" * 64, 10, None, 0.0)
        keep(replace(run, assets=(given,)), {}, root / "evidence")

    def lock(self, figure: str) -> None:
        """The file that hub.lock names has this digest."""
        write_lock(self.root / "hub.lock", [Asset(URL, figure * 64, 10)])

    def commit(self, day: int) -> None:
        """All that there is, on a day of January."""
        when = f"2026-01-{day:02}T12:00:00+00:00"
        known = {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when, "GIT_CONFIG_GLOBAL": os.devnull}
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        for words in (["add", "--all"], [*who, "commit", "--quiet", "--allow-empty", "--message", "More"]):
            subprocess.run(["git", "-C", self.root, *words], check=True, env={**os.environ, **known})

    def note(self) -> str:
        """What the card says of why its run holds no more."""
        assert hubpages("-C", self.root, "build").status == 0
        card = (self.root / "site" / "en" / "models" / "tiny" / "index.html").read_text(encoding="utf-8")
        head = card.partition("</header>")[2].partition("</header>")[0]
        told = re.findall(r"<p>([^<]*(?:changed|hub\.lock)[^<]*)</p>", head)
        return told[0] if told else ""


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """Committed on the first of January."""
    return Hub(tmp_path)


def test_day_is_that_of_the_commit_with_other_code(hub: Hub) -> None:
    """Not of one that changed words alone, nor of a later one."""
    assert hub.note() == ""
    write(hub.root, tiny=a_page("print(1)", en="Other words"))
    hub.commit(7)
    assert hub.note() == ""
    write(hub.root, tiny=a_page("print(2)", en="Other words"))
    assert hub.note() == "The code has changed since it was last run, so the old results are not shown."
    hub.commit(9)
    assert "since 2026-01-09" in hub.note()
    write(hub.root, tiny=a_page("print(3)", en="Other words"))
    hub.commit(11)
    assert "since 2026-01-09" in hub.note()


def test_day_of_another_file_is_that_of_its_lock(hub: Hub) -> None:
    """As soon as that is committed; a later change of the lock says nothing of this file."""
    hub.lock("2")
    assert hub.note() == (
        "Since this run, hub.lock names another file for one of its downloads, so the results may differ now."
    )
    hub.commit(8)
    assert hub.note().startswith("Since 2026-01-08 hub.lock names another file")
    hub.lock("3")
    hub.commit(10)
    assert hub.note().startswith("Since 2026-01-08 hub.lock names another file")


def test_clone_without_its_first_commits_names_no_day(hub: Hub, tmp_path: Path) -> None:
    """Its first commit seems to have written everything."""
    write(hub.root, tiny=a_page("print(2)"))
    hub.commit(9)
    hub.commit(12)
    place = tmp_path / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{hub.root}", place], check=True)
    shallow = Hub.__new__(Hub)
    shallow.root = place
    assert shallow.note() == "The code has changed since it was last run, so the old results are not shown."
