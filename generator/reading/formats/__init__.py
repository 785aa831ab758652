"""The formats that pages may be written in: one object each, which makes the same Page of what it reads.

How to add one is told in docs/formats.md.
"""

from collections.abc import Mapping

from generator.reading.format import Format
from generator.reading.formats import hub1, pytorch_hub

FORMATS: Mapping[str, Format] = {each.name: each for each in (hub1.FORMAT, pytorch_hub.FORMAT)}
"""By the name that hub.toml calls it."""
