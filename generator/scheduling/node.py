"""One machine of a fleet: what it has, and how it is made ready to run scripts. It knows of no fleet manager."""

import os
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import gettempdir

from generator import __version__
from generator.assets.proxy import ProxyAddress, ReplayProxy
from generator.assets.store import Store
from generator.assets.supply import supplying
from generator.evidence.judging import Circumstances
from generator.files import claim_file, remove_left_over, temporary_folder, write_whole
from generator.frameworks import DEFAULT, framework, kernel_environments
from generator.installing.differences import NoEnvironmentError, compare
from generator.model.limits import Limits
from generator.model.run import DeviceChoice, SandboxChoice, SandboxKind, Script
from generator.running.attempt import RUN_FOLDER
from generator.running.cgroup import sweep
from generator.running.executed import KernelError
from generator.running.probe import probe
from generator.running.sandbox import SandboxError, choose
from generator.scheduling.devices import DeviceError, Gpu, choose_gpus, find_gpus
from generator.scheduling.downloads import Downloads
from generator.scheduling.host import PROXY_FOLDER, Host
from generator.scheduling.leases import Leases, Wish
from generator.scheduling.slots import Kernels, Slots
from generator.scheduling.workers import Workers

_MARK = ".shared-"
"""How the name of a file begins by which nodes see that a store is the caller's."""
_MOST_TOLD = 10
"""Differences of one environment: nobody reads a hundred."""


@dataclass(frozen=True, slots=True)
class Question:
    """What every node is asked before any work starts."""

    kernels: Mapping[str, Path]
    """Interpreter of each framework's kernel environment: the same path on all."""
    requirements: Mapping[str, str]
    """SHA-256 of the hub's own requirements of each; empty where it has none."""
    sandbox: SandboxChoice
    device: DeviceChoice
    limits: Limits
    repeats: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What a node answers."""

    version: str
    """Of its hubpages."""
    kernels: Mapping[str, Kernels] = field(default_factory=dict)
    """By framework."""
    sandbox: SandboxKind = "none"
    remark: str = ""
    """What does not keep it from running scripts."""
    problems: Sequence[str] = ()
    """What does, a sentence each."""

    @property
    def has_gpu(self) -> bool:
        """Whether one of the frameworks can use a GPU here."""
        return any(kernels.gpus for kernels in self.kernels.values())


@dataclass(frozen=True, slots=True)
class Served:
    """What scripts are served on every node. It travels as it is: the lock's files lie on the caller's machine."""

    lock: str
    overlay: str | None
    """The stand-ins' lock."""
    made: str | None
    """What they were made of."""
    store: Path
    """The hub's store, as the caller's machine names it."""
    mark: str
    """The name of a file in that store: where it is found too, the store is shared."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A script runs on a machine now."""

    machine: str
    """Its name."""
    where: str
    """The GPU; empty for none."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A script came to a machine that nobody has made ready, and was not started."""

    machine: str
    """Its id."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A machine cannot do it, whatever the script is."""

    machine: str
    """Its id."""
    reason: str


def survey(question: Question) -> Survey:
    """What this machine has for scripts, tried and compared with what it ought to have."""
    sweep()
    for prefix in (RUN_FOLDER, PROXY_FOLDER):  # of who was killed here
        remove_left_over(prefix, Path(gettempdir()))
    problems, kernels, sandbox = [], {}, None
    try:
        sandbox = choose(question.sandbox)
    except SandboxError as error:
        problems.append(str(error))
    for name, python in question.kernels.items():
        try:
            gpus = choose_gpus("cpu" if question.device == "cpu" else "auto", python, framework(name))
            own = Kernels(python, probe(python, "cpu", name), gpus)
            kernels[name] = replace(own, environment=own.environment_on(gpus[0] if gpus else None))
            problems += _differences(name, python, question.requirements.get(name, ""))
        except (KernelError, NoEnvironmentError) as error:
            problems.append(str(error))
    kind, remark = (sandbox.kind, sandbox.reason) if sandbox else ("none", "")
    return Survey(__version__, kernels, kind, remark, problems)


def _differences(name: str, python: Path, requirements: str) -> list[str]:
    """How the kernel environment of a framework differs from its pins."""
    pinned = kernel_environments().get(name)
    if pinned is None:  # nobody has said what it ought to hold
        return []
    folder = python.parents[1]
    told = sorted(compare(pinned, folder, requirements).differences, key=_is_missing)
    rest = [f"and {len(told) - _MOST_TOLD} differences more"] if len(told) > _MOST_TOLD else []
    command = "hubpages kernel install" + ("" if name == DEFAULT else f" --framework {name}")
    lines = [*(f"{folder}: {said}" for said in told[:_MOST_TOLD]), *rest]
    return [*lines, f"`{command}` there brings it up to date"] if told else []


def _is_missing(difference: str) -> bool:
    return difference.endswith(" is missing")


@contextmanager
def sharing(downloads: Downloads) -> Iterator[Served]:
    """What travels of what the caller's proxy would serve, while the context lasts.

    Raises OSError where the store cannot be written to.
    """
    store, overlay = downloads.store.folder, downloads.overlay
    texts = [path.read_text(encoding="utf-8") if path and path.exists() else None for path in _files_of(downloads)]
    store.mkdir(parents=True, exist_ok=True)
    remove_left_over(_MARK, store)
    descriptor, mark = claim_file(_MARK, store)
    try:
        yield Served(texts[0] or "", (texts[1] or "") if overlay else None, texts[2], store.resolve(), mark.name)
    finally:
        mark.unlink(missing_ok=True)
        os.close(descriptor)


def _files_of(downloads: Downloads) -> tuple[Path, Path | None, Path | None]:
    overlay = downloads.overlay
    return downloads.lock, overlay, overlay.with_suffix(".json") if overlay else None


@dataclass(frozen=True, slots=True)
class Larder:
    """Where a node's scripts get what they download: for any process of that machine."""

    address: ProxyAddress
    downloads: Downloads
    is_shared: bool
    """Whether the store is the caller's own."""


@contextmanager
def larder(served: Served, limits: Limits, fetch: Callable[[str, Store], None]) -> Iterator[Larder]:
    """A proxy of this machine while the context lasts, over the caller's store where it is shared, else over a cache.

    Args:
        fetch: gets one file by its digest into a store, unless nobody has it; called once at a time for each digest.

    Raises ProxyError, and OSError where the cache cannot be written to.
    """
    is_shared = (served.store / served.mark).exists()
    store = Store(served.store if is_shared else _cache())
    with ExitStack() as stack:
        state = stack.enter_context(temporary_folder(PROXY_FOLDER))
        downloads = Downloads(state / "hub.lock", store, "replay", state / "standins.lock" if served.overlay else None)
        for path, text in zip(_files_of(downloads), (served.lock, served.overlay, served.made), strict=True):
            if path and text:
                write_whole(path, text, durable=False)
        supply = None if is_shared else stack.enter_context(supplying(_one_at_a_time(fetch, store)))
        proxy = stack.enter_context(
            ReplayProxy.start(
                downloads.lock, store, state, mode="replay", overlay=downloads.overlay, supply=supply, limits=limits
            )
        )
        yield Larder(proxy.address, downloads, is_shared)


def _cache() -> Path:
    """Where a node keeps what it was sent, for the next time."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "hubpages" / "assets"


def _one_at_a_time(fetch: Callable[[str, Store], None], store: Store) -> Callable[[str], None]:
    """Fetch each file once, however many ask for it meanwhile."""
    locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def bring(sha256: str) -> None:
        with locks[sha256]:
            if not store.has(sha256):
                fetch(sha256, store)

    return bring


def receive(sha256: str, pieces: Iterable[bytes], store: Store) -> None:
    """Keep a file that comes in pieces, if it is the one of this digest; none come of one that nobody has."""
    with store.incoming() as incoming:
        for piece in pieces:
            incoming.write(piece)
        if incoming.finish() == sha256:
            incoming.keep()


def pieces_of(sha256: str, store: Store, size: int) -> Iterator[bytes]:
    """A file of the store in pieces of at most `size` bytes; none where it is not there."""
    with suppress(FileNotFoundError), store.path_of(sha256).open("rb") as file:
        while piece := file.read(size):
            yield piece


class NodeService:
    """What the scripts of one machine share, for as long as their run takes."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def survey(self, question: Question) -> Survey:
        """What this machine has."""
        return survey(question)

    def serve(self, served: Served, limits: Limits, fetch: Callable[[str], Iterable[bytes]]) -> Larder:
        """Begin to serve; see `larder`. Args: fetch: a file's pieces by its digest; none where nobody has it."""

        def bring(sha256: str, store: Store) -> None:
            receive(sha256, fetch(sha256), store)

        return self._open.enter_context(larder(served, limits, bring))

    def close(self) -> None:
        """End what was begun."""
        self._open.close()


def host_on(question: Question, found: Survey, supplies: Larder | None) -> Host:
    """This machine, ready to run scripts for as long as this process lives."""
    usual = next(iter(found.kernels.values()))
    return Host(
        Slots(found.kernels, question.limits, room=0),
        Circumstances(usual.environment, found.sandbox, question.repeats),
        supplies.downloads if supplies else None,
        supplies.address if supplies else None,
        Workers(set(), jobs=_MANY),
    )


def speak(
    host: Callable[[], Host], script: Script, visible: str, shares: Mapping[str, int], node: str, name: str
) -> Iterator[object]:
    """What a script says while it is run here, as `Manager` has it.

    Args:
        host: makes this machine ready, or finds that it is.
        visible: what CUDA calls the GPU that it was given, empty for none.
        shares: bytes of a GPU that it takes, by the GPU's name, as `Task` has them.
        node: the machine's id.
        name: its name.
    """
    said: queue.SimpleQueue[object] = queue.SimpleQueue()

    def work() -> None:
        try:
            ready = host()
            gpu = _gpu_of(ready.slots.kernels[script.framework], visible)
            # Others may use it without asking the fleet's manager.
            with Leases().held([Wish(gpu, shares.get(gpu.name))]) if gpu else nullcontext() as claim:
                descriptor = claim.descriptor if claim else None
                said.put(ready.run(script, gpu, descriptor, lambda where: said.put(Begun(name, where)), said.put))
        except Exception as error:  # whatever it is: nothing here is the script's own fault
            said.put(Fault(node, str(error) or type(error).__name__))

    threading.Thread(target=work, daemon=True).start()
    while isinstance(one := said.get(), bytes | Begun):
        yield one
    yield one


def _gpu_of(kernels: Kernels, visible: str) -> Gpu | None:
    """The GPU that a script was given, if its framework can use any. Raises DeviceError where it is gone."""
    if not kernels.gpus or not visible:
        return None
    found = find_gpus(visible)
    if not found.gpus:
        raise DeviceError(found.problem)
    return found.gpus[0]


_MANY = 1 << 30
"""Jobs that a machine's workers expect: one more always waits, so that the next script starts at once."""
