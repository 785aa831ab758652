"""What snippets download."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from generator.commands.root import HubRoot
from generator.model.asset import Asset
from generator.model.run import SandboxKind, Script
from generator.reading.hub import read_hub
from generator.scripts.entries import entry_uses
from generator.scripts.planning import plan


def add_asset(root: HubRoot, url: str, file: Path) -> Asset:
    """Put a file into the store and the lock under the URL that snippets ask for.

    Raises ValueError for what is no URL, OSError for a file that cannot be read, LockError for a broken lock.
    """
    from generator.assets import lock
    from generator.assets.store import Store

    return lock.add_asset(url, file, root.lock, Store(root.asset_store))


def make_standins(root: HubRoot, requests: Sequence[tuple[str, str]], sandbox: SandboxKind) -> list[str]:
    """Make stand-in weights for these repositories and entries; return a line for each that could not be made.

    Args:
        sandbox: what the repositories' code is kept apart with, as the snippets are.

    Raises StandInError where the kernel environment does not work, LockError for a broken lock.
    """
    from generator.assets.store import Store
    from generator.running.sandbox import Outside, enclose
    from generator.standins import making as standin
    from generator.standins.process import Room

    def confine(folder: Path, environ: Mapping[str, str]) -> Room:
        enclosure = enclose(
            sandbox, folder, root.kernel_python, environ, root.config.limits, Outside(network=sandbox == "none")
        )
        return Room(enclosure.inside, enclosure.prefix, enclosure.environ)

    folder = root.standins.parent
    answers = standin.make_standins(
        requests, root.lock, Store(root.asset_store), root.kernel_python, folder, confine=confine
    )
    return [
        f"no stand-in weights for {answer.entry} of {answer.repository}: {answer.reason}"
        for answer in answers
        if isinstance(answer, standin.Failure)
    ]


def record_archives(root: HubRoot, repositories: Iterable[str], *, update: bool) -> list[str]:
    """Lock the archives of these hub repositories from their hosts; return a line for each that cannot be had.

    Raises ValueError for what names no repository, LockError for a broken lock.
    """
    from generator.assets.archive import archive_url
    from generator.assets.fetching import make_opener
    from generator.assets.lock import normalise_url, read_lock
    from generator.assets.recording import Recorder
    from generator.assets.store import Store

    read_lock(root.lock)
    recorder = Recorder(root.lock, Store(root.asset_store), make_opener(), update=update)
    try:
        urls = [normalise_url(archive_url(repository)) for repository in repositories]
        endings = {url: recorder.download(url, {}).wait_for_end() for url in dict.fromkeys(urls)}
    finally:
        recorder.close()
    return [f"{url} cannot be had: {ending.reason}" for url, ending in endings.items() if ending.sha256 is None]


def standin_requests(root: HubRoot, repositories: Sequence[str]) -> list[tuple[str, str]]:
    """Repository and entry of everything that the pages load or offer from these repositories, or from any."""
    pages, _ = read_hub(root.pages_or([]), root.config.languages)
    return [one for one in entries_of(plan(pages)) if not repositories or one[0].split(":")[0] in repositories]


def damaged_assets(root: HubRoot) -> list[str]:
    """What is wrong with the store's files, a line each; all of them are read. Raises LockError for a broken lock."""
    from generator.assets.store import Store
    from generator.assets.upkeep import verify_store

    return [problem.message for problem in verify_store([root.lock], Store(root.asset_store))]


def prune_assets(root: HubRoot) -> tuple[int, int]:
    """Delete what no lock names; return how many files and bytes that were. Raises LockError for a broken lock."""
    from generator.assets.store import Store
    from generator.assets.upkeep import prune

    pruned = prune([root.lock, root.standins], Store(root.asset_store))
    return pruned.files, pruned.bytes


def list_assets(root: HubRoot) -> Mapping[Asset, bool]:
    """Every locked asset and whether its file is in the store. Raises LockError for a broken lock."""
    from generator.assets.lock import read_lock
    from generator.assets.store import Store

    store = Store(root.asset_store)
    return {asset: store.has(asset.sha256) for asset in read_lock(root.lock).values()}


def entries_of(scripts: Iterable[Script]) -> list[tuple[str, str]]:
    """Repository and entry of everything that scripts load or offer, each once."""
    codes = [snippet.code for script in scripts for snippet in script.snippets]
    return list(dict.fromkeys((use.repository, use.entry) for code in codes for use in entry_uses(code)))
