"""What snippets download."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generator.assets import lock
from generator.assets.lock import normalise_url, read_lock
from generator.assets.store import Store
from generator.assets.upkeep import prune, verify_store
from generator.commands.root import HubRoot
from generator.frameworks import framework
from generator.model.asset import Asset
from generator.model.entry import LoadCall
from generator.model.run import SandboxKind
from generator.reading.hub import read_hub
from generator.reporting.characters import one_line
from generator.scripts.loading import calls_by_framework
from generator.scripts.planning import plan

if TYPE_CHECKING:
    from generator.assets.recording import Recorder


def add_asset(root: HubRoot, url: str, file: Path) -> Asset:
    """Put a file into the store and the lock under the URL that snippets ask for.

    Raises ValueError for what is no URL, OSError for a file that cannot be read, LockError for a broken lock.
    """
    return lock.add_asset(url, file, root.lock, Store(root.asset_store))


def make_standins(
    root: HubRoot,
    name: str,
    calls: Sequence[LoadCall],
    sandbox: SandboxKind,
    told: Callable[[Sequence[str]], None],
    packages: Path | None = None,
) -> int:
    """Make stand-in weights for what is loaded; return for how much of it that could not be done.

    Args:
        name: the framework's.
        sandbox: what the repositories' code is kept apart with, as the snippets are.
        told: gets a line for each that is being built and for each that cannot be.
        packages: the folder of what is installed besides the kernel environment.

    Raises KernelError or SandboxError where the kernel environment does not work, LockError for a broken lock.
    """
    # Kernels are a heavy import, as fetching is below; other commands do without.
    from generator.standins.making import Failure, make_standins
    from generator.standins.process import Builder

    def on_build(call: LoadCall, number: int, total: int) -> None:
        told([f"stand-in weights for {call.entry} of {call.repository} ({number} of {total})…"])

    python, store = root.kernel_python_of(name), Store(root.asset_store)
    builder = Builder(framework(name), python, store, sandbox, root.config.limits, packages)
    answers = make_standins(calls, root.lock, root.standins, builder, on_build)
    failures = [answer for answer in answers if isinstance(answer, Failure)]
    named = ((f"{one.call.entry} of {one.call.repository}", one.reason) for one in failures)
    told([one_line(f"no stand-in weights for {what}: {reason}") for what, reason in named])
    return len(failures)


def record_archives(root: HubRoot, name: str, calls: Iterable[LoadCall], *, update: bool) -> list[str]:
    """Lock the archives of what is loaded from their hosts; return a line for each that cannot be had.

    Args:
        name: the framework's, which knows where they are.

    Raises ValueError for what names no repository, LockError for a broken lock.
    """
    from generator.assets.fetching import make_opener
    from generator.assets.recording import Recorder

    read_lock(root.lock)
    recorder = Recorder(root.lock, Store(root.asset_store), make_opener(), root.config.limits, update=update)
    try:
        repositories = dict.fromkeys(call.repository for call in calls)
        wanted = [list(map(normalise_url, framework(name).archives.urls_of(one))) for one in repositories]
        problems = [_recorded(recorder, urls) for urls in wanted]
    finally:
        recorder.close()
    return [problem for problem in problems if problem]


def _recorded(recorder: "Recorder", urls: Sequence[str]) -> str:
    """Lock the first of these that there is; return why that cannot be done, or nothing."""
    problems = []
    for url in urls:
        ending = recorder.download(url, {}).wait_for_end()
        if ending.sha256 is not None:
            return ""
        problems.append(f"{url} cannot be had: {ending.reason}")
    return problems[0]


def standin_requests(root: HubRoot, repositories: Sequence[str]) -> Mapping[str, list[LoadCall]]:
    """Everything that the pages load or offer from these repositories, or from any, by framework."""
    pages, _ = read_hub(root.pages_or([]), root.config.languages, form=root.config.format)
    return {
        name: [one for one in calls if not repositories or one.repository.split(":")[0] in repositories]
        for name, calls in calls_by_framework(plan(pages, root.config.framework)).items()
    }


def damaged_assets(root: HubRoot) -> list[str]:
    """What is wrong with the store's files, a line each; all of them are read. Raises LockError for a broken lock."""
    store = Store(root.asset_store)
    standins = [problem.asset.url for problem in verify_store([root.standins], store) if problem.kind != "missing"]
    again = f"is not what was made: delete {root.standins}, and all are made anew"
    return [problem.message for problem in verify_store([root.lock], store)] + [
        f"the stand-in for {url} {again}" for url in standins
    ]


def prune_assets(root: HubRoot) -> tuple[int, int]:
    """Delete what no lock names; return how many files and bytes that were. Raises LockError for a broken lock."""
    pruned = prune([root.lock, root.standins], Store(root.asset_store))
    return pruned.files, pruned.bytes


def list_assets(root: HubRoot) -> Mapping[Asset, bool]:
    """Every locked asset and whether its file is in the store. Raises LockError for a broken lock."""
    store = Store(root.asset_store)
    return {asset: store.has(asset.sha256) for asset in read_lock(root.lock).values()}
