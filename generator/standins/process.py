"""Asking the kernel environment about the entries of a hub repository, in processes that are kept apart as kernels are.

What such a process leaves is a stranger's too: read as regular files alone, of bounded sizes, by names of ours.
"""

import json
import os
import shutil
import stat
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec

from generator.assets.hubconf import repository_of_archive_url
from generator.assets.lock import normalise_url
from generator.assets.store import Store
from generator.assets.upkeep import problem_of
from generator.decoding import from_json
from generator.files import temporary_folder
from generator.frameworks.framework import Framework
from generator.model.asset import Asset
from generator.model.entry import LoadCall
from generator.model.limits import Limits
from generator.model.run import SandboxKind
from generator.running.cgroup import control_group
from generator.running.log import Log
from generator.running.processes import descendants_ended, signal_name
from generator.running.sandbox import INSIDE, Outside, enclose
from generator.running.watch import Watch

SCRIPT = Path(__file__).with_name("kernel_code.py")

STANDIN_FOLDER = "hubpages-standin-"
"""How the names of the folders begin in which models are built, in the system's folder for temporary files."""

_PAUSE_SECONDS = 0.2
_ANSWER_BYTES = 1 << 20
_MOST_NEEDED = 64
"""Other models that one is built on; real ones have a backbone or two."""
_TAIL = 500


class StandInError(Exception):
    """Stand-in weights cannot be made; the message is a reason, often the kernel's."""


@dataclass(frozen=True, slots=True)
class Built:
    """Weights, open for reading until the block ends in which they were built."""

    own: BinaryIO | None
    """Those for the URL where the entry says that it publishes its own."""
    needed: Mapping[str, BinaryIO]
    """By URL, those that the entry loads while it is built, of itself or of other models, as it asks for them."""
    placed: Mapping[str, str]
    """URL to the path below the framework's home folder where a file has to be before a script asks for it."""
    failure: str
    """Why the model could not be built; what it had loaded by then is here all the same."""


_Url = Annotated[str, msgspec.Meta(max_length=2048)]
_File = Annotated[str, msgspec.Meta(pattern=r"^[a-z]+-[0-9]{1,3}\.pkl$")]
_Place = Annotated[str, msgspec.Meta(max_length=512, pattern=r"^[\w-][\w.-]*(/[\w-][\w.-]*)*$")]
"""Below the home folder: nothing that leads out of it."""


@dataclass(frozen=True, slots=True)
class _Found:
    url: _Url = ""
    failure: str = ""

    def published(self, unpublished: str) -> str | StandInError:
        """Where its weights are; empty where that is not known yet.

        Args:
            unpublished: what is wrong with an entry that does not say.
        """
        try:
            if self.failure or not self.url:
                failure = self.failure[:_TAIL] or unpublished
                return StandInError(failure) if failure else ""
            return _web_url(self.url)
        except StandInError as error:
            return error


_NOT_ANSWERED = _Found(failure="it was not answered for")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What `kernel_code.py` answers."""

    entries: Mapping[str, _Found] = field(default_factory=dict)
    needed: Annotated[Mapping[_Url, _File], msgspec.Meta(max_length=_MOST_NEEDED)] = field(default_factory=dict)
    own: bool = True
    placed: Annotated[Mapping[_Url, _Place], msgspec.Meta(max_length=_MOST_NEEDED)] = field(default_factory=dict)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Builder:
    """Runs a hub repository's code in the kernel environment, within the bounds of a script."""

    framework: Framework
    """Whose hub the repositories are of."""
    python: Path
    """Interpreter of the kernel environment."""
    store: Store
    """Where the repositories' archives are."""
    sandbox: SandboxKind
    limits: Limits
    packages: Path | None = None
    """The folder of what is installed besides the kernel environment, named after all that is in it."""

    def find_urls(self, archive: Asset, entries: Sequence[str]) -> dict[str, str | StandInError]:
        """Where each entry's weights are published, normalised, or why that cannot be said.

        Empty where only building it tells.
        """
        unpublished = self.framework.unpublished
        try:
            with self._asked({"entries": list(entries)}, archive) as (answer, folder):
                if answer.failure:
                    raise StandInError(_shorten(answer.failure, folder))
                found = {name: answer.entries.get(name, _NOT_ANSWERED) for name in entries}
                return {name: one.published(unpublished.format(entry=name)) for name, one in found.items()}
        except StandInError as error:  # the repository cannot be imported
            return dict.fromkeys(entries, error)

    @contextmanager
    def built(self, archive: Asset, call: LoadCall, seed: int) -> Iterator[Built]:
        """Build an entry's model; its weights can be read until the block ends. Raises StandInError."""
        arguments, named = call.arguments
        job = {"build": call.entry, "arguments": arguments, "named": named, "seed": seed}
        with self._asked(job, archive) as (answer, folder), ExitStack() as opened:

            def left(name: str) -> BinaryIO:
                return opened.enter_context(_left(folder / name, self.limits.file_bytes))

            needed = {_web_url(url): left(name) for url, name in answer.needed.items()}
            own = left("weights.pkl") if answer.own and not answer.failure else None
            placed = {_web_url(url): place for url, place in answer.placed.items()}
            yield Built(own, needed, placed, _shorten(answer.failure, folder))

    @contextmanager
    def _asked(self, job: Mapping[str, object], archive: Asset) -> Iterator[tuple[_Answer, Path]]:
        """The kernel's answer, and the folder where it worked. Raises StandInError."""
        with temporary_folder(STANDIN_FOLDER) as place:
            # Resolved: messages name it as the system does, and from there they are shortened.
            folder = place.resolve()
            # Copies, so that a sandbox need show nothing but this folder, and what was compared is what is used.
            shutil.copyfile(self.store.path_of(archive.sha256), folder / "archive.zip")
            if problem := problem_of(archive, folder / "archive.zip"):
                raise StandInError(problem.message)
            shutil.copyfile(SCRIPT, folder / SCRIPT.name)
            (folder / "framework_code.py").write_text(self.framework.source, encoding="utf-8")
            told = {**job, "home": self.framework.home_variable}
            (folder / "job.json").write_text(json.dumps(told), encoding="utf-8")
            for name in ("work", "tmp"):
                (folder / name).mkdir()
            end = self._run(folder)
            try:
                with _left(folder / "answer.json", _ANSWER_BYTES) as file:
                    answer = from_json(file.read(), _Answer)
            except (msgspec.DecodeError, RecursionError, StandInError) as error:
                raise StandInError(_shorten(end, folder) or f"it ended without an answer: {error}") from error
            yield answer, folder

    def _run(self, folder: Path) -> str:
        """Run it to its end; return how it ended, if badly. Raises StandInError where it went beyond a bound."""
        flooded = threading.Event()
        log = Log(self.limits.output_bytes, flooded.set)
        outside = Outside(network=self.sandbox == "none", packages=self.packages)
        with control_group(self.limits) as group, descendants_ended():
            enclosure = enclose(self.sandbox, folder, self.python, _environ(), self.limits, outside, group=group)
            inside = enclosure.inside
            write_end = log.open()
            try:
                child = subprocess.Popen(
                    [*enclosure.prefix, str(self.python), "-B", str(inside / SCRIPT.name), str(inside)],
                    cwd=folder,
                    env=enclosure.environ,
                    stdin=subprocess.PIPE,  # closes when this process ends, however it does
                    stdout=write_end,
                    stderr=write_end,
                    start_new_session=True,
                )
            finally:
                os.close(write_end)
            with child:
                try:
                    problem = self._watched(child, Watch(self.limits, folder, group), flooded)
                finally:
                    if group:
                        group.kill()
                    child.kill()
        if problem:
            raise StandInError(problem)
        return _end(child.returncode, self.sandbox, log.whole_tail()) if child.returncode else ""

    def _watched(self, child: "subprocess.Popen[bytes]", watch: Watch, flooded: threading.Event) -> str:
        """Which bound it went beyond; empty where it ended within them."""
        began, pause = time.monotonic(), _PAUSE_SECONDS
        while True:
            with suppress(subprocess.TimeoutExpired):
                child.wait(pause)
            ended, looked = child.poll() is not None, time.monotonic()
            if excess := watch.look(ended=ended):
                return f"it {excess.message}"
            if flooded.is_set():
                return f"it wrote more than {self.limits.output_bytes:,} bytes of output"
            if ended:
                return ""
            if looked - began > self.limits.page_seconds:
                return f"it was not done after {self.limits.page_seconds:.0f} s"
            pause = watch.pause_after(looked)


def _left(path: Path, limit: int) -> BinaryIO:
    """Open what a stranger's process left: nothing that leads out of its folder or has no end. Raises StandInError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise StandInError(f"it left no {path.name} that can be read ({error.strerror})") from error
    status = os.fstat(descriptor)
    # A second name of the same file may be one of the host's.
    if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_size <= limit:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise StandInError(f"the {path.name} that it left is no regular file of its own with at most {limit:,} bytes")


def _web_url(url: str) -> str:
    try:
        web = normalise_url(url)
    except ValueError as error:
        raise StandInError(f"its weights are at {url!r}, which is no http or https URL") from error
    if repository_of_archive_url(web):  # another repository's code is not its to replace
        raise StandInError(f"its weights are at {url!r}, where a repository's code is")
    return web


def _end(status: int, sandbox: SandboxKind, said: str) -> str:
    # Bubblewrap reports a signal as shells do.
    number = status - 128 if sandbox == "bwrap" and status > 128 else -status
    name = signal_name(number)
    end = f"it was ended by {name}" if number > 0 else f"it ended with status {status}"
    return f"{end}: {said.strip()[-_TAIL:]}" if said.strip() else end


def _environ() -> dict[str, str]:
    """Nothing of the caller's but where programs are: no token, and nothing that could change the bytes."""
    passed_on = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**passed_on, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "LC_ALL": "C.UTF-8"}


def _shorten(text: str, folder: Path) -> str:
    for place in (INSIDE, folder):
        text = text.replace(f"{place}/repository/", "").replace(f"{place}/", "")
    return text[:_TAIL]
