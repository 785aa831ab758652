"""Making a kernel environment from pinned requirements, or bringing one up to date that was made before."""

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from generator.files import held_folder, remove
from generator.frameworks.kernel_environment import KernelEnvironment
from generator.installing.contents import InterpreterError, contents_of
from generator.installing.differences import Compared, NoEnvironmentError, compare
from generator.installing.installer import Installer, InstallError
from generator.installing.marks import READY, UNFINISHED, Made, begin, finish, is_unfinished, made_of
from generator.installing.pinned import digest_of, pinned_files, pins_of
from generator.model.run import distribution_key

_COMPILERS = ("c++", "g++", "clang++")


def make_environment(
    environment: KernelEnvironment, folder: Path, own: Path | None, installer: Installer, told: Callable[[str], None]
) -> Compared:
    """Make a framework's kernel environment in a folder; return what is there then.

    One that is as it ought to be stays as it is, one that hubpages made is brought up to date, and one that was never
    finished is made anew.

    Args:
        own: the hub's own requirements, which are installed after the pinned ones and have the last word.
        told: what is done, before it is.

    Raises InstallError where it cannot be made, or somebody else's would have to be changed; OSError where nothing can
    be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with held_folder(folder) as is_ours:
        if not is_ours:
            raise InstallError(f"{folder} cannot be written, or another process is making an environment there: wait")
        with suppress(NoEnvironmentError):
            compared = compare(environment, folder, digest_of(own))
            if not compared.differences:
                _renew_mark(folder, pinned_files(environment))
                return compared
        try:
            _refuse_foreign(folder)
            _refuse_early(environment, folder)
            _fill(environment, folder, own, installer, told)
        except InstallError:
            with suppress(OSError):  # it stays where something is in it
                folder.rmdir()
            raise
    compared = compare(environment, folder, digest_of(own))
    if compared.differences:
        raise InstallError(f"{installer.name} left something else than is pinned: {'; '.join(compared.differences)}")
    return compared


def _renew_mark(folder: Path, files: Sequence[Path]) -> None:
    """Its time says that it was looked at since the requirements last changed: make goes by that."""
    made, ready = made_of(folder), folder / READY
    if made is not None and ready.stat().st_mtime < max(file.stat().st_mtime for file in files):
        finish(folder, made)


def _refuse_foreign(folder: Path) -> None:
    """What hubpages did not make is somebody's."""
    if made_of(folder) is None and not is_unfinished(folder) and any(folder.iterdir()):
        todo = "name another place in hub.toml, [kernel] python"
        if (folder / "pyvenv.cfg").exists():
            found, todo = "is an environment that was not made here", f"{todo}, or remove it"
        else:
            found = "holds something else than an environment"
        raise InstallError(f"{folder} {found}, and is left as it is: {todo}")


def _refuse_early(environment: KernelEnvironment, folder: Path) -> None:
    """What would fail after minutes."""
    free = shutil.disk_usage(folder).free
    if free < environment.disk_bytes and not (folder / "bin").exists():
        need, has = f"{environment.disk_bytes / 1e9:.0f} GB", f"{free / 1e9:.1f} GB"
        raise InstallError(f"what runs {environment.name} takes {need}, and {folder} has {has}: free some, or move it")
    named = os.environ.get("CXX", "").split()[:1]
    if environment.build and not any(shutil.which(name) for name in (*named, *_COMPILERS)):
        todo = "install one (Debian and Ubuntu: g++; Fedora: gcc-c++; macOS: xcode-select --install)"
        raise InstallError(f"a package of {environment.name}'s comes as source, and there is no C++ compiler: {todo}")


def _fill(
    environment: KernelEnvironment, folder: Path, own: Path | None, installer: Installer, told: Callable[[str], None]
) -> None:
    if made_of(folder) is not None and _is_sound(environment, folder):
        begin(folder)
    else:
        python = installer.python_for(environment.pythons)
        _clear(folder)
        told(f"making {folder} with Python {python}")
        installer.make(folder, python)
    files = pinned_files(environment)
    for file in files:
        told(f"installing what {file.name} pins, by {installer.name}")
        installer.install(folder, file, is_pinned=True)
    if own:
        told(f"installing what {own} names, by {installer.name}")
        installer.install(folder, own, is_pinned=False)
    finish(folder, _made(folder, pins_of(files), own))


def _clear(folder: Path) -> None:
    """Leave nothing there but the mark of what is unfinished, which comes first."""
    begin(folder)
    for path in folder.iterdir():
        if path.name != UNFINISHED:
            remove(path)


def _is_sound(environment: KernelEnvironment, folder: Path) -> bool:
    """Whether it can be brought up to date: it starts, and is a Python that will do."""
    try:
        found = contents_of(folder / "bin" / "python")
    except InterpreterError:
        return False
    return found.python.rpartition(".")[0] in environment.pythons


def _made(folder: Path, pins: dict[str, str], own: Path | None) -> Made:
    """What is there now; what is not as pinned came with the hub's own requirements."""
    if own is None:
        return Made()
    installed = contents_of(folder / "bin" / "python").packages
    versions = {distribution_key(name): version for name, version in installed.items()}
    others = {name: version for name, version in versions.items() if pins.get(name) != version}
    return Made(digest_of(own), {name: others[name] for name in sorted(others) if name != "pip"})
