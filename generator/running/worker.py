"""One script in one process: `python -m generator.running.worker` reads a Job on standard input and answers an Attempt.

A process of its own because nbclient installs signal handlers for the whole loop, and because whatever a script leaves
behind is then a descendant of this process, to be found and ended.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import nbformat

from generator.model.limits import Limits
from generator.model.run import Script
from generator.running.kernel import Kernel, KernelError
from generator.running.places import Places, pad, unpad, without_padding
from generator.running.processes import adopt_orphans, kill_descendants
from generator.running.transcript import RanSnippet, transcribe

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


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a worker saw."""

    started: float
    """Seconds since the epoch."""
    seconds: float
    snippets: tuple[RanSnippet, ...]
    """Those that were reached, in order."""
    notebook: str
    """The executed notebook, as nbformat writes it."""


async def run_script(job: Job, folder: Path) -> Attempt:
    """Execute a script's snippets in a fresh kernel until one fails. Raises KernelError where no kernel answers."""
    for name in ("home", "mge", "tmp", "ipython", "work"):
        (folder / name).mkdir()
    started, clock = time.time(), time.monotonic()
    kernel = Kernel(Path(job.python), _environ(job, folder), folder, job.limits.output_bytes)
    places = Places(Path(job.script.path).name, _folders(job, folder))
    ran: list[RanSnippet] = []
    language = job.script.languages[0]
    await kernel.start(job.limits.start_seconds)
    try:
        for snippet in job.script.snippets:
            left = job.limits.page_seconds - (time.monotonic() - clock)
            seconds = max(0.0, min(job.limits.snippet_seconds, left))
            executed = await kernel.execute(pad(snippet.code, snippet.lines[language]), seconds)
            ran.append(transcribe(executed, snippet, job.script, places, seconds))
            if executed.end != "passed":
                break
    finally:
        await kernel.stop()
    notebook = _tidy(kernel, job.script, places)
    return Attempt(started, time.monotonic() - clock, tuple(ran), notebook)


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
        **{str(path) + "/": "" for path in sorted(environment.glob("lib/python*/site-packages"))},
        str(environment): "$VIRTUAL_ENV",
    }
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


def _tidy(kernel: Kernel, script: Script, places: Places) -> str:
    """The notebook as a reader would have made it: no padding, no colours, no path of this machine."""
    language = script.languages[0]
    for cell, snippet in zip(kernel.notebook.cells, script.snippets, strict=False):
        cell.source = unpad(cell.source, snippet.lines[language])
        cell.metadata = nbformat.from_dict({})  # type: ignore[no-untyped-call]
        for output in cell.outputs:
            if output.output_type == "stream":
                output.text = places.rename(output.text)
            elif output.output_type == "error":
                output.traceback = [without_padding(places.rename(line)) for line in output.traceback]
    kernel.notebook.metadata = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    return nbformat.writes(kernel.notebook)  # type: ignore[no-untyped-call,no-any-return]


def main() -> int:
    """Run the job on standard input; write the Attempt to standard output."""
    adopt_orphans()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupted)
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    try:
        attempt = asyncio.run(run_script(job, folder))
    except KernelError as error:
        print(error, file=sys.stderr)
        return EXIT_NO_KERNEL
    finally:
        kill_descendants()
        with suppress(OSError):
            shutil.rmtree(folder, onerror=_make_writable)
    sys.stdout.buffer.write(msgspec.json.encode(attempt))
    return 0


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _make_writable(function: object, path: str, _: object) -> None:
    """Second try for what a snippet made read-only."""
    with suppress(OSError):
        Path(path).parent.chmod(0o700)
        Path(path).chmod(0o700)
        Path(path).rmdir() if Path(path).is_dir() else Path(path).unlink()


if __name__ == "__main__":
    sys.exit(main())
