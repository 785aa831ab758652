"""What is said of findings that no rule makes: their texts are in explained.toml, by name."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from generator.model.diagnostic import RuleText


@cache
def explained() -> Sequence[RuleText]:
    """Each of them, in the order of the file."""
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return [RuleText(name, table["severity"], False, table["text"].strip()) for name, table in tables.items()]
