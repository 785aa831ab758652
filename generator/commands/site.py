"""The one way from a hub to its site: `build` goes it once, `serve` at every change, and both make what has changed.

Here it is decided whether anything has; `making` makes it. A page is made in a job of its own (`page_job`), what is
about many pages from their records. Whatever was made from the very same before is kept (`kept`), and linked into the
new edition of the site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.commands.before import Before, files_of
from generator.commands.blobs import Blobs, LostBlobError
from generator.commands.inputs import Inputs, Wanted, read_inputs
from generator.commands.kept import NOTHING, Kept
from generator.model.diagnostic import Diagnostic
from generator.parallel import Mapper
from generator.publishing import OvertakenError, check_folder
from generator.searching.documents import Index, SearchError
from generator.site_files import SiteFile

_ATTEMPTS = 4
"""Each may be overtaken by another build, which then was the quicker one."""


@dataclass(frozen=True, slots=True)
class Site:
    """A hub's site, as it was published."""

    pages: int
    """How many it shows."""
    files: Mapping[str, SiteFile]
    """By path."""
    findings: Sequence[Diagnostic]
    """What is wrong with pages and evidence, and which links lead nowhere."""
    notes: Sequence[str]
    """What the site lacks that it could have, and why."""
    lacks_search: bool = False
    """Whether it was to have a search, and none can be made on this machine."""

    def without_search(self, problem: str) -> "Site":
        """The same, that was to have a search and has none."""
        return replace(self, notes=[*self.notes, f"the site has no search: {problem}"], lacks_search=True)


def make_site(
    wanted: Wanted, kept: Kept, blobs: Blobs, mapper: Mapper, index: Index | None = None, place: Path | None = None
) -> tuple[Site, Kept]:
    """Publish the site of every page without an error, from the evidence at hand.

    Args:
        kept: what was left when it was last made.
        blobs: what is kept apart of it, and of what is made now.
        index: makes the search; without one the site has none.
        place: a folder for what is needed between builds, nobody else's; without one nothing is kept there.

    Returns the site, and what to keep for the next time. Raises FileNotFoundError, NoHubError, ConfigError,
    TemplatesError and PublishError; the site is then as it was.
    """
    check_folder(wanted.out)
    try:
        return _made(replace(wanted, has_search=index is not None), kept, blobs, mapper, index, place)
    except SearchError as error:
        site, left = _made(replace(wanted, has_search=False), kept, blobs, mapper, None, place)
        return site.without_search(str(error)), left


def _made(
    wanted: Wanted, kept: Kept, blobs: Blobs, mapper: Mapper, index: Index | None, place: Path | None
) -> tuple[Site, Kept]:
    """A making that no other build has overtaken, and for which nothing is missing."""
    overtaken = 0
    while True:
        try:
            return _made_once(wanted, kept, blobs, mapper, index, place)
        except LostBlobError:
            kept = NOTHING  # of which nothing can be lost
        except OvertakenError:
            overtaken += 1
            if overtaken == _ATTEMPTS:
                raise


def _made_once(
    wanted: Wanted, kept: Kept, blobs: Blobs, mapper: Mapper, index: Index | None, place: Path | None
) -> tuple[Site, Kept]:
    inputs = read_inputs(wanted, kept, mapper)
    before = Before(wanted, kept, inputs, index, place)
    if before.is_unchanged:
        left = replace(kept, sightings=inputs.seen.sightings, runs=inputs.runs, changes=inputs.changes)
        return _site(left, inputs), left
    from generator.commands.making import Making  # loads parsers and templates, which nothing else here needs

    making = Making(before, blobs, mapper)
    made = making.make()
    return _site(made, inputs), making.trusted(made)


def _site(left: Kept, inputs: Inputs) -> Site:
    findings = sorted([*inputs.findings, *(one for page in left.pages.values() for one in page.made.findings)])
    shown = sum(bool(page.made.page_id) for page in left.pages.values())
    files = files_of(left.pages, left.parts)
    return Site(shown, files, [*findings, *inputs.of_evidence, *inputs.of_hub, *left.of_links], left.notes)
