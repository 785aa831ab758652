"""Find the upstream commit that broke a page, by running it on commits of a local clone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.assets.clone import UpstreamCommit, commit_named, commits_between, write_archive
from generator.assets.lock import add_asset, normalise_url, read_lock, write_lock
from generator.assets.store import Store
from generator.commands.machine import Machine, Request, downloads_for, machine_for, run_on
from generator.commands.root import HubRoot
from generator.evidence.bisecting import Judgement, Suspects, bisect, judgement_of, last_commits
from generator.evidence.keeping import read_evidence
from generator.files import temporary_folder
from generator.frameworks import framework
from generator.model.run import Script, ScriptRun
from generator.reading.hub import read_hub
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan


@dataclass(frozen=True, slots=True)
class Tried:
    """A commit that the page was run on."""

    commit: UpstreamCommit
    judgement: Judgement
    reason: str
    """Of what failed, in a line."""


@dataclass(slots=True)
class Bisected:
    """What came of the search."""

    page: str
    repository: str
    good: str
    bad: str
    """Both as they were given, or as evidence has them: the page was not run on them."""
    commits: Sequence[UpstreamCommit]
    """After the good one, up to the bad one."""
    tried: list[Tried] = field(default_factory=list)
    suspects: Sequence[UpstreamCommit] = ()
    """The one that broke the page; several where those between could not be judged. Empty where it was ended."""
    is_interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """A page, and the hub repository that it may have been broken by."""

    page: str
    scripts: Sequence[Script]
    repository: str
    """owner/name, and perhaps a branch, as the page loads it."""
    urls: Sequence[str]
    """Of its archives, as the page asks for them."""


def subject_of(root: HubRoot, page: Path, repository: str | None) -> Subject:
    """What a page runs and loads.

    Args:
        repository: owner/name, of several that the page loads.

    Raises FileNotFoundError, and ValueError where it cannot be told what is meant.
    """
    pages, findings = read_hub([page], root.config.languages, form=root.config.format)
    if len(pages) != 1:
        raise ValueError(f"{page}: name one page that can be read" + "".join(f"; {one.message}" for one in findings))
    scripts = plan(pages, root.config.framework)
    archives = framework(scripts[0].framework if scripts else root.config.framework).archives
    uses = [use for script in scripts for snippet in script.snippets for use in entry_uses(snippet.code)]
    names = list(dict.fromkeys(use.repository for use in uses if use.is_active))
    found = [name for name in names if repository is None or name.split(":")[0].lower() == repository.lower()]
    if len({name.split(":")[0].lower() for name in found}) != 1:
        loads = f"loads {' and '.join(names)}" if names else "loads no hub repository that can be seen in its code"
        raise ValueError(f"{page} {loads}: name one of those with --of OWNER/NAME")
    urls = list(dict.fromkeys(normalise_url(url) for name in found for url in archives.urls_of(name)))
    return Subject(pages[0].id, scripts, found[0], urls)


def bisect_page(
    root: HubRoot,
    subject: Subject,
    clone: Path,
    ends: tuple[str | None, str | None],
    request: Request,
    told: Callable[[Sequence[str]], None],
    tried: Callable[[Tried, int], None],
) -> Bisected:
    """Run a page on commits of a clone until it is known which broke it; all else that it downloads is as locked.

    Args:
        ends: a commit at which it ran and a later one at which it does not. By default what evidence says, and for the
            latter else the clone's HEAD.
        tried: told of each commit, and how many can still have been it.

    Raises CloneError, ValueError where no good commit is known, and as `machine_for` does.
    """
    good, bad = _ends(root, subject, clone, ends, request)
    commits = commits_between(clone, good, bad)
    found = Bisected(subject.page, subject.repository, good, bad, commits)
    search = bisect(len(commits))
    used = {script.framework for script in subject.scripts}
    # What is downloaded, and made of it, is another with each commit.
    machine = machine_for(root, [], request, told, used)
    try:
        index = next(search)
        while True:
            commit = commits[index]
            runs = _runs_on(machine, root, subject, clone, commit, request, told)
            failed = next((run.reason for run in runs if run.verdict != "passed" and run.reason), "")
            found.tried.append(Tried(commit, judgement_of(runs), failed))
            tried(found.tried[-1], _left(commits, found.tried))
            index = search.send(found.tried[-1].judgement)
    except StopIteration as ended:
        suspects: Suspects = ended.value
        found.suspects = commits[suspects.first : suspects.last + 1]
    except KeyboardInterrupt:
        found.is_interrupted = True
    return found


def _left(commits: Sequence[UpstreamCommit], tried: Sequence[Tried]) -> int:
    """How many commits can still have been it."""
    index: Mapping[str, int] = {commit.sha: place for place, commit in enumerate(commits)}
    first = max((index[one.commit.sha] + 1 for one in tried if one.judgement == "good"), default=0)
    last = min((index[one.commit.sha] for one in tried if one.judgement == "bad"), default=len(commits) - 1)
    return last - first + 1


def _ends(
    root: HubRoot, subject: Subject, clone: Path, ends: tuple[str | None, str | None], request: Request
) -> tuple[str, str]:
    folders = [*([request.evidence] if request.evidence else []), *root.evidence]
    runs = read_evidence(folders)[0].get(subject.page, ())
    seen = (last_commits(runs, url) for url in subject.urls)
    seen_good, seen_bad = next((commits for commits in seen if any(commits)), (None, None))
    if (good := ends[0] or seen_good) is None:
        raise ValueError(f"no run of {subject.page} is known that passed at a commit: name one with --good COMMIT")
    return commit_named(clone, good), commit_named(clone, ends[1] or seen_bad or "HEAD")


def _runs_on(
    machine: Machine,
    root: HubRoot,
    subject: Subject,
    clone: Path,
    commit: UpstreamCommit,
    request: Request,
    told: Callable[[Sequence[str]], None],
) -> list[ScriptRun]:
    """What comes of the page with one commit in place of the locked one, in a hub that is gone afterwards."""
    (root.folder / ".hub").mkdir(exist_ok=True)
    with temporary_folder("bisecting-", root.folder / ".hub") as folder:
        own = _hub_at(root, subject, clone, commit, folder)
        served = downloads_for(own, subject.scripts, machine, request, told)
        now = replace(machine, downloads=served)
        return [one.run for one in run_on(now, own, subject.scripts, request, lambda script, where: None)]


def _hub_at(root: HubRoot, subject: Subject, clone: Path, commit: UpstreamCommit, folder: Path) -> HubRoot:
    """A hub that has what this one has locked, but for the repository's archive."""
    kernels = {name: replace(one, python=str(root.kernel_python_of(name))) for name, one in root.config.kernels.items()}
    kernel = replace(root.config.kernel, python=str(root.kernel_python))
    own = HubRoot(folder, replace(root.config, kernel=kernel, kernels=kernels))
    locked, store, copy = read_lock(root.lock), Store(root.asset_store), Store(own.asset_store)
    write_lock(own.lock, locked.values())
    for asset in locked.values():
        if store.has(asset.sha256) and not copy.has(asset.sha256):
            path = copy.path_of(asset.sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(store.path_of(asset.sha256).resolve())
    archive = folder / "archive.zip"
    name = subject.repository.split(":")[0].rpartition("/")[2]
    write_archive(clone, commit.sha, f"{name}-{commit.sha}", archive)
    for url in [url for url in subject.urls if url in locked] or subject.urls[:1]:
        add_asset(url, archive, own.lock, copy)
    return own
