"""What snippets download, named by its content, and what they asked for."""

import re
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


ProxyMode = Literal["replay", "record"]
"""Whether the proxy serves the store alone, or fetches what it is asked for."""

AssetStatus = Literal["served", "refused", "recorded", "changed", "gone"]
"""What came of a request.

served: the client was given the locked file. refused: it was given nothing. The others only where downloads are
recorded: recorded, the file was fetched from its host and locked; changed, its host has another file than the locked
one and the client was given that; gone, its host is not there or has no such file.
"""


_INDEX = re.compile(
    r"https?://(?:[^/]+/(?:[^?#]*/)?simple/(?P<name>[\w.-]+)/|files\.pythonhosted\.org/(?:[^?#]*/)?(?P<file>[^/?#]+))"
)
"""An address of a package index: of PyPI, of its mirrors, of anything that PEP 503 describes."""


@dataclass(frozen=True, slots=True)
class AssetRequest:
    """One request that a client of the replay proxy made. One file may be asked for several times."""

    url: str
    """What it asked for, normalised by `normalise_url` (as it was asked where that cannot be)."""
    status: AssetStatus
    """What came of it. HEAD requests that succeed are not recorded."""
    sha256: str | None
    """Digest of the file that the client was given, or that is locked but not at hand; None where there is neither."""
    size: int | None
    """Length of that file in bytes, also where only a range of it was asked for; None as for sha256."""
    reason: str | None
    """Why it was refused, or how it is gone: "not in hub.lock", "method POST", "the host answers 404 Not Found"."""
    time: float
    """When, in seconds since the epoch."""
    previous: str | None = None
    """For what is changed or gone, the digest that is locked, or was until the lock was updated."""
    standin: bool = False
    """Whether the client was given stand-in weights, which are nobody's published file."""

    @property
    def package(self) -> str:
        """The package that pip asked an index for, or the file of one; empty for anything else."""
        match = _INDEX.fullmatch(self.url)
        return (match["name"] or match["file"]) if match else ""
