"""Who has which GPU, or how much of its memory: claims, in a folder that all programs of this user share.

A claim is a file, held locked by a descriptor that the script's worker has as well. So nobody has to give it back: the
system does when the last process that has the descriptor has ended, however that ended, and whoever looks next sweeps
away the file.
"""

import os
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from generator.decoding import from_json
from generator.files import claim_file, guarded, remove_left_over, wait_until_left
from generator.scheduling.devices import Gpu

_CLAIM = "claim-"
_GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a script would run on."""

    gpu: Gpu
    memory: int | None
    """Bytes of it that the script needs; None where that is not known: then it has the GPU alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What a script has of a GPU for as long as it runs."""

    gpu: Gpu
    descriptor: int
    """What holds it; a worker that is sent it holds it as well."""
    file: Path


class _Held(msgspec.Struct):
    """What stands in a claim's file."""

    gpu: str
    """UUID."""
    memory: int | None


class Leases:
    """The claims on this machine's GPUs, as one program sees them."""

    def __init__(self, told: Callable[[str], None] = lambda told: None, folder: Path | None = None) -> None:
        """Args: told: told once where others have the GPUs; folder: that of the claims, if not the usual one."""
        self._told: Callable[[str], None] | None = told
        self._folder = folder
        self._own: set[Path] = set()
        self._others: dict[Path, Future[None]] = {}

    def take(self, wishes: Sequence[Wish]) -> Claim | None:
        """The GPU of one of these wishes, the one with the most room; None where others leave no room on any.

        `freed` says when to ask again.

        Raises OSError where claims cannot be written, or their folder is somebody else's.
        """
        folder = self._folder or _usual_folder()
        with guarded(folder / _GUARD):
            remove_left_over(_CLAIM, folder)
            held = list(_held_in(folder))
            fitting = [(_taken(wish, held), wish) for wish in wishes if _fits(wish, held)]
            if fitting:
                return self._claim(min(fitting, key=lambda one: one[0])[1], folder)
        wanted = {wish.gpu.uuid for wish in wishes}
        self._watch({path for path, one in held if one.gpu in wanted} - self._own)
        return None

    @contextmanager
    def held(self, wishes: Sequence[Wish]) -> Iterator[Claim]:
        """The same for a block, once others leave room; for whoever has no other script that could run meanwhile."""
        while (claim := self.take(wishes)) is None:
            wait(self.freed(), return_when=FIRST_COMPLETED)
        try:
            yield claim
        finally:
            self.give_back(claim)

    def freed(self) -> list[Future[None]]:
        """One for each claim of others that stood in the way of the last wish: done once it has ended."""
        return list(self._others.values())

    def give_back(self, claim: Claim) -> None:
        """Let go of it; a worker that has it as well keeps it until that ends."""
        os.close(claim.descriptor)
        self._own.discard(claim.file)
        remove_left_over(_CLAIM, claim.file.parent)

    def _claim(self, wish: Wish, folder: Path) -> Claim:
        descriptor, path = claim_file(_CLAIM, folder)
        try:
            os.write(descriptor, msgspec.json.encode(_Held(wish.gpu.uuid, wish.memory)))
        except OSError:
            os.close(descriptor)
            raise
        self._own.add(path)
        return Claim(wish.gpu, descriptor, path)

    def _watch(self, paths: set[Path]) -> None:
        """Wait for the end of each of these: a thread sleeps in the system until then."""
        if paths and self._told:
            self._told("another program has the GPU: scripts for it start as soon as there is room")
            self._told = None
        self._others = {path: end for path, end in self._others.items() if path in paths and not end.done()}
        for path in paths - self._others.keys():
            end = self._others[path] = Future[None]()
            threading.Thread(target=_tell_end, args=(path, end), name="lease", daemon=True).start()


def _tell_end(path: Path, end: Future[None]) -> None:
    with suppress(OSError):
        wait_until_left(path)
    end.set_result(None)


def _usual_folder() -> Path:
    """Where all programs of this user find each other's claims."""
    folder = Path(tempfile.gettempdir()) / f"hubpages-gpus-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} is not this user's own: GPUs are claimed there; move it out of the way")
    return folder


def _held_in(folder: Path) -> Iterator[tuple[Path, _Held]]:
    for path in folder.glob(f"{_CLAIM}*"):
        with suppress(OSError, msgspec.MsgspecError):  # given back meanwhile, or no claim
            yield path, from_json(path.read_bytes(), _Held)


def _on(wish: Wish, held: Sequence[tuple[Path, _Held]]) -> list[_Held]:
    return [one for _, one in held if one.gpu == wish.gpu.uuid]


def _taken(wish: Wish, held: Sequence[tuple[Path, _Held]]) -> int:
    """Bytes of its GPU that are claimed."""
    return sum(one.memory or 0 for one in _on(wish, held))


def _fits(wish: Wish, held: Sequence[tuple[Path, _Held]]) -> bool:
    """Whether there is room; on a free GPU there always is: what needs more than it has will say so itself."""
    others = _on(wish, held)
    if not others:
        return True
    is_shared = wish.memory is not None and all(one.memory is not None for one in others)
    return is_shared and _taken(wish, held) + (wish.memory or 0) <= wish.gpu.memory
