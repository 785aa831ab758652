"""Run by the kernel's Python, never imported here: `python kernel_code.py FOLDER` makes an entry's stand-in weights.

FOLDER/job.json says what to do with FOLDER/archive.zip, and FOLDER/answer.json then holds what came of it:

    {"home": variable, …}            -> what the framework calls the folder in which it keeps what it downloads
    {"entries": [name, …]}           -> {"entries": {name: {"url": …} or {"failure": …}}}
    {"build": name, "arguments": [value, …], "named": {name: value}, "seed": number}
                                     -> {"needed": {url: file, …}, "own": bool, "placed": {url: path, …}}, with these
                                        files in FOLDER and, where it says so, the entry's own weights.pkl
    either, where it cannot be done  -> {"failure": "ModuleNotFoundError: No module named 'ftfy'"}; what of the files
                                        there is by then is told all the same

The standard library of Python 3.10, the framework and FOLDER/framework_code.py, which knows it, are all that it needs.
"""

import json
import os
import sys
import threading
from collections.abc import Mapping
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
    framework = code_of_framework(folder)
    notes = framework.take_note(folder)
    hubconf = framework.import_hubconf(unpack(folder))
    if "build" in job:
        entry = getattr(hubconf, job["build"])
        failure = ""
        try:
            failure = framework.build(entry, job["arguments"], job["named"], job["seed"], folder, notes)
        except (Exception, SystemExit) as error:
            failure = in_words(error)
        needed = {url: file for url, file in notes.items() if (folder / file).exists()}
        own = (folder / "weights.pkl").exists()
        return {"failure": failure, "needed": needed, "own": own, "placed": getattr(notes, "placed", {})}
    return {"entries": {name: survey(framework, hubconf, name) for name in job["entries"]}}


def in_words(error: BaseException) -> str:
    """What went wrong, in bounds."""
    return f"{type(error).__name__}: {error}"[:_MOST_CHARACTERS]


def code_of_framework(folder: Path) -> ModuleType:
    """What the framework's own file says of it, as source."""
    module = ModuleType("framework_code")
    path = folder / "framework_code.py"
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(module))
    return module


def unpack(folder: Path) -> Path:
    """The repository's folder, as it stands in an archive."""
    target = folder / "repository"
    with ZipFile(folder / "archive.zip") as archive:
        archive.extractall(target)
        return target / archive.namelist()[0].split("/")[0]


def survey(framework: ModuleType, hubconf: ModuleType, name: str) -> Mapping[str, str]:
    """Where an entry's own weights are published; empty where only calling it tells."""
    entry = getattr(hubconf, name, None)
    if not callable(entry):
        return {"failure": f"Cannot find callable {name} in hubconf.py"}
    return {"url": next(iter(framework.weights_of(entry)), "")}


def end_with(asker: int) -> None:
    """End when whoever asks does, who holds the other end of this pipe: nobody waits for the answer any more."""
    os.read(asker, 1)
    os._exit(1)


def main(folder: Path) -> None:
    """Do the job in a folder."""
    threading.Thread(target=end_with, args=(os.dup(0),), daemon=True).start()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    os.environ |= {name: str(folder) for name in ("HOME", job["home"], "XDG_CACHE_HOME")}
    os.environ["TMPDIR"] = str(folder / "tmp")
    os.chdir(folder / "work")
    sys.addaudithook(refuse_network)
    try:
        answer = do(job, folder)
    except (Exception, SystemExit) as error:
        answer = {"failure": in_words(error)}
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
