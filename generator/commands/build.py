"""Make the site and publish it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir

from generator.commands.blobs import Blobs
from generator.commands.inputs import Wanted
from generator.commands.kept import NOTHING, read_kept, write_kept
from generator.commands.root import HubRoot
from generator.commands.site import Site, make_site
from generator.files import BESIDE, held_folder, remove_left_over, temporary_folder
from generator.parallel import Mapper, pool
from generator.publishing import PublishError, tidy_up
from generator.searching.documents import SearchError
from generator.searching.pagefind_index import INDEXED, UNFINISHED, PagefindIndex

_ELSEWHERE = "hubpages-build-"
"""How folders are called for what is needed during a build that cannot leave anything."""

_KEPT, _BLOBS = "kept", "blobs"
"""The files of what a build leaves for the next one, in a folder of its own."""


def build(
    root: HubRoot, paths: Sequence[Path], out: Path, evidence: Sequence[Path] = (), *, search: bool = True
) -> Site:
    """Render every page without an error and put the site in `out`.

    Where an index for the search cannot be made on this machine, the site is built without one.

    Raises FileNotFoundError, TemplatesError and PublishError; the site is then as it was.
    """
    _tidy_up(root, out)
    index, problem = None, ""
    if search and root.config.search:
        try:
            index = PagefindIndex(root.search_index)
        except SearchError as error:
            problem = str(error)
    wanted = Wanted(root, out, paths, evidence)
    with pool() as mapper, _place(root) as (place, file):
        if file is None:
            site, _ = make_site(wanted, NOTHING, Blobs(), mapper, index, place)
        else:
            site = _build_on(wanted, mapper, index, file)
    return site.without_search(problem) if problem else site


def _tidy_up(root: HubRoot, out: Path) -> None:
    """Remove what builds left that were killed: a build that makes nothing would pass it by."""
    with suppress(OSError):
        tidy_up(out)
        for prefix, folder in (
            (UNFINISHED, Path(gettempdir())),
            (_ELSEWHERE, Path(gettempdir())),
            (BESIDE, root.made),
            (BESIDE, root.search_index),
            (INDEXED, root.made),
        ):
            remove_left_over(prefix, folder)


def _build_on(wanted: Wanted, mapper: Mapper, index: PagefindIndex | None, file: Path) -> Site:
    """Build from what the last build left, and leave as much; without both where the disk does not take it."""
    kept, blobs = read_kept(file), Blobs(file.with_name(_BLOBS))
    try:
        site, left = make_site(wanted, kept, blobs, mapper, index, file.parent)
    except PublishError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        with temporary_folder(_ELSEWHERE) as place:
            return make_site(wanted, NOTHING, Blobs(), mapper, index, place)[0]
    if left != kept:
        with suppress(OSError, UnicodeEncodeError):  # it costs the next build a few seconds, and this one nothing
            write_kept(left, blobs, file)
    return site


@contextmanager
def _place(root: HubRoot) -> Iterator[tuple[Path, Path | None]]:
    """A folder for what is needed between builds, and the file of what is kept; a new one while another build runs."""
    if root.made.is_file():  # which no build has put there
        with suppress(OSError):
            root.made.unlink()
    with held_folder(root.made) as is_own:
        if is_own:
            yield root.made, root.made / _KEPT
            return
    with temporary_folder(_ELSEWHERE) as place:
        yield place, None
