"""What of a kernel environment a sandboxed kernel must see: often it lies in somebody's home, behind links."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Where an operating system keeps its programs and libraries; some are links to others."""

_LINKS = 40
"""As many as Linux follows."""


class SandboxError(Exception):
    """The sandbox that was asked for cannot be had; the message says what to do."""


def show_environment(python: Path) -> list[str]:
    """Bubblewrap's options that show a kernel environment, and the Python that it was made from, where they are.

    Each folder is shown by its real place, and every link on the way to it is laid again, so that nothing else in a
    home folder or a checkout is seen. Raises SandboxError where a whole home folder would be.
    """
    own = python.absolute().parents[1]
    ways = [own, *_interpreters(python)]
    base = Path(os.path.realpath(python)).parents[1]
    if (home := _home_of(own)) is not None:
        ways.append(home)
    covers: dict[Path, None] = {}
    shown = [Path(name) for name in SYSTEM if Path(name).is_dir() and not Path(name).is_symlink()]
    options: list[str] = []
    for prefix in dict.fromkeys((Path(os.path.realpath(own)), base)):
        if prefix == Path("/") or _is_in(prefix, shown):
            continue
        if Path.home().resolve().is_relative_to(prefix):
            raise SandboxError(
                f"the kernel environment's Python in {prefix} cannot be shown without the home folder around it: "
                "install it in a folder of its own"
            )
        shown.append(prefix)
        covers |= _covers(prefix)
        options += ["--ro-bind", str(prefix), str(prefix)]
    links = {place: target for way in ways for place, target in _links(way).items()}
    for place, target in links.items():
        if not _is_in(place, shown):
            covers |= _covers(place)
            options += ["--symlink", target, str(place)]
    before = [word for cover in covers if cover not in shown for word in ("--tmpfs", str(cover))]
    after = [word for cover in covers if cover not in shown for word in ("--remount-ro", str(cover))]
    return [*before, *options, *after]


def _covers(path: Path) -> dict[Path, None]:
    """For a path in the folder for temporary files, which is the run's own: what to lay over it there.

    Otherwise the folders on the way to the path would be made in the run's folder, and be the page's to write.
    """
    return {Path(*path.parts[:3]): None} if path.parts[1:2] == ("tmp",) and len(path.parts) > 3 else {}


def _home_of(environment: Path) -> Path | None:
    """Where a virtual environment says that its Python is."""
    with suppress(OSError):
        for line in (environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "home":
                return Path(value.strip())
    return None


def _interpreters(python: Path) -> list[Path]:
    """The interpreter, and what it links to step by step."""
    steps = [python.absolute()]
    while steps[-1].is_symlink() and len(steps) < _LINKS:
        steps.append(Path(os.path.normpath(steps[-1].parent / steps[-1].readlink())))
    return steps


def _links(path: Path) -> dict[Path, str]:
    """Every symbolic link on the way to a path, by where it really is, with its target."""
    found: dict[Path, str] = {}
    here, pending = Path("/"), list(path.parts[1:])
    while pending and len(found) < _LINKS:
        part = pending.pop(0)
        here = here.parent if part == ".." else here / part
        if here.is_symlink():
            target = here.readlink()
            found[here] = str(target)
            pending = [*(target.parts[1:] if target.is_absolute() else target.parts), *pending]
            here = Path("/") if target.is_absolute() else here.parent
    return found


def _is_in(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
