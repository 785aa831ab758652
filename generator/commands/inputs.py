"""What a site is made from: the files of its pages and their evidence, and all that is the same for every page."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from generator.commands.appearance import appearance_findings
from generator.commands.jobs import Job
from generator.commands.kept import Kept
from generator.commands.root import HubRoot
from generator.evidence.entry_checks import check_files, checked_page
from generator.evidence.history import history_files
from generator.evidence.keeping import evidence_files, file_name, page_of
from generator.model.diagnostic import Diagnostic
from generator.model.entry import CHECKS
from generator.parallel import Mapper
from generator.reading.files import head_of, last_changes, page_files, same_ids
from generator.reading.versions import last_change
from generator.rendering.template_folders import template_folders
from generator.seen import Seen, digest_of

if TYPE_CHECKING:  # rules and what they look at are slow to load
    from generator.checking.parts import HubFacts

_PACKAGE = Path(__file__).resolve().parents[1]
_OF_CODE = (".py", ".json", ".toml")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A site that is to be made."""

    root: HubRoot
    out: Path
    """The folder that it is put in."""
    paths: Sequence[Path] = ()
    """Pages and folders of them; by default the hub's."""
    evidence: Sequence[Path] = ()
    """More folders of runs."""
    has_search: bool = False
    keeps_last: bool = False
    """Whether a page that has an error now is shown as it last was."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a site is made from, as it is now."""

    seen: Seen
    facts: "HubFacts | None"
    """None for what is gathered without looking at any page."""
    facts_digest: str
    today: date
    world: str
    """Digest of what every part of the site is made with."""
    jobs: Mapping[str, Job]
    """By the path of the page."""
    keys: Mapping[str, str]
    """Likewise: digest of a page, its evidence and the world."""
    findings: Sequence[Diagnostic]
    """What is wrong with pages that are not made."""
    of_evidence: Sequence[Diagnostic]
    """What is wrong with evidence."""
    of_hub: Sequence[Diagnostic]
    """What is wrong with how the hub looks."""
    runs: Mapping[str, tuple[str, str | Diagnostic]]
    changes: Mapping[str, tuple[str, Mapping[str, str]]]
    """Both as they are kept: see `Kept`."""


def read_inputs(wanted: Wanted, kept: Kept, mapper: Mapper) -> Inputs:
    """Look at all that the site is made from; what did not change since it was kept is not read.

    Raises FileNotFoundError, NoHubError and ConfigError.
    """
    root, seen, today = wanted.root, Seen(kept.sightings), date.today()
    files = page_files(root.pages_or(wanted.paths))
    of_ids = same_ids(files)
    twice = {finding.path for finding in of_ids}
    problems = _problems([path for path in files if str(path) in twice], root, today)
    code = code_of(seen)
    runs, by_page, of_evidence = _runs([*wanted.evidence, *root.evidence], seen, kept, code)
    of_folders = [*(folder / CHECKS for folder in wanted.evidence), *root.entry_checks]
    checks, of_checks = _entry_checks(of_folders, seen, kept, code)
    changes = _changes(files, kept, code) | _lock_change(root.lock, kept, code)
    facts, facts_digest = _facts(wanted, mapper)
    world = world_of(wanted, seen, facts_digest)
    histories = _histories([*wanted.evidence, *root.evidence])
    jobs = {
        str(path): Job(
            str(path),
            _change(path, changes),
            tuple(by_page.get(path.stem, ())),
            tuple(of_checks.get(path.stem, ())),
            histories.get(file_name(path.stem), ()),
            changes[str(root.lock)][1][root.lock.name] if path.stem in by_page else "",
        )
        for path in files
        if str(path) not in twice
    }
    keys = {path: key_of(job, seen, world) for path, job in jobs.items()}
    findings, of_hub, runs = [*of_ids, *problems], appearance_findings(root), runs | checks
    return Inputs(seen, facts, facts_digest, today, world, jobs, keys, findings, of_evidence, of_hub, runs, changes)


def _problems(left_out: Sequence[Path], root: HubRoot, today: date) -> list[Diagnostic]:
    """What is wrong with pages that are not made."""
    if not left_out:
        return []
    from generator.reading.hub import read_file  # its parsers are slow to load, and nearly always there is nothing

    read = partial(read_file, languages=root.config.languages, today=today, form=root.config.format)
    return [finding for path in left_out for finding in read(path)[1]]


def _facts(wanted: Wanted, mapper: Mapper) -> "tuple[HubFacts | None, str]":
    """What pages are checked against, and a digest of it; None for what is gathered without looking at any page."""
    if not wanted.root.config.rules:  # no rule that keeps a page off the site looks at others, unless it is made one
        return None, ""
    from generator.commands.check import error_rules, gather_facts  # the rules are slow to load

    return gather_facts(wanted.root, wanted.paths, error_rules(wanted.root), mapper)


def _runs(
    folders: Sequence[Path], seen: Seen, kept: Kept, code: str
) -> tuple[dict[str, tuple[str, str | Diagnostic]], Mapping[str, Sequence[str]], list[Diagnostic]]:
    """Which evidence is of which page: to be kept, by page id, and what is wrong with it."""
    runs: dict[str, tuple[str, str | Diagnostic]] = {}
    by_page: dict[str, list[str]] = {}
    findings = []
    for path in evidence_files(folders):
        name, digest = str(path), digest_of(seen.digest(path), code)
        known = kept.runs.get(name)
        runs[name] = known if known and known[0] == digest else (digest, page_of(path))
        page = runs[name][1]
        if isinstance(page, Diagnostic):
            findings.append(page)
        else:
            by_page.setdefault(page, []).append(name)
    return runs, by_page, findings


def _entry_checks(
    folders: Sequence[Path], seen: Seen, kept: Kept, code: str
) -> tuple[dict[str, tuple[str, str | Diagnostic]], Mapping[str, Sequence[str]]]:
    """Which files about entries that are offered are of which page: to be kept, and by page id."""
    checks: dict[str, tuple[str, str | Diagnostic]] = {}
    by_page: dict[str, list[str]] = {}
    for path in check_files(folders):
        name, digest = str(path), digest_of(seen.digest(path), code)
        known = kept.runs.get(name)
        checks[name] = known if known and known[0] == digest else (digest, checked_page(path))
        by_page.setdefault(str(checks[name][1]), []).append(name)
    return checks, by_page


def _histories(folders: Sequence[Path]) -> Mapping[str, tuple[str, ...]]:
    """What is remembered of runs, by the name of the page's file there without its ending."""
    found: dict[str, tuple[str, ...]] = {}
    for path in (path for folder in folders for path in history_files(folder)):
        found[path.stem] = (*found.get(path.stem, ()), str(path))
    return found


def _changes(files: Sequence[Path], kept: Kept, code: str) -> dict[str, tuple[str, Mapping[str, str]]]:
    """When each page last changed, by folder; asked again where there is another commit."""
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    for folder in sorted({path.parent for path in files}):
        head, known, place = head_of(folder), kept.changes.get(str(folder)), folder.resolve()
        of = digest_of(head, place, code)
        found[str(folder)] = known if known and known[0] == of else (of, last_changes(place, head))
    return found


def _lock_change(lock: Path, kept: Kept, code: str) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Likewise when hub.lock did, by its path."""
    head, known = head_of(lock.parent), kept.changes.get(str(lock))
    of = digest_of(head, lock.resolve(), code)
    return {str(lock): known if known and known[0] == of else (of, {lock.name: last_change(lock)})}


def _change(path: Path, changes: Mapping[str, tuple[str, Mapping[str, str]]]) -> str | None:
    return changes[str(path.parent)][1].get(path.name)


def key_of(job: Job, seen: Seen, world: str) -> str:
    """Digest of a page, its evidence and the world."""
    of_runs = [(path, seen.digest(path)) for path in job.seen]
    return digest_of(world, job.path, seen.digest_at(job.path), job.updated, job.locked, of_runs)


def code_of(seen: Seen) -> str:
    """Digest of hubpages and all that it is made with."""
    code = [row for row in seen.digests([_PACKAGE]) if row[0].endswith(_OF_CODE)]
    return digest_of(sys.version, _installed(), code)


def world_of(wanted: Wanted, seen: Seen, facts: str) -> str:
    """Digest of what every part of the site is made with; of the facts there is one already."""
    root = wanted.root
    fonts = ""
    if root.config.base_url and root.config.social_images:
        from generator.rendering.fonts import font_files  # only where pictures are drawn

        langs = [language.lang for language in root.config.languages]
        fonts = repr([(path, seen.digest(path)) for path in font_files(langs)])
    return digest_of(
        code_of(seen),
        list(seen.digests(template_folders(root.folder))),
        root.config,
        facts,
        seen.digest(root.alive_links),
        fonts,
        wanted.has_search,
        wanted.out,
    )


def _installed() -> list[str]:
    """What is installed beside hubpages, with the versions: the name of the folder that tells of each distribution."""
    folders = [Path(place) for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
    return sorted(
        path.name
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.suffix in (".dist-info", ".egg-info")
    )
