"""What snippets download."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from generator.assets import lock
from generator.assets.archive import archive_url
from generator.assets.lock import normalise_url, read_lock
from generator.assets.store import Store
from generator.assets.upkeep import prune, verify_store
from generator.commands.root import HubRoot
from generator.model.asset import Asset
from generator.model.run import SandboxKind, Script
from generator.reading.hub import read_hub
from generator.reporting.characters import one_line
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan


def add_asset(root: HubRoot, url: str, file: Path) -> Asset:
    """Put a file into the store and the lock under the URL that snippets ask for.

    Raises ValueError for what is no URL, OSError for a file that cannot be read, LockError for a broken lock.
    """
    return lock.add_asset(url, file, root.lock, Store(root.asset_store))


def make_standins(
    root: HubRoot,
    requests: Sequence[tuple[str, str]],
    sandbox: SandboxKind,
    told: Callable[[Sequence[str]], None],
    packages: Path | None = None,
) -> int:
    """Make stand-in weights for these repositories and entries; return for how many that could not be done.

    Args:
        sandbox: what the repositories' code is kept apart with, as the snippets are.
        told: gets a line for each that is being built and for each that cannot be.
        packages: the folder of what is installed besides the kernel environment.

    Raises KernelError or SandboxError where the kernel environment does not work, LockError for a broken lock.
    """
    # Kernels are a heavy import, as fetching is below; other commands do without.
    from generator.standins.making import Failure, make_standins
    from generator.standins.process import Builder

    def on_build(request: tuple[str, str], number: int, total: int) -> None:
        told([f"stand-in weights for {request[1]} of {request[0]} ({number} of {total})…"])

    builder = Builder(root.kernel_python, Store(root.asset_store), sandbox, root.config.limits, packages)
    answers = make_standins(requests, root.lock, root.standins, builder, on_build)
    failures = [answer for answer in answers if isinstance(answer, Failure)]
    told([one_line(f"no stand-in weights for {one.entry} of {one.repository}: {one.reason}") for one in failures])
    return len(failures)


def record_archives(root: HubRoot, repositories: Iterable[str], *, update: bool) -> list[str]:
    """Lock the archives of these hub repositories from their hosts; return a line for each that cannot be had.

    Raises ValueError for what names no repository, LockError for a broken lock.
    """
    from generator.assets.fetching import make_opener
    from generator.assets.recording import Recorder

    read_lock(root.lock)
    recorder = Recorder(root.lock, Store(root.asset_store), make_opener(), root.config.limits, update=update)
    try:
        urls = [normalise_url(archive_url(repository)) for repository in repositories]
        endings = {url: recorder.download(url, {}).wait_for_end() for url in dict.fromkeys(urls)}
    finally:
        recorder.close()
    return [f"{url} cannot be had: {ending.reason}" for url, ending in endings.items() if ending.sha256 is None]


def standin_requests(root: HubRoot, repositories: Sequence[str]) -> list[tuple[str, str]]:
    """Repository and entry of everything that the pages load or offer from these repositories, or from any."""
    pages, _ = read_hub(root.pages_or([]), root.config.languages, form=root.config.format)
    return [one for one in entries_of(plan(pages)) if not repositories or one[0].split(":")[0] in repositories]


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


def entries_of(scripts: Iterable[Script], *, offered: bool = True, device: str = "") -> list[tuple[str, str]]:
    """Repository and entry of everything that scripts load, and offer where that is wanted, each once.

    With a device, cpu or a GPU's name, what is skipped there loads nothing.
    """
    snippets = [snippet for script in scripts for snippet in script.snippets]
    run = [snippet for snippet in snippets if not (device and snippet.directives.reason_to_skip(device))]
    uses = [use for snippet in run for use in entry_uses(snippet.code)]
    return list(dict.fromkeys((use.repository, use.entry) for use in uses if use.is_active or offered))
