"""What is wrong with a hub's pages: as it was found before where nothing has changed, else found now.

Here it is decided what has changed; `checking` reads and checks it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from pathlib import Path

from generator.checking.baseline import new_findings, read_baseline, write_baseline
from generator.commands.checked import NOTHING, CheckedPage, KeptCheck
from generator.commands.root import HubRoot
from generator.commands.standing import Standing
from generator.files import BESIDE, remove_left_over
from generator.keeping import keep, recall
from generator.model.diagnostic import Diagnostic
from generator.seen import Seen

_KEPT = "checked"
"""The file of what a check leaves for the next one, beside what a build leaves."""

_ORDER = attrgetter("path", "line", "column", "rule", "message", "severity")
"""As findings are compared, which takes ten times as long."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found."""

    pages: int
    """How many could be read."""
    findings: Sequence[Diagnostic]
    """What is left to mend."""
    fixed: int = 0
    """How many findings were mended."""
    known: int = 0
    """How many the baseline knows."""


def check(
    root: HubRoot,
    paths: Sequence[Path],
    *,
    fix: bool = False,
    baseline: Path | None = None,
    update_baseline: Path | None = None,
    external: bool = False,
) -> Checked:
    """Read and check pages; mend what can safely be mended, if asked; ask the network about links, if asked.

    Raises FileNotFoundError for a path that does not exist, NoHubError where there are no pages, BaselineError for a
    baseline that cannot be used, OfflineError where the network answers nothing.
    """
    known = read_baseline(baseline) if baseline else None
    if fix or external:  # which look at the pages themselves
        from generator.commands.check import check_anew  # the rules are slow to load

        pages, findings, fixed = check_anew(root, paths, fix=fix, external=external)
    else:
        (pages, findings), fixed = find(root, paths), 0
    if update_baseline:
        write_baseline(findings, update_baseline)
        return Checked(pages, [], fixed, len(findings))
    if known is None or baseline is None:
        return Checked(pages, findings, fixed)
    new = new_findings(findings, known, baseline)
    return Checked(pages, new, fixed, len(findings) - len(new))


def find(root: HubRoot, paths: Sequence[Path]) -> tuple[int, list[Diagnostic]]:
    """How many pages can be read, and what is wrong with any; read and checked is only what has changed."""
    file = root.made / _KEPT
    found = recall(file, [KeptCheck])
    kept: KeptCheck = found[0] if found else NOTHING
    standing = Standing(root, paths, kept)
    pages: Mapping[str, CheckedPage] = standing.pages
    if not standing.is_unchanged:
        from generator.commands.checking import check_changed  # loads parsers and rules, which nothing else here needs

        pages = check_changed(standing)
    _leave(standing, pages, kept, file)
    checked = [pages[path] for path in standing.checked]
    of_reading = chain.from_iterable(pages[path].of_reading for path in standing.files)
    of_rules = chain.from_iterable(page.of_rules for page in checked if page.known)
    found = sorted([*standing.of_ids, *of_reading, *of_rules], key=_ORDER)
    return sum(page.known is not None for page in checked), found


def _leave(standing: Standing, pages: Mapping[str, CheckedPage], kept: KeptCheck, file: Path) -> None:
    """Keep what was found for the next check. It is written whole, so nobody has to wait for whoever reads it."""
    seen = Seen(standing.seen.sightings)
    # What was changed before it was read may be changed back until the next check.
    sure = {
        path: page
        for path, page in pages.items()
        if page is standing.pages.get(path) or standing.key(path, seen) == page.key
    }
    left = KeptCheck(standing.seen.sightings, sure)
    if left != kept and standing.root.pages.is_dir():
        # It costs the next check a few seconds, and this one nothing. UnicodeError: a file's name that is no text.
        with suppress(OSError, UnicodeError):
            keep([left], file)
            remove_left_over(BESIDE, file.parent)
