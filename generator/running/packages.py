"""Packages for one kernel alone: put by pip into a folder of their own, beside an environment that stays as it is."""

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from types import MappingProxyType

from generator.files import temporary_folder
from generator.model.run import Environment, Needs, distribution_key

_SECONDS = 600


class PackageError(Exception):
    """Packages cannot be had; the message says why, in a line."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Packages in a folder."""

    folder: Path
    """An absolute path. Named after what was asked for and the environment that it is for."""
    versions: Mapping[str, str]
    """Of every distribution in it, by `distribution_key`."""


NOTHING_INSTALLED: Mapping[Needs, Installed] = MappingProxyType({})


def install(names: Sequence[str], python: Path, environment: Environment, place: Path) -> Installed:
    """Install distributions, and what they need that the environment lacks, or find them where that was done before.

    Only wheels are taken, so that nothing of theirs is run here, and nothing that the environment has is replaced.

    Args:
        names: of distributions, as pip takes them.
        python: interpreter of the kernel environment, which has pip.
        environment: what it holds.
        place: where the folders of packages are.

    Raises PackageError, and OSError where nothing can be written.
    """
    told = json.dumps([sorted(names), environment.python, environment.platform, dict(environment.packages)])
    place = place.resolve()  # pip and the kernel are started in folders of their own
    folder = place / hashlib.sha256(told.encode()).hexdigest()[:16]
    if not folder.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        with temporary_folder("new-", place) as new:
            _install(names, python, environment, new)
            try:
                (new / "packages").rename(folder)
            except OSError:
                if not folder.is_dir():  # no other process was quicker
                    raise
    found = {distribution_key(each.metadata["Name"]): each.version for each in distributions(path=[str(folder)])}
    return Installed(folder, found)


def _install(names: Sequence[str], python: Path, environment: Environment, new: Path) -> None:
    constraints, report, target = new / "constraints.txt", new / "report.json", new / "packages"
    lines = [f"{name}=={version}\n" for name, version in environment.packages.items()]
    constraints.write_text("".join(lines), encoding="utf-8")
    # What is to be installed is first asked of the environment: pip does not look at it where there is a target.
    _pip(python, "--dry-run", "--report", str(report), "--constraint", str(constraints), *names)
    missing = [item["metadata"] for item in json.loads(report.read_bytes())["install"]]
    target.mkdir()
    wanted = [f"{each['name']}=={each['version']}" for each in missing]
    if wanted:
        _pip(python, "--target", str(target), "--no-deps", *wanted)


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--retries", "1", "--only-binary", ":all:", *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False, cwd="/"
        )
    except subprocess.TimeoutExpired as error:
        raise PackageError(f"pip was not done after {_SECONDS} s") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        wrong = next((line for line in lines if line.startswith("ERROR:")), lines[-1] if lines else "")
        raise PackageError(f"pip cannot install it: {wrong.removeprefix('ERROR:').strip() or done.returncode}")
