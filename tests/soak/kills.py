"""SIGKILL at a random moment: to the program, all that it started, a worker, the proxy, a kernel, a build."""

from contextlib import suppress

import psutil

from tests.soak.program import Ended
from tests.soak.scene import BUILD, VERIFY, Disturbed, Scene

_KILLED, _CANNOT = -9, 3
_PATIENCE_SECONDS = 60
_MOST_SECONDS = 2.0
"""What a build takes at least, however long the first one took."""
_SHARE = 0.6
"""Of the time that a first build takes, that of a later one which surely is not over yet."""
_WORKER, _PROXY, _KERNEL = "generator.running.worker", "generator.assets.replay", "-m ipykernel_launcher"


def kill_program(scene: Scene) -> Disturbed:
    """`verify` itself."""
    running = scene.start(*VERIFY)
    told = scene.at_some_moment(running)
    is_hit = running.kill()
    ended = running.end()
    problems = [] if not is_hit or ended.status == _KILLED else [f"killed, and its status is {ended.status}"]
    return Disturbed(told, [ended], problems, is_hit=is_hit)


def kill_all(scene: Scene) -> Disturbed:
    """`verify` and all that it has started at once, as when a machine is switched off: nobody tidies up."""
    running = scene.start(*VERIFY)
    told = scene.at_some_moment(running)
    family = running.family()
    is_hit = running.kill()
    for process in family:
        _killed(process)
    psutil.wait_procs(family, timeout=_PATIENCE_SECONDS)
    return Disturbed(told, [running.end()], is_hit=is_hit)


def kill_worker(scene: Scene) -> Disturbed:
    """The process that watches over a script, or the one that waits for the next."""
    return _kill_part(scene, _WORKER)


def kill_proxy(scene: Scene) -> Disturbed:
    """What serves the downloads."""
    disturbed = _kill_part(scene, _PROXY)
    ended = disturbed.ended[0]
    if ended.status == _CANNOT and "the replay proxy ended with status -9" not in ended.said:
        return Disturbed(disturbed.told, disturbed.ended, ["it does not say that the proxy was killed"])
    return disturbed


def kill_kernel(scene: Scene) -> Disturbed:
    """What runs the snippets, within its sandbox."""
    return _kill_part(scene, _KERNEL)


def kill_build(scene: Scene) -> Disturbed:
    """`build`, and with it its processes or not."""
    running = scene.start(*BUILD)
    seconds = scene.chance.uniform(0, min(scene.undisturbed.build_seconds, _MOST_SECONDS) * _SHARE)
    running.is_over_after(seconds)
    scene.seen.update(one.pid for one in running.family())
    is_hit = running.kill()
    return Disturbed(f"{seconds:.2f} s after its start", [running.end()], site="old or new", is_hit=is_hit)


def _kill_part(scene: Scene, part: str) -> Disturbed:
    running = scene.start(*VERIFY)
    told = scene.at_some_moment(running)
    found = running.wait_for_process(part)
    scene.seen.update(one.pid for one in running.family())
    is_hit = bool(found) and _killed(scene.chance.choice(found))
    ended = running.end()
    return Disturbed(told, [ended], list(_wrong(scene, ended)), is_hit=is_hit)


def _killed(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        process.kill()
        return True
    return False


def _wrong(scene: Scene, ended: Ended) -> list[str]:
    """What a `verify` should not have told that went on without one of its parts."""
    if ended.status not in (0, 1, _CANNOT):
        return [f"its status is {ended.status}: {ended.said[-2000:]}"]
    others = {page: one for page, one in ended.verdicts.items() if one != scene.expected[page]}
    if any(one != "failed (crash)" for one in others.values()) or len(others) > 1:
        return [f"pages are blamed: {others}"]
    return []
