"""Run by the kernel's Python, never imported here: `python kernel_code.py FOLDER` makes an entry's stand-in weights.

FOLDER/job.json says what to do with FOLDER/archive.zip, and FOLDER/answer.json then holds what came of it:

    {"entries": [name, …]}           -> {"entries": {name: {"url": …} or {"failure": …}}}
    {"build": name, "seed": number}  -> {"needed": [url, …]}, with FOLDER/weights.pkl, needed-0.pkl, needed-1.pkl, …
    either, where it cannot be done  -> {"failure": "ModuleNotFoundError: No module named 'ftfy'"}

Python 3.10 and MegEngine are all that it needs.
"""

import functools
import json
import os
import random
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

_MOST_CHARACTERS = 10_000
"""Of a failure."""

# This script's own folder is no place where a repository's imports may look.
sys.path.pop(0)


def refuse_network(event: str, arguments: Any) -> None:
    """An audit hook: weights that depended on a download would not be made of the archive alone."""
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise OSError("stand-in weights are made without a network")


def do(job: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """Survey or build; return the answer."""
    needed = note_needed(folder)
    hubconf = import_hubconf(unpack(folder))
    if "build" in job:
        failure = build(getattr(hubconf, job["build"]), job["seed"], folder)
        return {"failure": failure} if failure else {"needed": list(needed)}
    return {"entries": {name: survey(hubconf, name) for name in job["entries"]}}


def unpack(folder: Path) -> Path:
    """The repository's folder, as megengine.hub takes it from an archive."""
    target = folder / "repository"
    with ZipFile(folder / "archive.zip") as archive:
        archive.extractall(target)
        return target / archive.namelist()[0].split("/")[0]


def note_needed(folder: Path) -> dict[str, str]:
    """Let entries that others are built on stay random with ``pretrained=True``; their files, by URL, as they come.

    SimpleBaseline, for one, loads the published weights of its backbone whether or not it is given its own.
    """
    import megengine  # type: ignore[import-not-found]

    needed: dict[str, str] = {}
    decorate = megengine.hub.pretrained.__call__

    def decorate_offline(decorator: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        published = decorate(decorator, function)

        @functools.wraps(published)
        def entry(pretrained: bool = False, **kwargs: Any) -> Any:
            model = published(**kwargs)
            if pretrained:
                needed[decorator.url] = needed.get(decorator.url, f"needed-{len(needed)}.pkl")
                megengine.save(model.state_dict(), str(folder / needed[decorator.url]))
            return model

        return entry

    megengine.hub.pretrained.__call__ = decorate_offline
    return needed


def import_hubconf(repository: Path) -> ModuleType:
    """The module that lists the entries, imported as megengine.hub does, in its own folder.

    Pages of a repository whose hubconf.py has relative paths have to see to that themselves.
    """
    from megengine.hub.const import HUBCONF  # type: ignore[import-not-found]
    from megengine.hub.tools import load_module  # type: ignore[import-not-found]

    os.chdir(repository)
    sys.path.insert(0, str(repository))
    module: ModuleType = load_module(HUBCONF, str(repository / HUBCONF))
    sys.path.remove(str(repository))
    return module


def survey(hubconf: ModuleType, name: str) -> Mapping[str, str]:
    """Where an entry's weights are published."""
    entry = getattr(hubconf, name, None)
    if not callable(entry):
        return {"failure": f"Cannot find callable {name} in hubconf.py"}
    url = url_of(entry)
    return (
        {"url": url} if url else {"failure": f"{name} has no hub.pretrained decorator that says where its weights are"}
    )


def url_of(entry: Any) -> str | None:
    """The URL in an entry's hub.pretrained decorator, which its wrapper keeps in its closure."""
    from megengine.hub import pretrained  # type: ignore[import-not-found]

    while entry is not None:
        for cell in getattr(entry, "__closure__", None) or ():
            if isinstance(cell.cell_contents, pretrained):
                return str(cell.cell_contents.url)
        entry = getattr(entry, "__wrapped__", None)
    return None


def build(entry: Callable[..., Any], seed: int, folder: Path) -> str:
    """Make the model with random weights and save them; return why not, or nothing."""
    import megengine
    import numpy  # type: ignore[import-not-found,unused-ignore]

    # At the default level some operations give wrong numbers on a CPU, and not the same ones each time.
    megengine.config.async_level = 0
    random.seed(seed)
    numpy.random.seed(seed)
    megengine.random.seed(seed)
    model = entry(pretrained=False)
    if not isinstance(model, megengine.module.Module):
        return f"it returns {type(model).__name__}, which is no Module"
    megengine.save(model.state_dict(), str(folder / "weights.pkl"))
    return ""


def end_with(asker: int) -> None:
    """End when whoever asks does, who holds the other end of this pipe: nobody waits for the answer any more."""
    os.read(asker, 1)
    os._exit(1)


def main(folder: Path) -> None:
    """Do the job in a folder."""
    threading.Thread(target=end_with, args=(os.dup(0),), daemon=True).start()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ |= {name: str(folder) for name in ("HOME", "MGE_HOME", "XDG_CACHE_HOME")} | {
        "TMPDIR": str(folder / "tmp")
    }
    os.chdir(folder / "work")
    sys.addaudithook(refuse_network)
    try:
        answer = do(json.loads((folder / "job.json").read_text(encoding="utf-8")), folder)
    except (Exception, SystemExit) as error:
        answer = {"failure": f"{type(error).__name__}: {error}"[:_MOST_CHARACTERS]}
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
