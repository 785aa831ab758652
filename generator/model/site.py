"""What a site is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file of the site."""

    path: str
    """Relative to the site's root, with forward slashes."""
    data: bytes
