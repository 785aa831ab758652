"""Pinned requirements, as they come with hubpages or with a hub."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from generator.frameworks.kernel_environment import KernelEnvironment
from generator.model.run import distribution_key

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*(?P<version>[^\s;\\,#]+)", re.MULTILINE)


def shipped_file(name: str) -> Path:
    """A file of environments/: within the package where that is installed, beside it in a checkout."""
    here = Path(__file__).resolve()
    places = [folder / "environments" / name for folder in (here.parents[1], here.parents[2])]
    return next(path for path in places if path.exists())


def pinned_files(environment: KernelEnvironment) -> Sequence[Path]:
    """What is installed for a framework, in that order."""
    return [shipped_file(name) for name in environment.files]


def pins_of(files: Sequence[Path]) -> dict[str, str]:
    """The version of every distribution that they pin, by `distribution_key`; a later file has the last word."""
    found = (match for file in files for match in _PIN.finditer(file.read_text(encoding="utf-8")))
    return {distribution_key(match["name"]): match["version"] for match in found}


def digest_of(file: Path | None) -> str:
    """SHA-256 of a file; empty where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file else ""
