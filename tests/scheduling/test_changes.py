"""What git says has changed, on real repositories."""

import os
import subprocess
from pathlib import Path

import pytest

from generator.scheduling.changes import RevisionError, changed_pages

AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "a"), ("EMAIL", "a@example.org"))
}


def git(folder: Path, *words: str) -> None:
    """One command of git."""
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env={**os.environ, **AUTHOR})


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub below the top of a repository, with two pages that are committed."""
    root = tmp_path / "deep" / "hub"
    (root / "hub_pages").mkdir(parents=True)
    for name in ("one", "猫 two"):
        (root / "hub_pages" / f"{name}.md").write_text("1\n", encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "pages")
    return root


def pages(hub: Path) -> list[Path]:
    """All of its pages."""
    return sorted((hub / "hub_pages").glob("*.md"))


def test_pages_that_differ_committed_or_not(hub: Path) -> None:
    """Han names and spaces too; a new page that git does not know yet; nothing else."""
    assert changed_pages(hub, pages(hub), "main") == []
    (hub / "hub_pages" / "猫 two.md").write_text("2\n", encoding="utf-8")
    (hub / "hub_pages" / "three.md").write_text("3\n", encoding="utf-8")
    assert [page.stem for page in changed_pages(hub, pages(hub), "main")] == ["three", "猫 two"]
    git(hub, "add", ".")
    git(hub, "commit", "-qm", "more")
    assert [page.stem for page in changed_pages(hub, pages(hub), "HEAD~1")] == ["three", "猫 two"]


def test_what_others_changed_meanwhile_is_not_this_change(hub: Path) -> None:
    """It counts from where the two lines parted."""
    git(hub, "switch", "-qc", "mine")
    (hub / "hub_pages" / "one.md").write_text("mine\n", encoding="utf-8")
    git(hub, "commit", "-qam", "mine")
    git(hub, "switch", "-q", "main")
    (hub / "hub_pages" / "猫 two.md").write_text("theirs\n", encoding="utf-8")
    git(hub, "commit", "-qam", "theirs")
    git(hub, "switch", "-q", "mine")
    assert [page.stem for page in changed_pages(hub, pages(hub), "main")] == ["one"]


@pytest.mark.parametrize("name", ["hub.lock", "hub.toml", "environments/megengine.txt"])
def test_what_all_pages_share_changes_all(hub: Path, name: str) -> None:
    """The lock, the settings, the pins."""
    (hub / name).parent.mkdir(exist_ok=True)
    (hub / name).write_text("x", encoding="utf-8")
    assert changed_pages(hub, pages(hub), "main") == pages(hub)


def test_no_repository_and_no_revision_are_told(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With what was asked for."""
    with pytest.raises(RevisionError, match="nowhere"):
        changed_pages(hub, pages(hub), "nowhere")
    with pytest.raises(RevisionError, match="not a git repository"):
        changed_pages(tmp_path_factory.mktemp("plain"), [], "main")
