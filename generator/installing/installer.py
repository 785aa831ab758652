"""pip and uv: what makes an environment, and puts packages into it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from generator.installing.pinned import shipped_file

InstallerChoice = Literal["auto", "pip", "uv"]

_SECONDS_TO_END = 10
_OF_OTHER_ENVIRONMENTS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class InstallError(Exception):
    """A kernel environment cannot be made; the message says why, and what to do."""


class Installer:
    """pip of the environment itself, or uv, which also gets a Python where none is found."""

    def __init__(self, choice: InstallerChoice, *, is_quiet: bool) -> None:
        """Choose: uv where it is on PATH, unless one is named. Raises InstallError for uv where it is not there."""
        self._uv = None if choice == "pip" else shutil.which("uv")
        self._quiet = ["--quiet"] if is_quiet else []
        if choice == "uv" and self._uv is None:
            raise InstallError("there is no uv on PATH: install it, or take --installer pip")

    @property
    def name(self) -> str:
        """What it is called."""
        return "uv" if self._uv else "pip"

    def python_for(self, versions: Sequence[str]) -> str:
        """A Python of one of these versions that starts, the first that is found, or what uv will get for it.

        Raises InstallError, with what to install, where there is neither.
        """
        command = ["sh", str(shipped_file("find-python.sh")), *versions]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.strip()
        if self._uv:
            return versions[0]
        raise InstallError(found.stderr.strip())

    def make(self, folder: Path, python: str) -> None:
        """An empty environment with pip, in a folder that may hold the mark of an unfinished one."""
        if self._uv:
            _run([self._uv, "venv", *self._quiet, "--allow-existing", "--seed", "--python", python, str(folder)])
        else:
            _run([python, "-m", "venv", str(folder)])

    def install(self, folder: Path, requirements: Path, *, is_pinned: bool) -> None:
        """Put what a file names into an environment: with their hashes, and built by what is there, if it is pinned."""
        python = str(folder / "bin" / "python")
        if self._uv:
            words = [self._uv, "pip", "install", *self._quiet, "--python", python]
        else:
            words = [python, "-m", "pip", "install", *self._quiet, "--no-input", "--disable-pip-version-check"]
        words += ["--require-hashes", "--no-build-isolation"] if is_pinned else []
        _run([*words, "--requirement", str(requirements)])


def _run(command: Sequence[str]) -> None:
    """Run it until it ends; its words go to standard error. Whatever it started ends with it if this is interrupted."""
    environ = {name: value for name, value in os.environ.items() if name not in _OF_OTHER_ENVIRONMENTS}
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=2, env=environ, start_new_session=True)
    except OSError as error:
        raise InstallError(f"{command[0]} does not start: {error.strerror}") from error
    try:
        status = process.wait()
    except BaseException:
        _end(process)
        raise
    if status:
        what = "uv" if Path(command[0]).name == "uv" else "pip" if "pip" in command else "venv"
        todo = "put right what it said above, and call this again"
        raise InstallError(f"{what} ended with {status}: {todo}" + ", or take --installer pip" * (what == "uv"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C ends it, so that it takes its temporary files away; and by force where that does not help."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
            return
