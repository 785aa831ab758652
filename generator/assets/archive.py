"""Archives of hub repositories, as a code host makes them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from generator.assets.hubconf import repository_of_archive_url
from generator.assets.store import Store
from generator.model.asset import AssetRequest

_COMMIT = re.compile(rb"[0-9a-f]{40}")


def commit_of_archive(path: Path) -> str | None:
    """The commit whose files are in an archive: git writes it into the zip's comment.

    None for an archive that does not say, and for a file that is none or cannot be read.
    """
    try:
        with ZipFile(path) as archive:
            comment = archive.comment
    except (BadZipFile, OSError):
        return None
    return comment.decode("ascii") if _COMMIT.fullmatch(comment) else None


def commits_of(requests: Iterable[AssetRequest], store: Store) -> Mapping[str, str]:
    """URL of each hub repository's archive among these to the commit that its zip names."""
    digests = {one.url: one.sha256 for one in requests if one.sha256 and repository_of_archive_url(one.url)}
    commits = {url: commit_of_archive(store.path_of(digest)) for url, digest in digests.items()}
    return {url: commit for url, commit in commits.items() if commit}
