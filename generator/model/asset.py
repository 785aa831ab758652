"""What snippets download, named by its content, and what they asked for."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Asset:
    """One downloadable file, as hub.lock pins it."""

    url: str
    """Where a snippet asks for it, normalised by `normalise_url`."""
    sha256: str
    """Digest of its bytes, 64 lower-case hexadecimal digits; also its name in the store."""
    size: int
    """Length in bytes."""


@dataclass(frozen=True, slots=True)
class AssetRequest:
    """One request that a client of the replay proxy made. One file may be asked for several times."""

    url: str
    """What it asked for, normalised by `normalise_url` (as it was asked where that cannot be)."""
    status: Literal["served", "refused"]
    """Whether the client was given the locked file. HEAD requests that succeed are not recorded."""
    sha256: str | None
    """Digest of the locked file; None where the URL is not in the lock."""
    size: int | None
    """Length of the locked file in bytes, also where only a range of it was asked for; None as for sha256."""
    reason: str | None
    """Why it was refused: "not in hub.lock", "in hub.lock but not in the store", "method POST"; else None."""
    time: float
    """When, in seconds since the epoch."""
