"""Archives of hub repositories: which commit they hold."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from generator.assets.archive import commit_of_archive


def test_archive_that_git_made_names_its_commit(tmp_path: Path) -> None:
    """Git writes the full commit id into the zip, as code hosts do."""

    def git(*arguments: str) -> str:
        settings = ["-c", "user.name=me", "-c", "user.email=me@example.invalid"]
        done = subprocess.run(["git", *settings, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "-m", "first")
    git("archive", "--format=zip", "--prefix=models-main/", "--output=main.zip", "HEAD")
    assert commit_of_archive(tmp_path / "main.zip") == git("rev-parse", "HEAD")


@pytest.mark.parametrize("comment", [b"", b"made by hand", b"g" * 40, b"a" * 39, b"a" * 41, b"A" * 40])
def test_archive_that_does_not_say_has_no_commit(tmp_path: Path, comment: bytes) -> None:
    """Only 40 hexadecimal digits are a commit."""
    with ZipFile(tmp_path / "main.zip", "w") as archive:
        archive.comment = comment
    assert commit_of_archive(tmp_path / "main.zip") is None


def test_what_is_no_archive_has_no_commit(tmp_path: Path) -> None:
    """Neither a file of another kind, nor a folder, nor nothing."""
    (tmp_path / "net.pkl").write_bytes(b"weights")
    assert [commit_of_archive(tmp_path / name) for name in ("net.pkl", ".", "missing")] == [None, None, None]
