"""One script in one process: `python -m generator.running.worker` reads a Job on standard input and answers an Attempt.

A process of its own because nbclient installs signal handlers for the whole loop, and because whatever a script leaves
behind is then a descendant of this process, to be found and ended.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from nbformat import NotebookNode

from generator.files import temporary_folder
from generator.model.limits import Limits
from generator.model.run import Facts, Script
from generator.running import measuring
from generator.running.cgroup import Cgroup, control_group
from generator.running.directed import run_directed
from generator.running.executed_notebooks import executed_notebooks
from generator.running.kernel import Kernel, KernelError
from generator.running.places import Places
from generator.running.processes import adopt_orphans, kill_descendants
from generator.running.relay import Relay
from generator.running.sandbox import INSIDE, Enclosure, Outside, SandboxError, enclose
from generator.running.transcript import RanSnippet
from generator.running.watch import Watch

EXIT_NO_KERNEL = 3

# Nothing else of the caller's environment reaches a snippet: no token, no setting of this machine.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs to know."""

    script: Script
    python: str
    """Interpreter of the kernel environment."""
    limits: Limits
    environ: Mapping[str, str]
    """Variables for the kernel besides the few that every kernel gets: the proxy's, the device's."""
    sandbox: Literal["bwrap", "none"] = "none"
    network: bool = True
    """Whether a sandboxed kernel shares the machine's network; if not, it reaches the proxy alone."""
    proxy: str | None = None
    """Where the replay proxy listens, as host:port, for a sandboxed kernel without the network."""
    certificate: str | None = None
    """The file with the proxy's certificate, as `environ` names it."""
    device: str = "cpu"
    """cpu, or the GPU's name; a sandboxed kernel sees no GPU on a CPU."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a worker saw."""

    started: float
    """Seconds since the epoch."""
    seconds: float
    snippets: tuple[RanSnippet, ...]
    """Those that were reached, in order."""
    notebooks: Mapping[str, str]
    """The executed notebook of each language, as nbformat writes it."""
    facts: Facts | None = None
    """What was measured, where all went well."""


async def run_script(job: Job, folder: Path, group: Cgroup | None = None) -> Attempt:
    """Execute a script's snippets in a fresh kernel until one fails.

    Args:
        folder: an empty one of this run's own.
        group: the control group that the kernel shall be in.

    Raises KernelError where no kernel answers, SandboxError where the sandbox cannot hold it.
    """
    with ExitStack() as stack:
        inlet = stack.enter_context(_inlet(job)) if job.proxy and job.sandbox == "bwrap" and not job.network else None
        return await _run_enclosed(job, _enclosure(job, folder, group, inlet), Watch(job.limits, folder, group))


async def _run_enclosed(job: Job, enclosure: Enclosure, watch: Watch) -> Attempt:
    started, clock = time.time(), time.monotonic()
    kernel = Kernel(Path(job.python), enclosure, job.limits.output_bytes, watch)
    places = Places(Path(job.script.path).name, _folders(job, enclosure.inside))
    ran: list[RanSnippet] = []
    cells: list[NotebookNode | None] = []
    measured: Facts | None = None
    await kernel.start(job.limits.start_seconds)
    try:
        for snippet in job.script.snippets:
            left = job.limits.page_seconds - (time.monotonic() - clock)
            wanted = snippet.directives.timeout or job.limits.snippet_seconds
            before = len(kernel.notebook.cells)
            ran.append(await run_directed(kernel, snippet, job.script, places, job.device, max(0.0, min(wanted, left))))
            cells.append(kernel.notebook.cells[-1] if len(kernel.notebook.cells) > before else None)
            if ran[-1].run.status == "failed":
                break
        else:
            measured = measuring.read_answer(await kernel.ask(measuring.EXPRESSION)) if any(cells) else None
    finally:
        await kernel.stop()
    notebooks = executed_notebooks(job.script, cells, places)
    return Attempt(started, time.monotonic() - clock, tuple(ran), notebooks, measured)


def _inlet(job: Job) -> Relay:
    host, _, port = str(job.proxy).rpartition(":")
    return Relay(host, int(port))


def _enclosure(job: Job, folder: Path, group: Cgroup | None, inlet: Relay | None) -> Enclosure:
    for name in ("home", "mge", "tmp", "ipython", "work"):
        (folder / name).mkdir()
    outside = Outside(job.network, Path(job.certificate) if job.certificate else None, job.device != "cpu")
    environ = _environ(job, INSIDE if job.sandbox == "bwrap" else folder)
    return enclose(job.sandbox, folder, Path(job.python), environ, job.limits, outside, group=group, inlet=inlet)


def _environ(job: Job, folder: Path) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # As in an activated environment, so that `!python` and subprocesses find the same one.
    passed_on["PATH"] = os.pathsep.join([str(Path(job.python).parent), passed_on.get("PATH", os.defpath)])
    return {
        **passed_on,
        "HOME": str(folder / "home"),
        "MGE_HOME": str(folder / "mge"),
        "TMPDIR": str(folder / "tmp"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONFAULTHANDLER": "1",
        "PYTHONUNBUFFERED": "1",
        **job.environ,
    }


def _folders(job: Job, folder: Path) -> dict[str, str]:
    """Names for this machine's folders, the longest first."""
    environment = Path(job.python).parent.parent
    names = {
        str(folder / "mge" / "hub"): "hub:",
        str(folder / "mge"): "$MGE_HOME",
        str(folder / "home"): "~",
        str(folder / "tmp"): "/tmp",
        str(folder / "work") + "/": "",
        str(folder / "work"): ".",
        str(folder): str(INSIDE),
        **{str(path) + "/": "" for path in sorted(environment.glob("lib/python*/site-packages"))},
        str(environment): "$VIRTUAL_ENV",
    }
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


def main() -> int:
    """Run the job on standard input; write the Attempt to standard output."""
    adopt_orphans()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupted)
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    with temporary_folder("hub-") as folder, control_group(job.limits) as group:
        try:
            attempt = asyncio.run(run_script(job, folder, group))
        except (KernelError, SandboxError) as error:
            print(error, file=sys.stderr)
            return EXIT_NO_KERNEL
        finally:
            if group:
                group.kill()
            kill_descendants()
    sys.stdout.buffer.write(msgspec.json.encode(attempt))
    return 0


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
