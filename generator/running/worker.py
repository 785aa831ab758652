"""One script in one process: `python -m generator.running.worker FD` reads a Job on standard input and answers it.

A process of its own because nbclient installs signal handlers for the whole loop, and because whatever a script leaves
behind is then a descendant of this process, to be found and ended.
"""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from generator.decoding import from_json
from generator.files import temporary_folder
from generator.frameworks import framework
from generator.frameworks.framework import Framework
from generator.model.run import Facts, Script
from generator.running import measuring
from generator.running.attempt import CLAIM, EXIT_NO_KERNEL, HEARD, RUN_FOLDER, Ending, Job, write_line
from generator.running.cgroup import Cgroup, control_group
from generator.running.directed import run_directed
from generator.running.executed import KernelError
from generator.running.executed_notebooks import executed_notebooks
from generator.running.kernel import Kernel
from generator.running.places import Places
from generator.running.processes import adopt_orphans, kill_descendants
from generator.running.relay import Relay
from generator.running.sandbox import CERTIFICATE, INSIDE, PACKAGES, Enclosure, Outside, SandboxError, enclose
from generator.running.transcript import RanSnippet
from generator.running.watch import Watch, lack_of_room
from generator.running.written import WrittenPictures, watching
from generator.scripts.entries import repositories_asked
from generator.scripts.expectations import as_expected

_PATIENCE_SECONDS = 10

# Nothing else of the caller's environment reaches a snippet: no token, no setting of this machine.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS")


async def run_script(job: Job, folder: Path, tell: Callable[[RanSnippet], None], group: Cgroup | None = None) -> Ending:
    """Execute a script's snippets in a fresh kernel until one fails.

    Args:
        folder: an empty one of this run's own.
        tell: told of each snippet as it ends.
        group: the control group that the kernel shall be in.

    Raises KernelError where no kernel answers or the disk is full, SandboxError where the sandbox cannot hold it.
    """
    with ExitStack() as stack:
        inlet = stack.enter_context(_inlet(job)) if job.proxy and job.sandbox == "bwrap" and not job.network else None
        enclosure = _enclosure(job, folder, group, inlet)
        pictures = stack.enter_context(watching(folder / "work"))
        return await _run_enclosed(job, enclosure, Watch(job.limits, folder, group), pictures, tell)


async def _run_enclosed(
    job: Job, enclosure: Enclosure, watch: Watch, pictures: WrittenPictures, tell: Callable[[RanSnippet], None]
) -> Ending:
    started, clock = time.time(), time.monotonic()
    kernel = Kernel(Path(job.python), enclosure, job.limits.output_bytes, watch, job.script.framework)
    of_facts = measuring.question(job.script.framework)
    places = Places(Path(job.script.path).name, _folders(job, enclosure.inside))
    cells: list[NotebookNode | None] = []
    loaded: Facts | None = None
    measured: Facts | None = None
    await kernel.start(job.limits.start_seconds)
    try:
        for snippet in job.script.snippets:
            left = job.limits.page_seconds - (time.monotonic() - clock)
            wanted = snippet.directives.timeout or job.limits.snippet_seconds
            before = len(kernel.notebook.cells)
            ran = await run_directed(kernel, snippet, job.script, places, job.device, max(0.0, min(wanted, left)))
            cells.append(kernel.notebook.cells[-1] if len(kernel.notebook.cells) > before else None)
            if cells[-1] is not None:
                ran = replace(ran, written=pictures.take())
            if ran.run.status == "failed" and (lack := lack_of_room(enclosure.folder)):
                raise KernelError(lack)
            told = time.monotonic()
            tell(ran)
            clock += time.monotonic() - told  # whoever listens slowly takes nothing of the page's time
            if as_expected(ran.run, snippet.directives, has_raised=ran.end == "raised").status == "failed":
                break
            if len(cells) == 1 and any(cells):  # what is loaded first is what the page is about, whatever becomes of it
                loaded = measuring.read_answer(await kernel.ask(of_facts))
        else:
            measured = measuring.read_answer(await kernel.ask(of_facts)) if any(cells) else None
    finally:
        await kernel.stop()
    notebooks = executed_notebooks(job.script, cells, places)
    if measured and loaded and loaded.parameters:
        measured = replace(measured, parameters=loaded.parameters)
    return Ending(started, time.monotonic() - clock, notebooks, measured)


def _inlet(job: Job) -> Relay:
    host, _, port = str(job.proxy).rpartition(":")
    return Relay(host, int(port))


def _enclosure(job: Job, folder: Path, group: Cgroup | None, inlet: Relay | None) -> Enclosure:
    known = framework(job.script.framework)
    for name in ("home", known.home, "tmp", "ipython", "work"):
        (folder / name).mkdir()
    _trust(job.script, known, folder / known.home)
    for place, file in job.placed.items():
        (folder / known.home / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / known.home / place)
    certificate, packages = (Path(name) if name else None for name in (job.certificate, job.packages))
    if certificate:  # others are told by variables, and wget knows none of them
        trusted = CERTIFICATE if job.sandbox == "bwrap" else certificate
        (folder / "home" / ".wgetrc").write_text(f"ca_certificate = {trusted}\n")
    outside = Outside(job.network, certificate, job.device != "cpu", packages)
    environ = _environ(job, INSIDE if job.sandbox == "bwrap" else folder)
    return enclose(job.sandbox, folder, Path(job.python), environ, job.limits, outside, group=group, inlet=inlet)


def _trust(script: Script, known: Framework, home: Path) -> None:
    """Say in a reader's place that the repositories which a script loads from are trusted: a kernel asks nobody."""
    if known.trusted:
        asked = (name for snippet in script.snippets for name in repositories_asked(snippet.code))
        names = dict.fromkeys(name.replace("/", "_") for name in asked)
        file = home / known.trusted
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{name}\n" for name in names))


def _environ(job: Job, folder: Path) -> dict[str, str]:
    known = framework(job.script.framework)
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # As in an activated environment, so that `!python` and subprocesses find the same one.
    passed_on["PATH"] = os.pathsep.join([str(Path(job.python).parent), passed_on.get("PATH", os.defpath)])
    return {
        **passed_on,
        "HOME": str(folder / "home"),
        known.home_variable: str(folder / known.home),
        "TMPDIR": str(folder / "tmp"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONFAULTHANDLER": "1",
        "PYTHONUNBUFFERED": "1",
        **job.environ,
    }


def _folders(job: Job, folder: Path) -> dict[str, str]:
    """Names for this machine's folders, the longest first."""
    environment, known = Path(job.python).parent.parent, framework(job.script.framework)
    home = folder / known.home
    names = {
        str(home / "hub"): "hub:",
        str(home): f"${known.home_variable}",
        str(folder / "home"): "~",
        str(folder / "tmp"): "/tmp",
        str(folder / "work") + "/": "",
        str(folder / "work"): ".",
        str(folder): str(INSIDE),
        **{str(path) + "/": "" for path in sorted(environment.glob("lib/python*/site-packages"))},
        **{f"{path}/": "" for path in ((job.packages, PACKAGES) if job.packages else ())},
        str(environment): "$VIRTUAL_ENV",
    }
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


def main(arguments: Sequence[str]) -> int:
    """Run the job on standard input, and write the answer to standard output.

    Args:
        arguments: the descriptor of a socket. This process ends with whoever holds its other end, holds the
            descriptors that come through it until then, and is told through it what was heard.
    """
    adopt_orphans()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupted)
    heard = threading.Semaphore(0)
    threading.Thread(target=_end_with, args=(int(arguments[0]), heard), name="lifeline", daemon=True).start()
    job = from_json(sys.stdin.buffer.read(), Job)

    def tell(ran: RanSnippet) -> None:
        _tell(ran)
        if job.waits:
            heard.acquire()

    try:
        with temporary_folder(RUN_FOLDER) as folder, control_group(job.limits) as group:
            _tell(_run_in(folder, group, job, tell))
    except (KernelError, SandboxError, OSError) as error:
        # On a full disk anything fails, and says so in its own way.
        lack = lack_of_room(Path(tempfile.gettempdir()))
        if not lack and not isinstance(error, KernelError | SandboxError):
            raise
        print(lack or error, file=sys.stderr)
        return EXIT_NO_KERNEL
    return 0


def _run_in(folder: Path, group: Cgroup | None, job: Job, tell: Callable[[RanSnippet], None]) -> Ending:
    """Run the job; nothing that it started is left."""
    try:
        return asyncio.run(run_script(job, folder, tell, group))
    finally:
        if group:
            group.kill()
        kill_descendants()


def _tell(message: RanSnippet | Ending) -> None:
    sys.stdout.buffer.write(write_line(message))
    sys.stdout.buffer.flush()


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _end_with(lifeline: int, heard: threading.Semaphore) -> None:
    """End this process when the other end of a socket is gone: in order, or else at once.

    Args: heard: released for each line of the answer that is safe.
    """
    held: list[int] = []  # never closed: what is claimed by them is free when this process has ended
    with socket.socket(fileno=lifeline) as other, suppress(OSError):
        message = CLAIM
        while message:
            message, descriptors, *_ = socket.recv_fds(other, len(CLAIM), 1, getattr(socket, "MSG_CMSG_CLOEXEC", 0))
            held += descriptors
            if message == HEARD:
                heard.release()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_SECONDS)
    kill_descendants()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
