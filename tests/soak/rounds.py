"""Rounds: a hub, a fault, what is checked then, the next run, and what is checked after it."""

import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from generator.running.processes import kill_descendants
from tests.soak.faults import FAULTS, Fault
from tests.soak.hub import ASSETS, PAGES, RAISES, a_hub, copy_hub, digests, write_assets, write_hub
from tests.soak.invariants import left_over, not_finished, not_whole, other_site, unreadable
from tests.soak.program import run
from tests.soak.scene import BUILD, VERIFY, Disturbed, Scene, Undisturbed

_MOST_KNOWN = 4
"""Pages that have evidence before a round, at most: what is killed must have something to do."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one."""

    number: int
    fault: str
    told: str
    is_hit: bool
    losses: Sequence[str]
    leftovers: Sequence[str]
    seconds: float


class SoakError(Exception):
    """Nothing can be said, as hubpages does not even work undisturbed here."""


def undisturbed(folder: Path) -> Undisturbed:
    """Round 0: a hub, verified and built while nothing happens.

    Raises SoakError where that does not come to its end.
    """
    hub = a_hub(folder)
    write_hub(hub)
    for url, path in write_assets(hub).items():
        run(hub, "assets", "add", url, str(path))
    begun = time.monotonic()
    verified = run(hub, *VERIFY)
    verify_seconds, begun = time.monotonic() - begun, time.monotonic()
    built = run(hub, *BUILD)
    wanted = {page: "failed (page)" if page == RAISES else "passed (None)" for page in PAGES}
    if verified.verdicts != wanted or built.status not in (0, 1) or len(ASSETS) != len(list(hub.store.glob("??/*"))):
        raise SoakError(f"{verified.said}\n{built.said}")
    return Undisturbed(hub, verified, time.monotonic() - begun, verify_seconds / (2 * len(PAGES) + 1))


def faults_of(seed: int, rounds: int, *, can_mount: bool) -> Iterator[Fault]:
    """Which fault each round has: all kinds in some order, then all in another one."""
    possible = [fault for fault in FAULTS if can_mount or not fault.needs_mount]
    chance = random.Random(f"{seed}")
    deck: list[Fault] = []
    for _ in range(rounds):
        deck = deck or chance.sample(possible, len(possible))
        yield deck.pop()


def play(number: int, seed: int, fault: Fault, usual: Undisturbed, folder: Path) -> Round:
    """One round, with a hub of its own in this folder, which is gone after it."""
    begun, chance = time.monotonic(), random.Random(f"{seed}:{number}")
    hub = a_hub(folder)
    known = chance.sample(sorted({*PAGES} - {RAISES}), chance.randint(1, _MOST_KNOWN))
    is_built = chance.random() < 0.5 and not fault.needs_mount
    copy_hub(usual.hub, hub, known, is_built=fault.needs_site or is_built)
    losses: list[str] = []
    leftovers: list[str] = []
    disturbed = Disturbed("it hangs")
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        scene = Scene(hub, usual, chance, known, stack, digests(hub.site))
        try:
            disturbed = fault.happens(scene)
            losses += [*disturbed.problems, *_losses(scene, fault, disturbed)]
        except subprocess.TimeoutExpired as error:
            losses.append(f"it hangs: {error.cmd}")
        leftovers += left_over(scene)
        kill_descendants()
    return Round(number, fault.name, disturbed.told, disturbed.is_hit, losses, leftovers, time.monotonic() - begun)


def _losses(scene: Scene, fault: Fault, disturbed: Disturbed) -> Iterator[str]:
    """What was lost by a fault, as it is seen at once and after the next run."""
    yield from unreadable(scene)
    yield from not_whole(scene, disturbed)
    after = run(scene.hub, *fault.then)
    if fault.then is VERIFY:
        yield from not_finished(scene, disturbed, after)
        after = run(scene.hub, *BUILD)
    if after.status not in (0, 1):
        yield f"the next build ended with {after.status}: {after.said[-2000:]}"
    yield from unreadable(scene)
    yield from other_site(scene, is_verified=fault.then is VERIFY)
