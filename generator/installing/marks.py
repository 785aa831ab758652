"""What tells a kernel environment that is whole from one that was never finished.

An environment cannot be made elsewhere and moved: its scripts name it by its path. So it is marked as unfinished before
anything of it is there, and that mark goes after the other, which says what it was made of, has come.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from generator.files import write_whole

READY, UNFINISHED = ".ready", ".unfinished"


@dataclass(frozen=True, slots=True)
class Made:
    """What a kernel environment was made of."""

    requirements: str = ""
    """SHA-256 of the hub's own requirements; empty where it has none."""
    own: Mapping[str, str] = field(default_factory=dict)
    """What these brought or changed: versions by `distribution_key`."""


def made_of(folder: Path) -> Made | None:
    """What the environment in a folder was made of; None where hubpages did not make it, or did not finish it."""
    if is_unfinished(folder):
        return None
    try:
        text = (folder / READY).read_text(encoding="utf-8")
        told = json.loads(text) if text else {}
        return Made(str(told.get("requirements", "")), dict(told.get("own", {})))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError, TypeError):  # it is there, and says nothing
        return Made()


def is_unfinished(folder: Path) -> bool:
    """Whether hubpages began to make or change it, and was stopped."""
    return (folder / UNFINISHED).exists()


def begin(folder: Path) -> None:
    """Mark what is in a folder as unfinished."""
    write_whole(folder / UNFINISHED, "")


def finish(folder: Path, made: Made) -> None:
    """Mark it as whole, and made of this."""
    write_whole(folder / READY, json.dumps(asdict(made), sort_keys=True) + "\n")
    (folder / UNFINISHED).unlink(missing_ok=True)
