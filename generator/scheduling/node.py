"""One machine of a fleet: what it has, and how it is made ready to run scripts. It knows of no fleet manager."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import gettempdir

from generator import __version__
from generator.assets.store import Store
from generator.evidence.judging import Circumstances
from generator.files import remove_left_over, temporary_folder
from generator.frameworks import DEFAULT, kernel_environments
from generator.installing.differences import NoEnvironmentError, compare
from generator.model.limits import Limits
from generator.model.run import DeviceChoice, SandboxChoice, SandboxKind, Script
from generator.running.attempt import RUN_FOLDER
from generator.running.cgroup import sweep
from generator.running.executed import KernelError
from generator.running.sandbox import SandboxError, choose
from generator.scheduling.devices import DeviceError, Gpu, find_gpus
from generator.scheduling.host import PROXY_FOLDER, Host
from generator.scheduling.larder import Larder, Served, larder, receive
from generator.scheduling.leases import Leases, Wish
from generator.scheduling.session import SESSION_FOLDER, Session, take_part
from generator.scheduling.slots import Kernels, Slots, find_kernels
from generator.scheduling.workers import Workers

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
    session: Path | None = None
    """In which whoever runs scripts here takes part; see `Session`."""

    @property
    def has_gpu(self) -> bool:
        """Whether one of the frameworks can use a GPU here."""
        return any(kernels.gpus for kernels in self.kernels.values())


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
    for prefix in (RUN_FOLDER, PROXY_FOLDER, SESSION_FOLDER):  # of who was killed here
        remove_left_over(prefix, Path(gettempdir()))
    problems, remarks, kernels, sandbox = [], [], {}, None
    try:
        sandbox = choose(question.sandbox)
    except SandboxError as error:
        problems.append(str(error))
    for name, python in question.kernels.items():
        try:
            kernels[name], unable = find_kernels(python, name, "cpu" if question.device == "cpu" else "auto")
            remarks += [unable] if unable else []
            problems += _differences(name, python, question.requirements.get(name, ""))
        except (KernelError, NoEnvironmentError) as error:
            problems.append(str(error))
    if sandbox and sandbox.reason:
        remarks.append(sandbox.reason)
    return Survey(__version__, kernels, sandbox.kind if sandbox else "none", "; ".join(remarks), problems)


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


class NodeService:
    """What the scripts of one machine share, for as long as their run takes."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._session: Session | None = None

    def survey(self, question: Question) -> Survey:
        """What this machine has. From now on scripts may be run here, in a session that ends with this process."""
        found = survey(question)
        if self._session is None:
            self._session = Session(self._open.enter_context(temporary_folder(SESSION_FOLDER)))
        return replace(found, session=self._session.file)

    def serve(self, served: Served, limits: Limits, fetch: Callable[[str], Iterable[bytes]]) -> Larder:
        """Begin to serve; see `larder`. Args: fetch: a file's pieces by its digest; none where nobody has it."""

        def bring(sha256: str, store: Store) -> None:
            receive(sha256, fetch(sha256), store)

        return self._open.enter_context(larder(served, limits, bring))

    def stop(self) -> None:
        """Let no script run here any more; return when nothing is left of those that did."""
        if self._session:
            self._session.end()

    def close(self) -> None:
        """End what was begun."""
        self.stop()
        self._open.close()


def host_on(question: Question, found: Survey, supplies: Larder | None) -> Host:
    """This machine, ready to run scripts until the session ends or this process does.

    Raises OSError where the session is over.
    """
    usual = next(iter(found.kernels.values()))
    workers = Workers(set(), jobs=_MANY)
    if found.session:
        take_part(found.session, lambda: workers.end("what serves this machine's scripts has ended"))
    return Host(
        Slots(found.kernels, question.limits, room=0),
        Circumstances(usual.environment, found.sandbox, question.repeats),
        supplies.downloads if supplies else None,
        supplies.address if supplies else None,
        workers,
    )


def speak(
    host: Callable[[], Host], script: Script, visible: str, shares: Mapping[str, int], node: str, name: str
) -> Iterator[object]:
    """What a script says while it is run here, as `Manager` has it; it goes on with each word that was asked for.

    Args:
        host: makes this machine ready, or finds that it is.
        visible: what CUDA calls the GPU that it was given, empty for none.
        shares: bytes of a GPU that it takes, by the GPU's name, as `Task` has them.
        node: the machine's id.
        name: its name.
    """
    said: queue.Queue[object] = queue.Queue()

    def say(one: bytes) -> None:
        said.put(one)
        said.join()  # the script does not go on before it is heard

    def work() -> None:
        try:
            ready = host()
            gpu = _gpu_of(ready.slots.kernels[script.framework], visible)
            # Others may use it without asking the fleet's manager.
            with Leases().held([Wish(gpu, shares.get(gpu.name))]) if gpu else nullcontext() as claim:
                descriptor = claim.descriptor if claim else None
                judged = ready.run(script, gpu, descriptor, lambda where: said.put(Begun(name, where)), say)
            said.put(judged)  # whoever has it may end this process, and the GPU is to be given back by then
        except Exception as error:  # whatever it is: nothing here is the script's own fault
            said.put(Fault(node, str(error) or type(error).__name__))

    threading.Thread(target=work, daemon=True).start()
    while isinstance(one := said.get(), bytes | Begun):
        yield one
        said.task_done()  # whoever asks for more has it
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
