"""Asking the kernel environment about the entries of a hub repository, in processes that can do no harm here."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Room:
    """Where a process of the kernel environment runs, and how it gets there."""

    inside: Path
    """Its folder as it sees it."""
    prefix: Sequence[str]
    """What to put before its command."""
    environ: Mapping[str, str]
    """Variables of what is started."""


@dataclass(frozen=True, slots=True)
class Built:
    """Weights in files, for as long as the folder that they were made in is there."""

    file: Path
    """The entry's own."""
    needed: Mapping[str, Path]
    """By URL, those of other models that the entry loads while it is built, whatever it is asked for."""


Confine = Callable[[Path, Mapping[str, str]], Room]
"""(the one folder that it may write, with work/ and tmp/ in it; its variables) -> a sandbox for it, without network."""

SCRIPT = Path(__file__).with_name("kernel_code.py")

_SECONDS = 900.0
_TAIL = 500
_FINGERPRINT = """
import importlib.metadata as metadata, json, platform
packages = sorted((d.metadata["Name"] or "", d.version) for d in metadata.distributions())
print(json.dumps([platform.python_version(), platform.machine(), packages]))
"""


class StandInError(Exception):
    """The kernel environment could not make stand-in weights; the message is the kernel's reason."""


def unconfined(folder: Path, environ: Mapping[str, str]) -> Room:
    """No sandbox."""
    return Room(folder, (), environ)


def fingerprint(python: Path) -> str:
    """What of an environment could change what is made in it. Raises StandInError where it does not work."""
    try:
        done = subprocess.run(
            [str(python), "-c", _FINGERPRINT],
            env=_environ(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise StandInError(f"the interpreter {python} does not start: {_said(error)}") from error
    return done.stdout.strip()


def find_urls(archive: Path, entries: Sequence[str], python: Path, confine: Confine) -> dict[str, str | StandInError]:
    """Where each entry's weights are published, or why that cannot be said.

    Raises StandInError where nothing can be said of any: the repository cannot be imported.
    """
    with _asked({"entries": list(entries)}, archive, python, confine) as (answer, _):
        found: Mapping[str, Mapping[str, str]] = answer["entries"]
    return {name: said["url"] if "url" in said else StandInError(said["failure"]) for name, said in found.items()}


@contextmanager
def built_weights(archive: Path, entry: str, seed: int, python: Path, confine: Confine) -> Iterator[Built]:
    """Build an entry's model; the files are there until the block ends. Raises StandInError."""
    with _asked({"build": entry, "seed": seed}, archive, python, confine) as (answer, folder):
        needed = {url: folder / Path(name).name for url, name in answer["needed"].items()}
        yield Built(folder / Path(answer["file"]).name, needed)


@contextmanager
def _asked(
    job: Mapping[str, object], archive: Path, python: Path, confine: Confine
) -> Iterator[tuple[dict[str, Any], Path]]:
    """The kernel's answer, and the folder where it worked. Raises StandInError."""
    # Resolved: messages name it as the system does, and from there they are shortened.
    folder = Path(tempfile.mkdtemp(prefix="hub-standin-")).resolve()
    try:
        # Copies, so that a sandbox need show nothing but this folder.
        shutil.copyfile(archive, folder / "archive.zip")
        shutil.copyfile(SCRIPT, folder / SCRIPT.name)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        for name in ("work", "tmp"):
            (folder / name).mkdir()
        room = confine(folder, _environ())
        complaint = _run(
            [*room.prefix, str(python), "-B", str(room.inside / SCRIPT.name), str(room.inside)], room, folder
        )
        try:
            answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StandInError(_shorten(complaint, folder, room) or "it ended without an answer") from error
        if "failure" in answer:
            raise StandInError(_shorten(answer["failure"], folder, room))
        yield answer, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str], room: Room, folder: Path) -> str:
    """Run it to its end; return how it ended, if badly."""
    log = folder / "log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=room.environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        status = child.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        return f"it was not done after {_SECONDS:.0f} s"
    finally:
        # With whatever it started; on Ctrl-C, too.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if status == 0:
        return ""
    end = f"it was ended by {signal.Signals(-status).name}" if status < 0 else f"it ended with status {status}"
    said = log.read_text(encoding="utf-8", errors="replace").strip()[-_TAIL:]
    return f"{end}: {said}" if said else end


def _environ() -> dict[str, str]:
    """Nothing of the caller's but where programs are: no token, and nothing that could change the bytes."""
    passed_on = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**passed_on, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "LC_ALL": "C.UTF-8"}


def _shorten(text: str, folder: Path, room: Room) -> str:
    for place in (room.inside, folder):
        text = text.replace(f"{place}/repository/", "").replace(f"{place}/", "")
    return text


def _said(error: Exception) -> str:
    said = getattr(error, "stderr", None)
    return str(said).strip()[-_TAIL:] if said else str(error)
