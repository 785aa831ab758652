"""What scripts are run on, under what, and what they are served: tried before anything is run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir

from generator.assets.store import INCOMING, Store
from generator.commands.assets import make_standins, record_archives
from generator.commands.root import HubRoot
from generator.evidence.history import FOLDER
from generator.evidence.judging import Circumstances, Judged
from generator.evidence.keeping import read_evidence
from generator.evidence.past import past_of
from generator.files import BESIDE, remove_left_over
from generator.model.run import (
    AssetMode,
    DeviceChoice,
    Environment,
    ExecutorName,
    Needs,
    SandboxChoice,
    Script,
    ScriptRun,
    VariantMode,
    Weights,
)
from generator.running.attempt import RUN_FOLDER
from generator.running.cgroup import sweep
from generator.running.packages import NOTHING_INSTALLED, Installed
from generator.running.sandbox import choose
from generator.scheduling.downloads import Downloads
from generator.scheduling.executor import Executor
from generator.scheduling.host import PROXY_FOLDER
from generator.scheduling.local import Local
from generator.scheduling.order import Task, gpu_share_of, share_of
from generator.scheduling.room import available_memory, cores
from generator.scheduling.session import SESSION_FOLDER
from generator.scheduling.slots import Kernels, Slots, find_kernels
from generator.scripts.loading import calls_by_framework, load_calls
from generator.standins.process import STANDIN_FOLDER


@dataclass(frozen=True, slots=True)
class Request:
    """How pages are to be verified."""

    assets: AssetMode = "live"
    weights: Weights = "published"
    variants: VariantMode = "entry"
    device: DeviceChoice = "auto"
    sandbox: SandboxChoice = "auto"
    jobs: int | None = None
    """Scripts at a time, at most; one a core unless given."""
    repeats: int = 1
    fresh: bool = False
    """Whether also that is run which need not run again."""
    changed_since: str | None = None
    """A revision; pages that have not changed since are left out."""
    accept_changes: bool = False
    """Whether recording locks an upstream file anew that has changed."""
    update_outputs: bool = False
    """Whether the pages' expected outputs are rewritten to what is printed."""
    evidence: Path | None = None
    """Where runs are kept, if not in the hub's own folder."""
    executor: ExecutorName = "local"
    address: str = ""
    """Of the cluster; empty for the one that this machine is part of."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What scripts are run on, under what, and what they are served; None is the network."""

    slots: Slots
    circumstances: Circumstances
    """Those of scripts of the hub's own framework."""
    downloads: Downloads | None
    told: Callable[[Sequence[str]], None]
    """Told what has to be said while scripts run."""
    executor: Executor | None = None
    """What runs them, if not this machine."""
    others: Sequence[Environment] = ()
    """What scripts may run on besides, where machines differ."""

    def environments_of(self, script: Script) -> list[Environment]:
        """Those that a script may be run in: one for each kind of GPU that there is, and of node."""
        gpus = self.slots.kernels[script.framework].gpus or (None,)
        found = [self.slots.circumstances_of(script, self.circumstances, gpu).environment for gpu in gpus]
        found += [one for one in self.others if one.framework == script.framework]
        return [one for place, one in enumerate(found) if one not in found[:place]]


def refuse_contradictions(request: Request) -> None:
    """Raise ValueError for a request that contradicts itself."""
    if request.weights == "standin" and request.assets == "live":
        raise ValueError("--weights standin needs --assets replay or record: live downloads come as they are")
    if request.accept_changes and request.assets != "record":
        raise ValueError("--accept-changes needs --assets record: nothing else locks a file anew")
    if request.address and request.executor != "ray":
        raise ValueError("--address needs --executor ray: it says where the cluster is")
    if request.executor == "ray" and request.assets == "record":
        raise ValueError("--assets record runs on one machine, which writes store and lock: leave --executor ray out")
    if request.weights == "standin" and request.update_outputs:
        raise ValueError("--update-outputs needs the published weights: what stand-ins compute means nothing")


def machine_for(
    root: HubRoot,
    scripts: Sequence[Script],
    request: Request,
    warned: Callable[[Sequence[str]], None],
    frameworks: Iterable[str] = (),
) -> Machine:
    """What this machine has for scripts, tried before anything is run.

    Args:
        scripts: those that it is known of that they will be run.
        frameworks: of others.
        warned: told what does not keep them from running.

    Raises KernelError, SandboxError, DeviceError and LockError for what does.
    """
    tidy_up(root, request)
    sandbox = choose(request.sandbox)
    if sandbox.reason:
        warned([sandbox.reason])
    wanted = dict.fromkeys([*(script.framework for script in scripts), *frameworks]) or [root.config.framework]
    kernels = {name: _kernels_of(root, name, request, warned) for name in wanted}
    slots = Slots(kernels, root.config.limits, available_memory(), request.jobs or cores())
    usual = kernels.get(root.config.framework) or next(iter(kernels.values()))
    circumstances = Circumstances(usual.environment, sandbox.kind, request.repeats)
    machine = Machine(slots, circumstances, None, warned)
    return replace(machine, downloads=downloads_for(root, scripts, machine, request, warned))


def tidy_up(root: HubRoot, request: Request) -> None:
    """Remove what those left that were killed: where nothing needs to be run, nobody else would."""
    temporary, kept = Path(gettempdir()), request.evidence or root.own_evidence
    sweep()
    for prefix, folder in (
        *((prefix, temporary) for prefix in (RUN_FOLDER, PROXY_FOLDER, SESSION_FOLDER, STANDIN_FOLDER)),
        *((BESIDE, folder) for folder in (root.folder, kept, kept / FOLDER, root.lookups, root.own_entry_checks)),
        (INCOMING, root.asset_store),
    ):
        remove_left_over(prefix, folder)


def _kernels_of(root: HubRoot, name: str, request: Request, warned: Callable[[Sequence[str]], None]) -> Kernels:
    """Where the snippets of a framework are run, with the GPUs that it can use; it is told of those that it cannot."""
    kernels, unable = find_kernels(root.kernel_python_of(name), name, request.device)
    if unable:
        warned([unable if kernels.gpus else f"{unable}; scripts run on the CPU"])
    return kernels


def downloads_for(
    root: HubRoot,
    scripts: Sequence[Script],
    machine: Machine,
    request: Request,
    warned: Callable[[Sequence[str]], None],
    packages: Mapping[Needs, Installed] = NOTHING_INSTALLED,
) -> Downloads | None:
    """What scripts are served, with the stand-in weights made that are asked for; None for the network.

    Args:
        packages: what is installed for scripts that name packages.
    """
    if request.assets == "live":
        return None
    overlay = root.standins if request.weights == "standin" else None
    if overlay:
        if request.assets == "record":  # stand-ins are made of what is locked
            for name, calls in calls_by_framework(scripts).items():
                warned(record_archives(root, name, calls, update=request.accept_changes))
        for needs in dict.fromkeys(script.needs for script in scripts):
            own = [script for script in scripts if script.needs == needs]
            name, folder = needs[0], packages[needs].folder if needs[1] else None
            device = machine.slots.kernels[name].environment.device
            calls = load_calls(own, offered=request.variants == "run", device=device)
            make_standins(root, name, calls, machine.circumstances.sandbox, warned, folder)
    return Downloads(root.lock, Store(root.asset_store), request.assets, overlay, request.accept_changes)


def kept_in(root: HubRoot, request: Request) -> list[Path]:
    """Where runs of pages are found."""
    return [*([request.evidence] if request.evidence else []), *root.evidence]


def run_on(
    machine: Machine,
    root: HubRoot,
    scripts: Iterable[Script],
    request: Request,
    on_start: Callable[[Script, str], None],
    more: Callable[[], Sequence[Script]] = tuple,
) -> Iterator[Judged]:
    """Run each script, and yield what came of it as it ends.

    Args:
        on_start: told of each script and the device that it starts on.
        more: asked after each for scripts that follow from what came of it.

    Raises KernelError and ProxyError for what is the machine's fault.
    """
    tasks = _tasks(root, scripts, machine, request)
    if tasks:
        on = machine.slots, machine.circumstances, machine.downloads
        executor = machine.executor or Local(*on, machine.told)
        yield from executor.run(tasks, on_start, lambda: _tasks(root, more(), machine, request))


def _tasks(root: HubRoot, scripts: Iterable[Script], machine: Machine, request: Request) -> list[Task]:
    """These scripts, with what past runs say of each: how long it takes and how much memory to keep free for it."""
    scripts = list(scripts)
    if not scripts:
        return []
    evidence, _ = read_evidence([*kept_in(root, request), root.lookups])
    return [_task(script, evidence.get(script.page, ()), machine.slots) for script in scripts]


def _task(script: Script, runs: Sequence[ScriptRun], slots: Slots) -> Task:
    # Where nobody knows, as many fit as there are slots: a first run is not slower for it, and each has its limit.
    limit = slots.limits.memory_bytes
    unknown = min(limit, slots.room // slots.jobs)
    kernels = slots.kernels[script.framework]
    pasts = {name: past_of(script, runs, name) for name in [gpu.name for gpu in kernels.gpus] or ["cpu"]}
    seconds = max((past.seconds for past in pasts.values() if past.seconds is not None), default=None)
    shares = [share_of(past, limit, unknown) for past in pasts.values() if past.memory is not None]
    of_gpus = {name: share for name, past in pasts.items() if (share := gpu_share_of(past)) is not None}
    return Task(script, seconds, max(shares, default=unknown), of_gpus)
