"""Serve the site while it is being written."""

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from generator.commands.rebuilding import Rebuilder, Rebuilt
from generator.commands.root import HubRoot
from generator.rendering.environment import template_folders
from generator.reporting.characters import terminal_line
from generator.serving import LiveServer, PortTakenError, Shown

_LIVE_FILES = ("live.js", "live.css")

_LOOK = 0.4
"""Seconds after which it is asked again which folders there are."""

Report = Callable[[Rebuilt, float], None]
"""Is told of every build, and how many seconds it took."""


def serve(
    root: HubRoot,
    ports: Sequence[int],
    announce: Callable[[str], None],
    report: Report,
    evidence: Sequence[Path] = (),
) -> None:
    """Serve the hub on loopback and rebuild what changes, until KeyboardInterrupt.

    Raises PortTakenError where none of the ports is free.

    Args:
        ports: the first that is free is used; 0 is any.
    """
    import watchfiles  # noqa: F401 - of an extra, and told here where it is missing: nothing is watched yet

    rebuilder = Rebuilder(root.folder, evidence)
    server = _server(ports, _live_files(root.folder))
    changes: queue.Queue[None] = queue.Queue()
    is_over = threading.Event()
    try:
        # Watch first: what changes while the site is built must not be missed.
        threading.Thread(target=_watch, args=(root.folder, rebuilder, changes, is_over), daemon=True).start()
        _build(rebuilder, server, report)
        announce(server.address)
        while True:
            _next(changes)
            _build(rebuilder, server, report)
    finally:
        is_over.set()
        server.close()


def _build(rebuilder: Rebuilder, server: LiveServer, report: Report) -> None:
    started = monotonic()
    rebuilt = rebuilder.build()
    files = server.shown.files if rebuilt.files is None else rebuilt.files
    server.show(Shown(files, [terminal_line(problem) for problem in rebuilt.problems]))
    report(rebuilt, monotonic() - started)


def _next(changes: "queue.Queue[None]") -> None:
    """Wait for a change, and take all that came with it."""
    while True:
        try:
            changes.get(timeout=1)  # without an end, Windows would not hear of Ctrl-C
            break
        except queue.Empty:
            pass
    while not changes.empty():
        changes.get()


def _server(ports: Sequence[int], live: dict[str, bytes]) -> LiveServer:
    for port in ports[:-1]:
        with suppress(PortTakenError):
            return LiveServer(port, live)
    return LiveServer(ports[-1], live)


def _live_files(root: Path) -> dict[str, bytes]:
    folders = [folder / "live" for folder in template_folders(root)]
    found = {name: next(folder / name for folder in folders if (folder / name).exists()) for name in _LIVE_FILES}
    return {name: path.read_bytes() for name, path in found.items()}


def _watch(root: Path, rebuilder: Rebuilder, changes: "queue.Queue[None]", is_over: threading.Event) -> None:
    """Tell of every change of what the site is made from, also in folders that are made later."""
    is_first = True
    while not is_over.is_set():
        folders = _existing(root, rebuilder)
        stop = threading.Event()
        # hub.toml's folder is watched without what is below it: that may be much, and none of it the site's.
        threads = [
            threading.Thread(target=_watch_some, args=(*some, changes, stop), daemon=True)
            for some in ((folders, True), ([root], False))
        ]
        for thread in threads:
            thread.start()
        while not is_over.wait(_LOOK) and _existing(root, rebuilder) == folders:
            if not is_first:  # nobody saw what happened in a folder before it was watched
                changes.put(None)
                is_first = True
        is_first = False
        stop.set()
        for thread in threads:
            thread.join()


def _watch_some(folders: Sequence[Path], recursive: bool, changes: "queue.Queue[None]", stop: threading.Event) -> None:
    from watchfiles import watch

    for _ in watch(
        *folders, recursive=recursive, stop_event=stop, debounce=100, step=20, rust_timeout=500, raise_interrupt=False
    ):
        changes.put(None)


def _existing(root: Path, rebuilder: Rebuilder) -> list[Path]:
    found = (rebuilder.pages, *template_folders(root), *rebuilder.evidence)
    return [folder for folder in found if folder.is_dir()]
