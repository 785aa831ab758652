"""What breaks without a signal: bits in the store and in the cache, a clock that is set back, company."""

from collections.abc import Iterator
from pathlib import Path

from generator.assets.lock import read_lock
from generator.evidence.history import history_file, read_history
from tests.soak.hub import ASSETS, write_assets
from tests.soak.program import Ended, run
from tests.soak.scene import BUILD, VERIFY, Disturbed, Scene

_FINDINGS = 1
_CACHES = ("cache/kept", "cache/blobs", "cache/blobs.index", "cache/documents", "search", "social")
"""What builds leave for each other, below `.hub`."""
_AHEAD_SECONDS = 40 * 3600
"""More than the day for which a live run holds, and less than makes the proxy's certificate not yet valid."""


def flip_bit_of_asset(scene: Scene) -> Disturbed:
    """In a file of the store, before a `verify` or in the middle: no page is blamed, and it can be mended."""
    url = scene.chance.choice(sorted(ASSETS))
    path = scene.hub.store / (digest := read_lock(scene.hub.folder / "hub.lock")[url].sha256)[:2] / digest
    if scene.chance.random() < 0.5:
        told = _flip(scene, path)
        ended = scene.start(*VERIFY).end()
    else:
        running = scene.start(*VERIFY)
        told = f"{scene.at_some_moment(running)}, {_flip(scene, path)}"
        ended = running.end()
    return Disturbed(told, [ended], [*_blamed(scene, ended), *_not_mended(scene, url)])


def flip_bit_of_cache(scene: Scene) -> Disturbed:
    """In what builds leave for each other: it costs time and nothing else."""
    place = scene.hub.folder / ".hub" / scene.chance.choice(_CACHES)
    files = sorted(path for path in (place, *place.rglob("*")) if path.is_file() and path.stat().st_size)
    path = scene.chance.choice(files)
    told = f"{path.relative_to(scene.hub.folder)}, {_flip(scene, path)}"
    ended = run(scene.hub, *BUILD)
    problems = [] if ended.status in (0, 1) else [f"build's status is {ended.status}: {ended.said[-2000:]}"]
    return Disturbed(told, [ended], problems, site="old or new")


def set_clock_back(scene: Scene) -> Disturbed:
    """A `verify` and a `build` while the clock is ahead, where a file is missing, and then the right time again."""
    url = scene.chance.choice(sorted(ASSETS))
    digest = read_lock(scene.hub.folder / "hub.lock")[url].sha256
    path = scene.hub.store / digest[:2] / digest
    away = scene.hub.outside / "away"
    path.rename(away)
    ended = [run(scene.hub, *VERIFY, ahead=_AHEAD_SECONDS), run(scene.hub, *BUILD, ahead=_AHEAD_SECONDS)]
    away.rename(path)
    problems = list(_blamed(scene, ended[0]))
    if not all(run["started"] > _today(scene) for run in ended[0].runs if run["page"] in ended[0].started):
        problems.append("its clock was not ahead")
    return Disturbed(f"{_AHEAD_SECONDS // 3600} h, {url} missing until then", ended, problems, site="another")


def run_side_by_side(scene: Scene) -> Disturbed:
    """Two of `verify` and a `build` on one hub: each comes to what it would alone, and no run is forgotten."""
    running = [scene.start(*words) for words in (VERIFY, VERIFY, BUILD)]
    ended = [one.end() for one in running]
    problems = (
        [f"build's status is {ended[2].status}: {ended[2].said[-2000:]}"] if ended[2].status not in (0, 1) else []
    )
    for one in ended[:2]:
        if one.verdicts != scene.expected:
            problems.append(f"verify came to {one.verdicts}: {one.said[-2000:]}")
        problems += _forgotten(scene, one)
    return Disturbed("started together", ended, problems, site="another")


def _flip(scene: Scene, path: Path) -> str:
    """Flip a bit of a file where it is; which one."""
    with path.open("r+b", buffering=0) as file:
        place, bit = scene.chance.randrange(path.stat().st_size), scene.chance.randrange(8)
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ (1 << bit)]))
    return f"bit {bit} of byte {place}"


def _blamed(scene: Scene, ended: Ended) -> Iterator[str]:
    """Pages that are told to have failed for another reason than the asset."""
    if ended.status not in (0, _FINDINGS):
        yield f"its status is {ended.status}: {ended.said[-2000:]}"
    for page, verdict in ended.verdicts.items():
        if verdict not in (scene.expected[page], "failed (asset)"):
            yield f"{page} is told to have {verdict}: {ended.said[-3000:]}"


def _not_mended(scene: Scene, url: str) -> Iterator[str]:
    """What keeps the store from being found damaged and mended by those who use it."""
    found = run(scene.hub, "assets", "verify")
    if found.status != _FINDINGS or url not in found.said + found.printed:
        yield f"assets verify does not find it: {found.said}"
    run(scene.hub, "assets", "add", url, str(write_assets(scene.hub)[url]))
    found = run(scene.hub, "assets", "verify")
    if found.status:
        yield f"assets add does not mend it: {found.said}"


def _forgotten(scene: Scene, ended: Ended) -> Iterator[str]:
    """Runs that the histories should tell of, and do not."""
    for one in ended.runs:
        if one["page"] in ended.started:
            past = read_history(history_file(scene.hub.evidence, one["page"]))
            if one["started"] not in [run.started for run in past]:
                yield f"the history of {one['page']} has forgotten the run of {one['started']}"


def _today(scene: Scene) -> str:
    """When the undisturbed run was over, as runs have it."""
    return max(str(one["started"]) for one in scene.undisturbed.verify.runs)
