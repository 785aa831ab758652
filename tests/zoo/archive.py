"""The repository as the one archive that megengine.hub would download."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

# GitHub names the folder after the repository and the branch.
TOP = "Models-master/"
_DATE = (2020, 3, 26, 0, 0, 0)
_FILE, _FOLDER = 0o100644, 0o040755


def write_archive(repository: Path, target: Path, top: str = TOP) -> str:
    """Write the zip of a repository's folder, as ``top``: the same bytes for the same files, wherever and whenever.

    Returns the id in its comment: 40 hexadecimal digits, as git writes the commit there, here of the contents.
    """
    commit = hashlib.sha1()
    # Stored, not deflated: what zlib makes of the same bytes depends on its version.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, top, b"", _FOLDER)
        for path in _members(repository):
            name = path.relative_to(repository).as_posix()
            content = b"" if path.is_dir() else path.read_bytes()
            commit.update(f"{name}\0{len(content)}\0".encode() + content)
            if path.is_dir():
                _add(archive, f"{top}{name}/", b"", _FOLDER)
            else:
                _add(archive, top + name, content, _FILE)
        archive.comment = commit.hexdigest().encode()
    return commit.hexdigest()


def _members(repository: Path) -> Iterator[Path]:
    for path in sorted(repository.rglob("*"), key=lambda path: path.relative_to(repository).parts):
        parts = path.relative_to(repository).parts
        # What an interpreter or an editor left behind is not part of the repository.
        if "__pycache__" not in parts and not any(part.startswith(".") for part in parts):
            yield path


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    member = zipfile.ZipInfo(name, _DATE)
    member.create_system = 3  # Unix, so that the mode counts and no platform's default shows.
    member.external_attr = mode << 16 | (0x10 if mode == _FOLDER else 0)
    archive.writestr(member, content)
